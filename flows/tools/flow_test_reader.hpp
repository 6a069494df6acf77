// What the readers of test files share: findings, small helpers, the flow that is tested. Used by
// flow_test_reader.cpp and flow_test_steps.cpp alone.
#pragma once

#include "config/yaml_reader.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/moments.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

using config::Span;
using config::YamlNode;

// The flow, and those it calls or goes to, itself first.
struct TestedFlow {
    const Flow* flow = nullptr;
    std::vector<const Flow*> reached{};
    std::string zone = "UTC";
};

template <class List> std::vector<std::string> words_of(const List& list) {
    return {list.begin(), list.end()};
}
// a, b or c
std::string either(const std::vector<std::string>& list);
// "did you mean ...?", else `otherwise`
std::string near_or(std::string_view word, const std::vector<std::string>& candidates,
                    std::string otherwise);
// The first key of a map, where it begins.
Span head_of(const YamlNode& map);

class TestFindings {
public:
    TestFindings(std::string file, config::Diagnostics& findings)
        : file_{std::move(file)}, findings_{findings} {}

    void report(std::string_view code, const Span& span, std::string message, std::string hint);
    void check_keys(const YamlNode& map, const std::vector<std::string>& known,
                    std::string_view what);
    const std::string* scalar(const YamlNode& node, std::string_view what,
                              std::string_view code = "SB106");
    void wrong_time(const YamlNode& node);
    void wrong_value(const YamlNode& node, std::string_view what,
                     const std::vector<std::string>& there_are);

    bool failed() const { return failed_; }
    void fail() { failed_ = true; }

private:
    std::string file_;
    config::Diagnostics& findings_;
    bool failed_ = false;
};

// A step of a test. Nothing: it was told why.
std::optional<TestStep> read_test_step(const YamlNode& item, const TestedFlow& tested,
                                       TestFindings& findings);

// `http`, `sms` and `verify` of a test.
ScriptedAnswers read_scripted(const YamlNode& test, const TestedFlow& tested,
                              TestFindings& findings);

// 500ms, 9s, 2m, 1h; nothing where it is none.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace flows
