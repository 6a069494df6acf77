#include "flows/load/findings.hpp"
#include "flows/tools/flow_test_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {

std::string either(const std::vector<std::string>& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i > 0) text += i + 1 == list.size() ? " or " : ", ";
        text += list[i];
    }
    return text;
}

std::string near_or(std::string_view word, const std::vector<std::string>& candidates,
                    std::string otherwise) {
    const std::string meant = config::did_you_mean(word, candidates);
    if (meant.empty()) return otherwise;
    return fmt::format("did you mean \"{}\"?", meant);
}

Span head_of(const YamlNode& map) {
    return map.entries.empty() ? map.span : map.entries.front().key.span;
}

void TestFindings::report(std::string_view code, const Span& span, std::string message,
                          std::string hint) {
    findings_.push_back(finding(code, file_, span, std::move(message), std::move(hint)));
    failed_ = true;
}

void TestFindings::check_keys(const YamlNode& map, const std::vector<std::string>& known,
                              std::string_view what) {
    for (const auto& entry : map.entries) {
        if (std::ranges::count(known, entry.key.text) != 0) continue;
        report("SB105", entry.key.span, fmt::format("{} has no \"{}\"", what, entry.key.text),
               near_or(entry.key.text, known, fmt::format("its keys are {}", either(known))));
    }
}

const std::string* TestFindings::scalar(const YamlNode& node, std::string_view what,
                                        std::string_view code) {
    if (node.is_scalar() && !node.text.empty()) return &node.text;
    const char* is = node.is_map() ? "a map" : node.is_list() ? "a list" : "empty";
    report(code, node.span, fmt::format("{} is {}", what, is), "write one value here");
    return nullptr;
}

void TestFindings::wrong_time(const YamlNode& node) {
    report("SB902", node.span, fmt::format("\"{}\" is no time", node.text),
           "write it as 2026-11-24T10:00-05:00, or without the offset in the flow's time zone");
}

void TestFindings::wrong_value(const YamlNode& node, std::string_view what,
                               const std::vector<std::string>& there_are) {
    report("SB902", node.span, fmt::format("{} cannot be \"{}\"", what, node.text),
           near_or(node.text, there_are, "write " + either(there_are)));
}

}  // namespace flows
