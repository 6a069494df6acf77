#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

using checked::File;
using checked::findings;
using checked::none;
using checked::Places;
using checked::told;

TEST_CASE("a flow whose every state leads somewhere has no findings") {
    CHECK(findings(R"(flow: main
start: menu
states:
  menu:
    - menu:
        say: For sales, press 1.
        choices: {1: sales}
        otherwise: sales
  sales: [{say: Goodbye.}, hangup]
)") == none);
}

TEST_CASE("SB301: a state that no call can reach, and what only it leads to") {
    const std::string flow = R"(flow: main
start: begin
states:
  begin: [hangup]
  lost:
    - say: Hello.
    - go: also_lost
  also_lost: [hangup]
)";
    CHECK(findings(flow) == Places{"SB301 5:3"});
    CHECK(told(flow, "SB301") ==
          "no call can reach state \"lost\" = lead a choice, an outcome or go to it, or remove it; "
          "only through it: also_lost");
}

TEST_CASE("SB301: states that lead only to each other are one fault") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin: [hangup]
  ping: [{menu: {say: Press 1., choices: {1: pong}, otherwise: pong}}]
  pong: [{menu: {say: Press 1., choices: {1: ping}, otherwise: ping}}]
)") == Places{"SB301 5:3"});
}

TEST_CASE("a state is reached by the flow's otherwise and by places of other flows") {
    CHECK(findings({File{"main.yaml", R"(flow: main
otherwise: sorry
start: begin
states:
  begin: [hangup]
  sorry: [{say: Sorry.}, hangup]
  side_door: [{say: Welcome.}, hangup]
)"},
                    File{"other.yaml", R"(flow: other
start: begin
states:
  begin: [{go: main/side_door}]
)"}}) == none);
}

TEST_CASE("SB302: a state that ends with nowhere to go, at its last step") {
    const std::string flow = R"(flow: main
start: begin
states:
  begin:
    - say: Hello.
    - pause: 1s
)";
    CHECK(findings(flow) == Places{"SB302 6:7"});
    CHECK(told(flow, "SB302") ==
          "state \"begin\" ends here with nowhere to go = end it with go, hangup or a menu");
}

TEST_CASE("SB302: an if without else at the end falls through") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin:
    - say: Hello.
    - if: call.from_country == "US"
      then: [hangup]
)") == Places{"SB302 6:7"});
}

TEST_CASE("an if whose both sides leave is an end") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin:
    - if: call.from_country == "US"
      then: [{say: Hello.}, hangup]
      else: [hangup]
)") == none);
}

TEST_CASE("SB308: a step behind the end of a state") {
    const std::string flow = R"(flow: main
start: begin
states:
  begin:
    - hangup
    - say: Never heard.
    - hangup
)";
    CHECK(findings(flow) == Places{"SB308 6:7"});
    CHECK(told(flow, "SB308") ==
          "this say is never reached = hangup in line 5 is where this state ends; move this step "
          "up, or remove it");
}

TEST_CASE("a step that cannot be read has one fault, also where it is never reached") {
    CHECK(findings("flow: main\nstart: begin\nstates:\n  begin: [hangup, {sya: Hello.}]\n") ==
          Places{"SB105 4:20"});
}

TEST_CASE("SB308: a step behind a menu that always leads elsewhere") {
    const auto flow = [](const std::string& choice) {
        return R"(flow: main
start: begin
states:
  begin:
    - menu: {say: "Press 1.", choices: {1: )" +
               choice + R"(}, otherwise: done}
    - say: Thank you.
    - hangup
  done: [hangup]
)";
    };
    CHECK(findings(flow("begin")) == Places{"SB308 6:7"});
    CHECK(findings(flow("next")) == none);
}

TEST_CASE("SB305: states that repeat without the caller, at the first of them in the file") {
    const std::string flow = R"(flow: main
start: begin
states:
  begin: [{go: retry}]
  busy_note: [{say: All lines are busy.}, {go: retry}]
  retry:
    - if: call.from_country == "US"
      then: busy_note
    - hangup
)";
    CHECK(findings(flow) == Places{"SB305 5:3"});
    CHECK(told(flow, "SB305")
              .starts_with("these states repeat without asking the caller: "
                           "busy_note \u2192 retry \u2192 busy_note = "));
}

TEST_CASE("SB305: dialling again when nobody took the call asks the caller nothing") {
    const auto dialled = [](const std::string& outcome) {
        return findings(R"(flow: main
start: retry
states:
  busy_note: [{say: All lines are busy.}, {go: retry}]
  retry:
    - dial: {number: "+12025550130", on: {)" +
                        outcome + R"(: busy_note}, otherwise: done}
    - hangup
  done: [hangup]
)");
    };
    CHECK(dialled("busy") == Places{"SB305 4:3"});
    CHECK(dialled("failed") == Places{"SB305 4:3"});
    CHECK(dialled("completed") == none);
}

TEST_CASE("a limit counts each `again` of its state, so that it is no circle") {
    const auto dialled = [](const std::string& first) {
        return findings("flow: main\nstart: begin\nstates:\n  begin:\n" + first +
                        R"(    - dial: {number: "+12025550130", on: {busy: again}, otherwise: bye}
    - hangup
  bye: [hangup]
)");
    };
    CHECK(dialled("") == Places{"SB305 4:3"});
    CHECK(dialled("    - limit: {visits: 2, otherwise: bye}\n") == none);
}

TEST_CASE("a circle through a question, a talk or a limit is none") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin:
    - limit: {visits: 3, otherwise: done}
    - say: Once more.
    - go: begin
  done:
    - dial: {number: "+12025550130", otherwise: bye}
    - go: done
  bye: [hangup]
)") == none);
}

TEST_CASE("SB305: a called flow that asks nothing is no pause in a circle") {
    const File main{"main.yaml", R"(flow: main
start: begin
states:
  begin:
    - do: {flow: sub, on: {done: begin}}
)"};
    CHECK(findings({main, File{"sub.yaml", R"(flow: sub
ends: [done]
start: begin
states:
  begin: [{say: Hello.}, {return: done}]
)"}}) == Places{"SB305 4:3"});
    CHECK(findings({main, File{"sub.yaml", R"(flow: sub
ends: [done]
start: begin
states:
  begin:
    - menu: {say: "Press 1.", choices: {1: out}, otherwise: out}
  out: [{return: done}]
)"}}) == none);
}

TEST_CASE("SB305: flows that send the call to each other") {
    CHECK(told({File{"a.yaml", "flow: a\nstart: begin\nstates:\n  begin: [{go: b/begin}]\n"},
                File{"b.yaml", "flow: b\nstart: begin\nstates:\n  begin: [{go: a/begin}]\n"}},
               "SB305")
              .starts_with("these states repeat without asking the caller: begin \u2192 b/begin "
                           "\u2192 begin"));
}

TEST_CASE("a chain of a thousand states has no findings") {
    std::string flow = "flow: main\nvars: {n: digits(1)}\nstart: s0\nstates:\n";
    for (int i = 0; i < 1000; ++i) {
        const std::string next = "s" + std::to_string((i + 1) % 1000);
        flow += "  s" + std::to_string(i) +
                ":\n    - gather: {say: Key., save: n, otherwise: " + next +
                "}\n    - say: \"{{ n }}\"\n    - go: " + next + "\n";
    }
    CHECK(findings(flow) == none);
}
