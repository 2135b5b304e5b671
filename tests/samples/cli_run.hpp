// Runs the built `vkgan` program under the validation layers and keeps what it said; a validation message
// fails the test.
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace vkgan::test {

struct CliResult {
    int exit_code = -1;  // 128 + the signal's number if a signal ended it
    std::string output;  // standard output and error
};

CliResult run_cli(const std::vector<std::string>& arguments);

// The program while it runs.
class CliProcess {
public:
    CliProcess(const std::vector<std::string>& arguments, const std::string& output_file,
               const std::string& program = {});  // empty: vkgan
    void send(int signal_number);
    CliResult wait();
    bool ended();  // without waiting

private:
    pid_t pid_ = -1;
    int status_ = 0;
    bool reaped_ = false;
    std::string output_file_;
};

}  // namespace vkgan::test
