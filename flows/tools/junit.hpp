// Test results as JUnit XML, for CI. Written to fit the schema of the Apache Ant JUnit task, the
// strictest that is in use.
#pragma once

#include <string>
#include <vector>

namespace flows {

struct JunitCase {
    std::string name{};
    std::string failure{};  // empty: it passed
    std::string message{};  // of the failure, one line
};
struct JunitSuite {
    std::string name{};  // the test file
    std::string flow{};  // "class" of its tests
    std::vector<JunitCase> cases{};
};

// `timestamp` is 2026-01-06T10:00:00, `host` the machine. Of a virtual clock no durations are told.
std::string to_junit(const std::vector<JunitSuite>& suites, const std::string& timestamp,
                     const std::string& host);

}  // namespace flows
