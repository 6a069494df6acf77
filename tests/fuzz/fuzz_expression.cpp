// Conditions and texts with inserts: whatever is read either says why not, or runs.
#include "flows/engine/evaluate.hpp"
#include "flows/load/expression_parser.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

flows::Flow small_flow() {
    flows::Flow flow;
    flow.name = "desk";
    flow.languages = {{.tag = "en-US"}, {.tag = "es-MX"}};
    for (const auto& [name, type] : {std::pair{"account", "digits(8)"},
                                     {"tier", "one_of(a, b)"},
                                     {"balance", "money(USD)"},
                                     {"due", "date"},
                                     {"name", "text"},
                                     {"count", "number"},
                                     {"agreed", "bool"}})
        flow.variables.push_back({.name = name, .type = *flows::parse_type(type)});
    flow.settings = {{.name = "base", .type = *flows::parse_type("url")}};
    flows::Hours office{.name = "office", .timezone = "UTC"};
    office.week[1] = {{.from = 540, .to = 1050}};
    flow.hours = {office};
    return flow;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const flows::Flow flow = small_flow();
    const std::vector<flows::Value> variables{std::string{"12345678"},
                                              std::string{"a"},
                                              *flows::Decimal::parse("12.5"),
                                              flows::Unset{},
                                              std::string{"Ana"},
                                              *flows::Decimal::parse("-3"),
                                              true};
    const flows::SettingValues settings{{"desk", {std::string{"https://crm.test"}}}};
    const flows::Circumstances circumstances{.now = flows::Now{std::chrono::hours{490'000}},
                                             .settings = &settings};
    const flows::View view{.flow = flow, .variables = variables, .circumstances = circumstances};
    const flows::Names names{&flow.variables, &flow.settings, &flow.hours, &flow.languages};

    const config::Source source{.name = "fuzz.yaml",
                                .text = {reinterpret_cast<const char*>(data), size}};
    config::YamlNode node{.kind = config::YamlNode::Kind::scalar, .text = source.text};
    node.span = {.begin = {1, 1}, .end = config::place_at(source.text, size)};
    const flows::ScalarSource where{.source = &source, .node = &node};

    config::Diagnostics findings;
    if (const auto condition = flows::parse_condition(where, names, false, findings)) {
        (void)flows::evaluate(*condition, view);
        std::vector<flows::UnguardedRead> reads;
        flows::unguarded_reads(*condition, reads);
        (void)flows::known_when(*condition, true);
    } else if (findings.empty()) {
        std::abort();  // refused without a word
    }
    findings.clear();
    if (const auto text = flows::parse_text(where, names, findings)) {
        for (const auto purpose :
             {flows::Purpose::speech, flows::Purpose::plain, flows::Purpose::url})
            (void)flows::expand(*text, view, purpose, "en-US");
        for (const auto& type : {"text", "digits", "number", "date", "url"})
            (void)flows::check_assignable(*text, *flows::parse_type(type), "fuzz.yaml", findings);
        (void)flows::secret_reads(*text, names);
    } else if (findings.empty()) {
        std::abort();
    }
    return 0;
}
