#include "flows/tools/flow_test_reader.hpp"

#include "flows/engine/hours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace flows {
namespace {

constexpr std::array file_keys{"flow", "settings", "tests"};
constexpr std::array test_keys{"name",   "at",    "from", "call", "steps",
                               "result", "never", "http", "sms",  "verify"};

class TestReader {
public:
    TestReader(const config::Source& source, const FlowSet& set, bool incomplete,
               config::Diagnostics& findings)
        : source_{source}, set_{set}, incomplete_{incomplete}, findings_{findings}, found_{
                                                                                        source.name,
                                                                                        findings} {}

    std::optional<TestFile> read() {
        const std::size_t before = findings_.size();
        const auto document = config::read_yaml(source_, findings_);
        for (std::size_t i = before; i < findings_.size(); ++i)
            if (findings_[i].severity == config::Severity::error) found_.fail();
        if (!document) return std::nullopt;
        const YamlNode& root = document->root;
        if (!root.is_map()) {
            found_.report("SB107", start(),
                          "a file of tests names its flow and holds a list of tests",
                          "write flow: and tests:");
            return std::nullopt;
        }
        found_.check_keys(root, words_of(file_keys), "a file of tests");
        file_.file = source_.name;
        if (!read_flow(root)) return std::nullopt;
        read_settings(root);
        read_list(root);
        if (found_.failed()) return std::nullopt;
        return std::move(file_);
    }

private:
    static Span start() { return {{1, 1}, {1, 2}}; }

    // ── the file ──

    bool read_flow(const YamlNode& root) {
        const YamlNode* node = root.find("flow");
        if (node == nullptr) {
            found_.report("SB107", start(), "the tests do not say which flow they are of",
                          "write flow: and its name");
            return false;
        }
        const std::string* name = found_.scalar(*node, "the flow");
        if (name == nullptr) return false;
        tested_.flow = set_.find(*name);
        if (tested_.flow == nullptr) {
            found_.fail();
            if (incomplete_) return false;  // what is wrong with it is told of the flow itself
            std::vector<std::string> names;
            for (const auto& [known, flow] : set_.flows)
                names.push_back(known);
            found_.report("SB901", node->span, fmt::format("there is no flow \"{}\"", *name),
                          near_or(*name, names,
                                  names.empty() ? "no flow stands beside these tests"
                                                : "the flows here are " + either(names)));
            return false;
        }
        file_.flow = *name;
        flow_span_ = node->span;
        tested_.reached.push_back(tested_.flow);
        for (const std::string& called : tested_.flow->calls) {
            if (const Flow* flow = set_.find(called)) tested_.reached.push_back(flow);
        }
        tested_.zone = zone_of(*tested_.flow);
        file_.zone = tested_.zone;
        return true;
    }

    void read_settings(const YamlNode& root) {
        const YamlNode* node = root.find("settings");
        if (node != nullptr && !node->is_map() && !node->is_null()) {
            found_.report("SB106", node->span, "settings are a map",
                          "write settings: {name: value}");
            return;
        }
        std::set<std::string> wanted;
        std::set<std::string> missing;
        for (const Flow* flow : tested_.reached) {
            auto& values = file_.settings[flow->name];
            for (const Variable& setting : flow->settings) {
                wanted.insert(setting.name);
                const YamlNode* given = node != nullptr ? node->find(setting.name) : nullptr;
                values.push_back(given != nullptr ? value_of(*given, setting) : Value{});
                if (given == nullptr && missing.insert(setting.name).second) {
                    found_.report("SB901", flow_span_,
                                  fmt::format("the flow {} needs the setting \"{}\" ({})",
                                              flow->name, setting.name, to_text(setting.type)),
                                  fmt::format("write settings: {{{}: ...}}", setting.name));
                }
            }
        }
        if (node == nullptr) return;
        for (const auto& entry : node->entries) {
            if (wanted.contains(entry.key.text)) continue;
            found_.report("SB901", entry.key.span,
                          fmt::format("the flow has no setting \"{}\"", entry.key.text),
                          near_or(entry.key.text, {wanted.begin(), wanted.end()}, "leave it out"));
        }
    }

    Value value_of(const YamlNode& given, const Variable& setting) {
        const std::string* text = found_.scalar(given, fmt::format("the setting {}", setting.name));
        if (text == nullptr) return {};
        auto value = convert(*text, setting.type);
        if (value) return std::move(*value);
        found_.report("SB901", given.span,
                      fmt::format("the setting {} is {}, which \"{}\" is not", setting.name,
                                  to_text(setting.type), *text),
                      setting.type.kind == TypeKind::phone ? "write a number as +12025550100"
                                                           : "write a value of that type");
        return {};
    }

    void read_list(const YamlNode& root) {
        const YamlNode* node = root.find("tests");
        if (node == nullptr || !node->is_list() || node->items.empty()) {
            found_.report(node == nullptr ? "SB107" : "SB106",
                          node == nullptr ? start() : node->span, "there are no tests in it",
                          "write tests: and a list of them");
            return;
        }
        std::set<std::string> names;
        for (const YamlNode& item : node->items) {
            if (!item.is_map()) {
                found_.report("SB106", item.span, "a test is a map",
                              "write - name: and steps: below it");
                continue;
            }
            FlowTest test = read_test(item);
            if (!test.name.empty() && !names.insert(test.name).second) {
                found_.report("SB207", test.span,
                              fmt::format("two tests are called \"{}\"", test.name),
                              "give each its own name");
            }
            file_.tests.push_back(std::move(test));
        }
    }

    // ── a test ──

    FlowTest read_test(const YamlNode& map) {
        FlowTest test;
        found_.check_keys(map, words_of(test_keys), "a test");
        if (const YamlNode* name = map.find("name")) {
            test.span = name->span;
            if (const std::string* text = found_.scalar(*name, "the name of a test"))
                test.name = *text;
        } else {
            found_.report("SB107", head_of(map), "a test has a name",
                          "write name: and what it shows, in a few words");
        }
        test.at = *read_moment("2026-01-06", tested_.zone, {});
        if (const YamlNode* at = map.find("at")) {
            if (const std::string* text = found_.scalar(*at, "the time of the call")) {
                const auto moment = read_moment(*text, tested_.zone, test.at);
                if (moment) test.at = *moment;
                if (!moment) found_.wrong_time(*at);
            }
        }
        if (const YamlNode* from = map.find("from")) {
            if (const std::string* text = found_.scalar(*from, "the caller")) {
                test.caller.from = *text;
                check_party(*from);
            }
        }
        if (const YamlNode* call = map.find("call")) read_call(*call, test.caller);
        test.scripted = read_scripted(map, tested_, found_);
        read_steps(map, test);
        read_end(map, test);
        return test;
    }

    void check_party(const YamlNode& node) {
        const std::string& text = node.text;
        const bool digits = text.find_first_not_of("0123456789 ()-") == std::string::npos;
        const bool broken = text.starts_with('+') && !twiml::E164::parse(text);
        if (!digits && !broken) return;
        found_.report("SB902", node.span, fmt::format("\"{}\" is no telephone number", text),
                      "write it as +12025550123; a caller who hides it is anonymous");
    }

    void read_call(const YamlNode& map, Caller& caller) {
        if (!map.is_map()) {
            found_.report("SB106", map.span, "call is a map of facts",
                          "write call: {answered_by: machine_end_beep}");
            return;
        }
        struct Fact {
            std::string_view name;
            std::string Caller::*field;
        };
        constexpr std::array facts{Fact{"to", &Caller::to},
                                   Fact{"direction", &Caller::direction},
                                   Fact{"forwarded_from", &Caller::forwarded_from},
                                   Fact{"caller_name", &Caller::caller_name},
                                   Fact{"from_country", &Caller::from_country},
                                   Fact{"from_state", &Caller::from_state},
                                   Fact{"from_city", &Caller::from_city},
                                   Fact{"from_zip", &Caller::from_zip},
                                   Fact{"answered_by", &Caller::answered_by},
                                   Fact{"attestation", &Caller::stir_verstat}};
        std::vector<std::string> known;
        known.reserve(facts.size());
        for (const Fact& fact : facts)
            known.emplace_back(fact.name);
        found_.check_keys(map, known, "call");
        for (const Fact& fact : facts) {
            const YamlNode* node = map.find(fact.name);
            if (node == nullptr) continue;
            const std::string* text = found_.scalar(*node, fmt::format("call.{}", fact.name));
            if (text == nullptr) continue;
            caller.*fact.field = *text;
            if (fact.name == "to") check_party(*node);
            if (fact.name == "direction" && *text != "inbound" && *text != "outbound-api") {
                found_.wrong_value(*node, "the direction", {"inbound", "outbound-api"});
            }
            if (fact.name == "attestation") read_attestation(*node, caller);
        }
    }

    void read_attestation(const YamlNode& node, Caller& caller) {
        const std::string& text = node.text;
        if (text == "a" || text == "b" || text == "c") {
            caller.stir_verstat =
                fmt::format("TN-Validation-Passed-{}", static_cast<char>(text[0] - 'a' + 'A'));
        } else {
            caller.stir_verstat = "No-TN-Validation";
            if (text != "none")
                found_.wrong_value(node, "the attestation", {"a", "b", "c", "none"});
        }
    }

    void read_end(const YamlNode& map, FlowTest& test) {
        if (const YamlNode* result = map.find("result")) {
            test.result_span = result->span;
            if (const std::string* text = found_.scalar(*result, "the result")) {
                test.result = *text;
                std::vector<std::string> known{std::string{abandoned}};
                for (const Flow* flow : tested_.reached)
                    known.insert(known.end(), flow->results.begin(), flow->results.end());
                if (std::ranges::count(known, *text) == 0) {
                    found_.report("SB901", result->span,
                                  fmt::format("the flow has no result \"{}\"", *text),
                                  near_or(*text, known, "its results are " + either(known)));
                }
            }
        }
        const YamlNode* never = map.find("never");
        if (never == nullptr) return;
        if (!never->is_map()) {
            found_.report("SB106", never->span, "never is a map",
                          "write never: {logs: \"0042\"} or never: {says: text}");
            return;
        }
        found_.check_keys(*never, {"logs", "says"}, "never");
        for (const auto& entry : never->entries) {
            const auto what = entry.key.text == "logs" ? Never::What::logs : Never::What::says;
            const auto add = [&](const YamlNode& node) {
                const std::string* text = found_.scalar(node, "what is never heard or logged");
                if (text != nullptr) test.never.push_back({what, *text, node.span});
            };
            if (entry.value.is_list()) {
                for (const YamlNode& item : entry.value.items)
                    add(item);
            } else {
                add(entry.value);
            }
        }
    }

    // ── its steps ──

    void read_steps(const YamlNode& map, FlowTest& test) {
        const YamlNode* steps = map.find("steps");
        if (steps == nullptr) {
            found_.report("SB107", head_of(map), "a test has steps",
                          "write steps: and a list of them");
            return;
        }
        if (!steps->is_list()) {
            found_.report("SB106", steps->span, "steps are a list",
                          "write - presses: 1, a line each");
            return;
        }
        for (const YamlNode& item : steps->items) {
            if (auto step = read_test_step(item, tested_, found_))
                test.steps.push_back(std::move(*step));
        }
    }

    const config::Source& source_;
    const FlowSet& set_;
    bool incomplete_;
    config::Diagnostics& findings_;
    TestFindings found_;
    TestFile file_{};
    TestedFlow tested_{};
    Span flow_span_{};
};

}  // namespace

std::optional<TestFile> read_tests(const config::Source& source, const FlowSet& set,
                                   bool incomplete, config::Diagnostics& findings) {
    return TestReader{source, set, incomplete, findings}.read();
}

}  // namespace flows
