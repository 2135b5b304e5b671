// A child process per run; its output goes through a file, so that nothing blocks.
// SPDX-License-Identifier: MIT
#include "tests/samples/cli_run.hpp"

#include "tests/data/temporary_folder.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace vkgan::test {

CliProcess::CliProcess(const std::vector<std::string>& arguments, const std::string& output_file,
                       const std::string& program)
    : output_file_(output_file) {
    std::vector<std::string> words{program.empty() ? VKGAN_CLI_FILE : program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
        const int out = ::open(output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (out < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) ::_exit(126);
        ::setenv("VKGAN_VALIDATION", "1", 1);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
}

void CliProcess::send(int signal_number) { ::kill(pid_, signal_number); }

bool CliProcess::ended() {
    if (!reaped_) reaped_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
    return reaped_;
}

CliResult CliProcess::wait() {
    if (!reaped_) ::waitpid(pid_, &status_, 0);
    reaped_ = true;
    std::ifstream file(output_file_, std::ios::binary);
    CliResult result;
    result.output.assign(std::istreambuf_iterator<char>(file), {});
    for (const char* start : {"VUID-", "SYNC-HAZARD", "UNASSIGNED-"})
        CHECK_MESSAGE(result.output.find(start) == std::string::npos, "validation spoke: ", result.output);
    result.exit_code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    return result;
}

CliResult run_cli(const std::vector<std::string>& arguments) {
    const TemporaryFolder folder;
    return CliProcess(arguments, (folder.path / "output.txt").string()).wait();
}

}  // namespace vkgan::test
