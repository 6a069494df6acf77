// Slips of people who design flows: each is one finding, with what to write instead.
#include "flows/load/loader.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

flows::Loaded load(const std::string& text) {
    using namespace std::chrono_literals;
    const std::vector<config::Source> files{{"a.yaml", "flow: a\n" + text}};
    return flows::load_flows(files, {std::chrono::sys_days{2026y / 11 / 24}});
}

// "SB106 6:11" of each.
std::string found(const std::string& text) {
    std::string all;
    for (const config::Diagnostic& one : load(text).findings) {
        if (!all.empty()) all += ", ";
        all += fmt::format("{} {}:{}", one.code, one.span.begin.line, one.span.begin.column);
    }
    return all;
}

// The only finding as "SB106: message (hint)"; all places where there are several.
std::string told(const std::string& text) {
    const auto loaded = load(text);
    if (loaded.findings.size() != 1) return found(text);
    const config::Diagnostic& one = loaded.findings.front();
    return fmt::format("{}: {} ({})", one.code, one.message, one.hint);
}

// A flow whose first state has these steps; `vars` is line 2, the first step line 6.
std::string state(const std::string& lines, const std::string& vars = "about: slips") {
    return vars + "\nstart: s\nstates:\n  s:\n" + lines + "  t: [hangup]\n";
}
// The same with a hangup behind the steps.
std::string steps(const std::string& lines, const std::string& vars = "about: slips") {
    return state(lines + "    - hangup\n", vars);
}
// The same where nothing else leads to t.
std::string with_t(const std::string& lines, const std::string& vars = "about: slips") {
    return steps("    - if: call.withheld\n      then: t\n" + lines, vars);
}

}  // namespace

TEST_CASE("a number is compared with what a number can be") {
    const auto compared = [](const std::string& condition) {
        return told("settings: {boss: phone}\n" + steps("    - if: '" + condition +
                                                            "'\n      then: t\n    - set: {p: "
                                                            "\"{{ settings.boss }}\"}\n    - tag: "
                                                            "{p: \"{{ p }}\"}\n",
                                                        "vars: {p: phone}"));
    };
    const std::string hint = "numbers have a + and their country code: write \"+12025550100\"";
    CHECK(compared("call.from == \"202 555 0100\"") ==
          "SB501: \"call.from\" is never \"202 555 0100\" (" + hint + ")");
    CHECK(compared("call.from == \"+1 202 555 0100\"") ==
          "SB501: \"call.from\" is never \"+1 202 555 0100\" (" + hint + ")");
    CHECK(compared("\"(202) 555-0100\" != settings.boss") ==
          "SB501: \"settings.boss\" is never \"(202) 555-0100\" (" + hint + ")");
    CHECK(compared("call.to in [\"+12025550101\", \"2025550100\"]") ==
          "SB501: \"call.to\" is never \"2025550100\" (" + hint + ")");
    CHECK(compared("settings.boss == \"the boss\"") ==
          "SB501: \"settings.boss\" is never \"the boss\" (numbers have a + and their country "
          "code, as in \"+12025550123\")");
    for (const char* possible :
         {"call.from == \"+12025550100\"", "call.from == \"client:alice\"", "call.to == \"40404\"",
          "call.from == \"sip:2025550100@example.com\"", "settings.boss == \"+442079460123\""}) {
        INFO(possible);
        CHECK(compared(possible) == "");
    }
}

TEST_CASE("conditions are told what is meant") {
    const auto tested = [](const std::string& condition) {
        return told("hours: {office: {timezone: UTC, open: {mon-fri: 09:00-17:00}}}\n" +
                    steps("    - if: open(office)\n      then: t\n    - if: '" + condition +
                          "'\n      then: t\n"));
    };
    CHECK(tested("today > 2026-01-01") ==
          "SB113: \"2026-01-01\" is not a number (dates and times stand in double quotes: "
          "\"2026-01-01\")");
    CHECK(tested("now > 17:30") == "SB113: \"17:30\" is not a number (dates and times stand in "
                                   "double quotes: \"17:30\")");
    CHECK(tested("closed(office)") == "SB505: no function \"closed\" (write not open(office))");
    CHECK(tested("is_open(office)") == "SB505: no function \"is_open\" (write open(office))");
    CHECK(tested("digits(4)") == "SB505: no function \"digits\" (it is a type, for vars; write "
                                 "length(name) == 4 to ask for four of them)");
    CHECK(tested("10-2-1 == 7").starts_with("SB503"));
}
