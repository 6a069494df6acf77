#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

using checked::File;
using checked::findings;
using checked::none;
using checked::Places;
using checked::told;

TEST_CASE("SB502: a value that a path leaves unset, at its use, with that path") {
    const std::string flow = R"(flow: main
vars: {account: digits(8)}
start: begin
states:
  begin:
    - menu: {say: "Press 1 or 2.", choices: {1: ask, 2: goodbye}, otherwise: done}
  ask:
    - gather: {say: Your account., save: account, otherwise: done}
    - go: goodbye
  goodbye:
    - say: "Goodbye, {{ account | digits }}."
    - hangup
  done: [hangup]
)";
    CHECK(findings(flow) == Places{"SB502 11:25"});
    CHECK(
        told(flow, "SB502") ==
        "\"account\" may be unset here = unset when: begin \u2192 [2] goodbye; set only by gather "
        "in state ask (line 8)");
}

TEST_CASE("a gather sets its variable when it is filled, not when it gives up") {
    const auto flow = [](const std::string& otherwise) {
        return R"(flow: main
vars: {account: digits(8)}
start: begin
states:
  begin:
    - gather: {say: Your account., save: account, otherwise: )" +
               otherwise + R"(}
    - say: "{{ account | digits }}"
    - hangup
  done: [{say: Goodbye.}, hangup]
)";
    };
    CHECK(findings(flow("done")) == none);
    CHECK(findings(flow("next")).front() == "SB502 7:16");
}

TEST_CASE("must and confirm see the candidate") {
    CHECK(findings(R"(flow: main
vars: {account: digits(8)}
start: begin
states:
  begin:
    - gather:
        say: Your account.
        save: account
        must: account != "00000000"
        confirm: "You entered {{ account | digits }}."
        otherwise: done
    - hangup
  done: [hangup]
)") == none);
}

TEST_CASE("a recording is set when something was recorded") {
    CHECK(findings(R"(flow: main
vars: {message: recording}
start: begin
states:
  begin:
    - record: {max_length: 1m, save: message, on: {empty: empty}}
    - tag: {seconds: "{{ message.duration }}"}
    - hangup
  empty:
    - tag: {seconds: "{{ message.duration }}"}
    - hangup
)") == Places{"SB502 10:26"});
}

TEST_CASE("known and or guard a value that may be unset") {
    CHECK(findings(R"(flow: main
vars: {name: text(20)}
start: begin
states:
  begin:
    - if: call.from_country == "US"
      then:
        - set: {name: Friend}
    - say: "Hello {{ name | or(\"you\") }}."
    - if: known(name) and name != "Friend"
      then: [{say: "Hello {{ name }}."}, hangup]
    - if: known(name)
      then: [{say: "Hello {{ name }}."}]
    - hangup
)") == none);
}

TEST_CASE("SB502: what is set on one side of an if is not sure behind it") {
    const auto flow = [](const std::string& else_side) {
        return R"(flow: main
vars: {name: text(20)}
start: begin
states:
  begin:
    - if: call.from_country == "US"
      then: [{set: {name: Friend}}]
)" + else_side +
               R"(    - say: "Hello {{ name }}."
    - hangup
)";
    };
    CHECK(findings(flow("")) == Places{"SB502 8:22"});
    CHECK(findings(flow("      else: [{set: {name: Amigo}}]\n")) == none);
}

TEST_CASE("SB502 is told once for a fault, at the first use") {
    CHECK(findings(R"(flow: main
languages: {en-US: {}, es-MX: {}}
vars: {name: text(20)}
start: begin
states:
  begin:
    - if: call.from_country == "US"
      then: [{set: {name: Friend}}]
    - say: {en-US: "Hello {{ name }}.", es-MX: "Hola {{ name }}."}
    - say: {en-US: "Goodbye {{ name }}.", es-MX: "Adiós {{ name }}."}
    - go: more
  more:
    - say: {en-US: "{{ name }}", es-MX: "{{ name }}"}
    - hangup
)") == Places{"SB502 9:30"});
}

TEST_CASE("SB502: the flow's otherwise is entered with nothing sure to be set") {
    const std::string flow = R"(flow: main
vars: {name: text(20)}
otherwise: sorry
start: begin
states:
  begin:
    - set: {name: Friend}
    - go: sorry
  sorry:
    - say: "Sorry, {{ name }}."
    - hangup
)";
    CHECK(findings(flow) == Places{"SB502 10:23"});
    CHECK(told(flow, "SB502").find("unset when: a failure \u2192 sorry; ") != std::string::npos);
}

TEST_CASE("what a flow takes is set, unless it is entered by a place") {
    const File sub{"sub.yaml", R"(flow: sub
takes: {name: text(20)}
ends: [done]
start: begin
states:
  begin:
    - say: "Hello {{ name }}."
    - return: done
)"};
    CHECK(findings({File{"main.yaml", R"(flow: main
start: begin
states:
  begin:
    - do: {flow: sub, with: {name: Friend}}
    - hangup
)"},
                    sub}) == none);
    CHECK(findings(
              {File{"main.yaml", "flow: main\nstart: begin\nstates:\n  begin: [{go: sub/begin}]\n"},
               sub}) == Places{"SB502 7:22"});
}

TEST_CASE("do sets what every return of that ending gives") {
    const auto main = [](const std::string& on) {
        return File{"main.yaml", R"(flow: main
vars: {account: digits(8)}
start: begin
states:
  begin:
    - do: {flow: sub, save: {account: account}, on: {)" +
                                     on + R"(}}
    - hangup
  use:
    - say: "{{ account | digits }}"
    - hangup
)"};
    };
    const File sub{"sub.yaml", R"(flow: sub
gives: {account: digits(8)}
ends: [found, gave_up]
vars: {number: digits(8)}
start: begin
states:
  begin:
    - gather: {say: Your account., save: number, otherwise: out}
    - return: {end: found, account: "{{ number }}"}
  out: [{return: gave_up}]
)"};
    CHECK(findings({main("found: use"), sub}) == none);
    CHECK(findings({main("gave_up: use"), sub}) == Places{"SB502 9:16"});
}

TEST_CASE("SB409: a must that no answer can fulfil") {
    const auto flow = [](const std::string& must) {
        return R"(flow: main
vars: {account: digits(8)}
start: begin
states:
  begin:
    - gather: {say: Key., save: account, otherwise: done, must: ')" +
               must + R"('}
    - say: "{{ account | digits }}"
    - hangup
  done: [hangup]
)";
    };
    CHECK(findings(flow("length(account) == 9")).front().starts_with("SB409 6:"));
    CHECK(findings(flow("account == \"123\"")).front().starts_with("SB409 6:"));
    CHECK(findings(flow("length(account) > 8 or account in [\"1\", \"2\"]"))
              .front()
              .starts_with("SB409 6:"));
    CHECK(findings(flow("account == \"12345678\"")) == none);
    CHECK(findings(flow("length(account) == 7 or account != \"12345678\"")) == none);
}

TEST_CASE("SB409: bounds that exclude each other") {
    const auto flow = [](const std::string& must) {
        return R"(flow: main
vars: {n: number}
start: begin
states:
  begin:
    - gather: {say: Key., save: n, otherwise: done, must: )" +
               must + R"(}
    - say: "{{ n }}"
    - hangup
  done: [hangup]
)";
    };
    CHECK(findings(flow("n > 5 and n < 3")).size() == 1);
    CHECK(findings(flow("n > 5 and n <= 5")).size() == 1);
    CHECK(findings(flow("n == 1 and n == 2")).size() == 1);
    CHECK(findings(flow("n > 5 and n < 6")) == none);
    CHECK(findings(flow("n >= 5 and n <= 5")) == none);
}

TEST_CASE("SB503: a condition that is always true or always false") {
    const auto flow = [](const std::string& condition) {
        return R"(flow: main
start: begin
states:
  begin:
    - if: )" + condition +
               R"(
      then: [{say: Hello.}]
    - hangup
)";
    };
    CHECK(findings(flow("1 < 2")).front().starts_with("SB503 5:"));
    CHECK(findings(flow("not true")).front().starts_with("SB503 5:"));
    CHECK(findings(flow("call.from_country == \"US\" or true")).front().starts_with("SB503 5:"));
    CHECK(findings(flow("call.from_country == \"US\"")) == none);
}
