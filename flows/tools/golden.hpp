// What every step of a test was answered, kept beside the test: a change of a flow shows as a
// change of TwiML. Text that people review: a heading a test, what happened, the document indented,
// tokens as s=….
#pragma once

#include "flows/tools/flow_test.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flows {

// Name of a test -> its answers, in the order of the file.
using Golden = std::vector<std::pair<std::string, std::string>>;

// All answers of a call, turn by turn; those without a document (the final status) left out. In
// front of them what was asked of the world for them, with its body.
std::string golden_of(const TestRun& run);

// "acme.test.golden" beside "acme.test.yaml".
std::string golden_name(std::string_view test_file);

std::string print_golden(const Golden& golden, std::string_view test_file);
Golden parse_golden(std::string_view text);
const std::string* find_golden(const Golden& golden, std::string_view test);

// What of a test's answers is not as kept, as lines of a diff; nothing: all is. `expected` is left
// to be completed by the file's name.
std::optional<TestFailure> compare_golden(const Golden& golden, const FlowTest& test,
                                          const TestRun& run);

}  // namespace flows
