// What the operator's `check` settings ask for: SB306, SB307, SB406.
#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

using checked::all;
using checked::File;
using checked::findings;
using checked::none;
using checked::Places;
using flows::LoadOptions;

namespace {

LoadOptions at_most(std::optional<int> choices) {
    return checked::options({.max_choices = choices});
}
LoadOptions person_within(std::optional<int> questions) {
    return checked::options({.person_within = questions});
}
LoadOptions repeats(std::optional<config::Severity> severity, bool strict = false) {
    return checked::options({.repeat_for_ever = severity}, strict);
}

const std::string three_choices = R"(
flow: main
anywhere: {0: bye, "*": bye}
start: s
states:
  s:
    - menu: {say: "1, 2 or 3.", choices: {1: bye, 2: bye, 3: bye}, otherwise: bye}
  bye: [hangup]
)";

// Two questions lie before the operator, whom nobody reaches from the survey.
const std::string deep = R"(
flow: main
start: first
states:
  first:
    - menu: {say: "1 or 2.", choices: {1: second, 2: survey}, otherwise: bye}
  second:
    - menu: {say: "1 for a person.", choices: {1: operator}, otherwise: bye}
  survey:
    - menu: {say: "1 for good.", choices: {1: thanks}, otherwise: bye}
  thanks:
    - menu: {say: "1 for more.", choices: {1: bye}, otherwise: bye}
  operator:
    - dial: {number: "+12025550130", otherwise: bye}
    - hangup
  bye: [hangup]
)";

}  // namespace

TEST_CASE("a menu with more choices than the house allows is told, those of anywhere apart") {
    CHECK(findings(three_choices, at_most(3)) == none);
    CHECK(findings(three_choices, at_most(2)) == Places{"SB406 7:7"});
    CHECK(findings(three_choices, at_most(std::nullopt)) == none);
    CHECK(all({{"main.yaml", three_choices}}, at_most(2))[0].message ==
          "this menu has 3 choices, more than 2: callers forget the first while they hear the "
          "last");
}

TEST_CASE("without a word of the operator a menu has at most seven choices") {
    const auto menu = [](const std::string& choices) {
        return "flow: main\nstart: s\nstates:\n  s:\n    - menu: {say: Choose., choices: {" +
               choices + "}, otherwise: bye}\n  bye: [hangup]\n";
    };
    const std::string seven = "1: bye, 2: bye, 3: bye, 4: bye, 5: bye, 6: bye, 7: bye";
    CHECK(findings(menu(seven), {}) == none);
    CHECK(findings(menu(seven + ", 8: bye"), {}) == Places{"SB406 5:7"});
}

TEST_CASE("a person is looked for within so many questions, and only where the house says so") {
    CHECK(findings(deep, person_within(std::nullopt)) == none);
    // From the survey on nobody gets to a person; what stands behind it is no finding of its own.
    CHECK(findings(deep, person_within(2)) == Places{"SB307 10:7"});
    CHECK(findings(deep, person_within(1)) == Places{"SB307 6:7"});
    const auto told = all({{"main.yaml", deep}}, person_within(1));
    CHECK(told[0].message == "from this menu in state first on a caller answers 2 questions before "
                             "reaching a person, more than 1");
    CHECK(all({{"main.yaml", deep}}, person_within(2))[0].message ==
          "from this menu in state survey on no way leads to a person");
}

TEST_CASE("giving up at a question may be the way to a person") {
    const std::string text = R"(
flow: main
start: s
states:
  s:
    - menu: {say: "1 for hours.", choices: {1: bye}, otherwise: operator}
  operator: [{dial: {number: "+12025550130", otherwise: bye}}, hangup]
  bye: [hangup]
)";
    CHECK(findings(text, person_within(1)) == none);
}

TEST_CASE(
    "a person is found in another flow too, called or gone to, and a called flow is not asked") {
    const File caller{"main.yaml", R"(
flow: main
start: s
states:
  s:
    - menu: {say: "1.", choices: {1: called}, otherwise: bye}
  called: [{do: {flow: other}}, hangup]
  bye: [hangup]
)"};
    const auto other = [](const std::string& step) {
        return File{"other.yaml", "flow: other\nstart: s\nstates:\n  s:\n"
                                  "    - menu: {say: \"1.\", choices: {1: t}, otherwise: t}\n"
                                  "  t: [" +
                                      step + ", return]\n"};
    };
    const std::string dial = R"({dial: {number: "+12025550130", otherwise: next}})";
    CHECK(findings({caller, other(dial)}, person_within(2)) == none);
    CHECK(findings({caller, other(dial)}, person_within(1)) == Places{"SB307 6:7"});
    CHECK(findings({caller, other("{say: Bye.}")}, person_within(9)) == Places{"SB307 6:7"});
}

TEST_CASE("a loop that the caller can repeat for ever is told as the house weighs it") {
    const std::string text = R"(
flow: main
start: menu
states:
  menu:
    - menu: {say: "1 or 2.", choices: {1: hours, 2: bye}, otherwise: bye}
  hours:
    - say: Nine to five.
    - go: menu
  bye: [hangup]
)";
    CHECK(findings(text, repeats(std::nullopt)) == none);
    for (const auto severity : {config::Severity::warning, config::Severity::error}) {
        const auto found = all({{"main.yaml", text}}, repeats(severity));
        REQUIRE(found.size() == 1);
        CHECK(found[0].code == "SB306");
        CHECK(found[0].span.begin.line == 5);
        CHECK(found[0].severity == severity);
        CHECK(found[0].message ==
              "the caller can repeat these states for ever: menu \u2192 hours \u2192 menu");
    }
    CHECK(findings(text, repeats(config::Severity::note)) == none);
    CHECK(findings(text, repeats(config::Severity::note, true)) == Places{"SB306 5:3"});
}

TEST_CASE("a limit bounds the `again` of its state too") {
    CHECK(findings(R"(flow: main
start: menu
states:
  menu:
    - limit: {visits: 5, otherwise: bye}
    - menu: {say: "1 or 2.", choices: {1: again, 2: bye}, otherwise: bye}
  bye: [hangup]
)",
                   repeats(config::Severity::warning)) == none);
}

TEST_CASE("a limit bounds a loop of the caller's, and one without the caller is SB305 alone") {
    const std::string bounded = R"(
flow: main
start: menu
states:
  menu:
    - limit: {visits: 3, otherwise: bye}
    - menu: {say: "1 or 2.", choices: {1: menu, 2: bye}, otherwise: bye}
  bye: [hangup]
)";
    CHECK(findings(bounded, repeats(config::Severity::warning)) == none);
    const std::string silent = "flow: main\nstart: a\nstates:\n  a: [{go: b}]\n  b: [{go: a}]\n";
    CHECK(findings(silent, repeats(config::Severity::warning)) == Places{"SB305 4:3"});
}

TEST_CASE("an allow of a limit that is off is silent, of one that is on it has to silence") {
    const std::string text = "flow: main\nstart: s\nstates:\n  s:\n"
                             "    # allow SB406, SB307, SB306: as the union wants it\n"
                             "    - menu: {say: 1., choices: {1: bye}, otherwise: bye}\n"
                             "  bye: [hangup]\n";
    CHECK(findings(text, at_most(std::nullopt)) == none);
    CHECK(findings(text, at_most(1)) == Places{"SB209 5:5"});
    CHECK(findings(text, checked::options({.max_choices = std::nullopt, .person_within = 1})) ==
          none);
}
