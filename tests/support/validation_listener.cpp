// Fails a test case during which a validation message arrived.
// SPDX-License-Identifier: MIT
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <iostream>

namespace {

// doctest counts a case before it tells its listeners, and tells them const; the objects themselves are not
// const.
struct ValidationListener : doctest::IReporter {
    explicit ValidationListener(const doctest::ContextOptions&) {}

    void test_case_start(const doctest::TestCaseData& data) override { name = data.m_name; }

    void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
        const std::vector<std::string> messages = vkgan::all_validation_messages();
        if (messages.size() == seen) return;
        for (size_t i = seen; i < messages.size(); ++i)
            std::cerr << "validation message in test case \"" << name << "\":\n" << messages[i] << '\n';
        seen = messages.size();
        auto& changed = const_cast<doctest::CurrentTestCaseStats&>(stats);
        if (changed.testCaseSuccess) ++failed_cases;
        changed.testCaseSuccess = false;
    }

    void test_run_end(const doctest::TestRunStats& stats) override {
        const_cast<doctest::TestRunStats&>(stats).numTestCasesFailed += failed_cases;
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

    std::string name;
    size_t seen = 0;
    unsigned failed_cases = 0;
};

REGISTER_LISTENER("validation", 1, ValidationListener);

}  // namespace
