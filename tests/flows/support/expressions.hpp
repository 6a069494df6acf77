// A flow's names to write expressions against, and what comes of an expression.
#pragma once

#include "flows/engine/evaluate.hpp"
#include "flows/load/expression_parser.hpp"

#include <string>
#include <string_view>

namespace flows::testing {

// 2026-01-06 is a Tuesday; 15:00 UTC is 10:00 in New York.
inline constexpr Now tuesday_morning =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 6} + std::chrono::hours{15};

inline Variable declared(std::string name, std::string_view type) {
    return {.name = std::move(name), .type = *parse_type(type)};
}

inline Flow desk_flow() {
    Flow flow;
    flow.name = "desk";
    flow.languages = {{.tag = "en-US"}, {.tag = "es-MX"}};
    flow.settings = {declared("crm_url", "url"), declared("token", "secret text"),
                     declared("line", "phone")};
    flow.variables = {declared("account", "digits(8)"),  declared("tier", "one_of(gold, silver)"),
                      declared("balance", "money(USD)"), declared("euros", "money(EUR)"),
                      declared("due", "date"),           declared("visit", "time"),
                      declared("name", "text(40)"),      declared("pin", "secret digits(4)"),
                      declared("agreed", "bool"),        declared("message", "recording"),
                      declared("count", "number"),       declared("size", "one_of(small, large)")};
    Hours office{.name = "office", .timezone = "America/New_York"};
    for (int day = 0; day < 5; ++day)
        office.week[day] = {{.from = 9 * 60, .to = 17 * 60 + 30}};
    flow.hours = {office};
    return flow;
}

struct Desk {
    Flow flow = desk_flow();
    std::vector<Value> variables{flow.variables.size()};
    SettingValues settings{
        {"desk", {Value{"https://crm.test"}, Value{"t0ken"}, Value{std::string{"+12025550100"}}}}};
    Circumstances circumstances{.now = tuesday_morning, .settings = &settings};
    std::vector<std::pair<CallFact, std::string>> carried{};
    int language = 0;
    config::Diagnostics findings{};

    Desk() { circumstances.call.from = "+12025550123"; }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    Names names() const { return {&flow.variables, &flow.settings, &flow.hours, &flow.languages}; }
    Desk& set(std::string_view name, std::string_view text) {
        for (std::size_t i = 0; i < flow.variables.size(); ++i)
            if (flow.variables[i].name == name)
                variables[i] = *convert(text, flow.variables[i].type);
        return *this;
    }
    View view() const {
        return {.flow = flow,
                .variables = variables,
                .language = language,
                .circumstances = circumstances,
                .carried = &carried};
    }

private:
    template <class Parse> auto read(const std::string& text, Parse parse) {
        const config::Source source{.name = "desk.yaml", .text = text};
        config::YamlNode node;
        node.kind = config::YamlNode::Kind::scalar;
        node.text = text;
        node.span = {.begin = {1, 1}, .end = config::place_at(text, text.size())};
        return parse(ScalarSource{.source = &source, .node = &node});
    }

public:
    std::optional<Expression> condition(const std::string& text, bool want_bool = false) {
        return read(text, [&](const ScalarSource& where) {
            return parse_condition(where, names(), want_bool, findings);
        });
    }
    std::optional<Text> text(const std::string& written) {
        return read(written, [&](const ScalarSource& where) {
            return parse_text(where, names(), findings);
        });
    }
    // The findings about a condition (a bool is wanted) or text, a line each.
    std::string faults_of(const std::string& written) {
        findings.clear();
        condition(written, true);
        return said();
    }
    std::string faults_of_text(const std::string& written) {
        findings.clear();
        text(written);
        return said();
    }
    // The value of an expression as plain text; "no form" or "no result" where there is none.
    std::string value(const std::string& written) {
        findings.clear();
        const auto expression = condition(written);
        if (!expression) return "no form: " + said();
        const auto result = evaluate(*expression, view());
        return result ? plain_text(*result) : "no result";
    }
    std::string expanded(const std::string& written, Purpose purpose = Purpose::speech) {
        findings.clear();
        const auto parsed = text(written);
        if (!parsed) return "no form: " + said();
        return expand(*parsed, view(), purpose,
                      flow.languages[static_cast<std::size_t>(language)].tag)
            .value_or("no result");
    }

private:
    std::string said() const {
        std::string out;
        for (const auto& finding : findings) {
            if (!out.empty()) out += '\n';
            out += finding.code + " " + std::to_string(finding.span.begin.column) + "-" +
                   std::to_string(finding.span.end.column) + ": " + finding.message + " (" +
                   finding.hint + ")";
        }
        return out;
    }
};

}  // namespace flows::testing
