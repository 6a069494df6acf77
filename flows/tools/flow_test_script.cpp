#include "flows/tools/flow_test_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace flows {
namespace {

constexpr std::array methods{"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::array answer_keys{"status", "body", "takes", "fails"};

template <class... Kinds> bool asks_for(const TestedFlow& tested) {
    return std::ranges::any_of(tested.reached, [](const Flow* flow) {
        return std::ranges::any_of(flow->states, [](const State& state) {
            return std::ranges::any_of(state.steps, [](const Step& step) {
                return (std::holds_alternative<Kinds>(step.what) || ...);
            });
        });
    });
}

std::vector<std::string> names_of(const StepWhat& what) {
    std::vector<std::string> names;
    for (const Outcome& outcome : outcomes_of(what))
        names.emplace_back(outcome.name);
    return names;
}

// `verify_start` and `verify_check` share a list: their outcomes have no name in common but failed.
std::vector<std::string> verify_names() {
    std::vector<std::string> names = names_of(VerifyCheck{});
    for (std::string& name : names_of(VerifyStart{})) {
        if (std::ranges::count(names, name) == 0) names.push_back(std::move(name));
    }
    return names;
}

class ScriptReader {
public:
    ScriptReader(const TestedFlow& tested, TestFindings& findings)
        : tested_{tested}, findings_{findings} {}

    ScriptedAnswers read(const YamlNode& test) {
        ScriptedAnswers answers;
        if (const auto* http = test.find_entry("http")) {
            needs("http", asks_for<Http>(tested_), *http);
            read_http(http->value, answers.http);
        }
        if (const auto* sms = test.find_entry("sms")) {
            needs("sms", asks_for<Sms>(tested_), *sms);
            answers.sms = outcomes(sms->value, "sms", names_of(Sms{}));
        }
        if (const auto* verify = test.find_entry("verify")) {
            needs("verify", asks_for<VerifyStart, VerifyCheck>(tested_), *verify);
            answers.verify = outcomes(verify->value, "verify", verify_names());
        }
        return answers;
    }

private:
    void needs(std::string_view name, bool is_there, const YamlNode::Entry& entry) {
        if (is_there) return;
        const std::string_view step = name == "verify" ? "verify_start or verify_check" : name;
        findings_.report("SB901", entry.key.span,
                         fmt::format("the flow has no step {}, so nobody asks for it", step),
                         fmt::format("leave {} out", name));
    }

    std::vector<ScriptedOutcome> outcomes(const YamlNode& value, std::string_view name,
                                          const std::vector<std::string>& there_are) {
        std::vector<ScriptedOutcome> read;
        const auto add = [&](const YamlNode& node) {
            const std::string* text =
                findings_.scalar(node, fmt::format("an outcome of {}", name), "SB902");
            if (text == nullptr) return;
            if (std::ranges::count(there_are, *text) == 0) {
                findings_.wrong_value(node, fmt::format("an outcome of {}", name), there_are);
                return;
            }
            read.push_back({*text, node.span});
        };
        if (!value.is_list()) {
            add(value);
            return read;
        }
        for (const YamlNode& item : value.items)
            add(item);
        return read;
    }

    void read_http(const YamlNode& map, std::vector<HttpAnswer>& answers) {
        if (!map.is_map()) {
            findings_.report("SB902", map.span, "http is a map of what is asked for",
                             "write http: {\"GET https://host/path\": {status: 200}}");
            return;
        }
        for (const auto& entry : map.entries) {
            check_key(entry.key);
            if (!entry.value.is_list()) {
                read_answer(entry.key, entry.key.span, entry.value, answers);
                continue;
            }
            for (const YamlNode& item : entry.value.items)
                read_answer(entry.key, item.span, item, answers);
        }
    }

    void check_key(const YamlNode& key) {
        const std::string& text = key.text;
        const std::size_t blank = text.find(' ');
        const std::string method = text.substr(0, blank);
        const std::string url = blank == text.npos ? std::string{} : text.substr(blank + 1);
        const bool is_method = std::ranges::count(methods, method) != 0;
        const bool is_url = url.starts_with("https://") || url.starts_with("http://");
        if (is_method && is_url && url.find(' ') == url.npos) return;
        findings_.report("SB902", key.span, fmt::format("\"{}\" is no method with a URL", text),
                         "write it as \"GET https://host/path\"; the methods are " +
                             either(words_of(methods)));
    }

    void read_answer(const YamlNode& key, const Span& span, const YamlNode& map,
                     std::vector<HttpAnswer>& answers) {
        HttpAnswer answer{.asked = key.text, .span = span};
        if (!map.is_map() || map.entries.empty()) {
            findings_.report(
                "SB902", map.is_null() ? key.span : map.span, "an answer is a map",
                "write {status: 200, body: {name: Ada}}, {takes: 9s} or {fails: true}");
            return;
        }
        for (const auto& entry : map.entries) {
            const std::string& name = entry.key.text;
            if (std::ranges::count(answer_keys, name) == 0) {
                findings_.report("SB902", entry.key.span,
                                 fmt::format("an answer has no \"{}\"", name),
                                 near_or(name, words_of(answer_keys),
                                         "its keys are " + either(words_of(answer_keys))));
            } else if (name == "body") {
                answer.body = entry.value;
            } else {
                read_value(name, entry.value, answer);
            }
        }
        if (answer.fails && (map.find("status") != nullptr || map.find("body") != nullptr)) {
            findings_.report("SB902", head_of(map), "what fails has neither status nor body",
                             "write {fails: true}, or a status such as 503");
        }
        answers.push_back(std::move(answer));
    }

    void read_value(const std::string& name, const YamlNode& value, HttpAnswer& answer) {
        const std::string* text = findings_.scalar(value, name, "SB902");
        if (text == nullptr) return;
        if (name == "fails") {
            answer.fails = *text == "true";
            if (!answer.fails) findings_.wrong_value(value, "fails", {"true"});
        } else if (name == "takes") {
            const auto takes = parse_duration(*text);
            if (takes) answer.takes = *takes;
            if (!takes) {
                findings_.report("SB902", value.span, fmt::format("\"{}\" is no duration", *text),
                                 "write it as 500ms, 9s or 2m");
            }
        } else {
            const char* end = text->data() + text->size();
            const auto [read, error] = std::from_chars(text->data(), end, answer.status);
            if (error == std::errc{} && read == end && answer.status >= 200 && answer.status <= 599)
                return;
            findings_.report("SB902", value.span, fmt::format("\"{}\" is no status", *text),
                             "write one from 200 to 599; nobody at all is {fails: true}");
        }
    }

    const TestedFlow& tested_;
    TestFindings& findings_;
};

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (error != std::errc{} || count < 0 || count > 100'000) return std::nullopt;
    if (unit == "ms") return std::chrono::milliseconds{count};
    if (unit == "s") return std::chrono::seconds{count};
    if (unit == "m") return std::chrono::minutes{count};
    if (unit == "h") return std::chrono::hours{count};
    return std::nullopt;
}

ScriptedAnswers read_scripted(const YamlNode& test, const TestedFlow& tested,
                              TestFindings& findings) {
    return ScriptReader{tested, findings}.read(test);
}

}  // namespace flows
