// What a flow may do aside from the call's own way: in line, and with nobody on the line.
#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

using checked::File;
using checked::findings;
using checked::none;
using checked::Places;
using checked::told;

namespace {

// A flow whose caller waits in line; `hold` is the wait, `more` what else there is.
std::string in_line(const std::string& hold, const std::string& more = {}) {
    return R"(flow: main
anywhere: {"0": operator}
otherwise: operator
start: begin
states:
  begin: [{enqueue: {queue: sales, wait: hold, otherwise: operator}}, hangup]
  operator:
    - menu: {say: "For a person, press 1.", choices: {1: person}, otherwise: person}
  person: [{dial: {number: "+12025550100", otherwise: next}}, hangup]
  hold:
)" + hold + more;
}

// A flow that leaves its messages to a silent state, `file`.
std::string silent(const std::string& file, const std::string& later = "stored: file",
                   const std::string& more = {}) {
    return R"(flow: main
vars: {message: recording}
start: begin
states:
  begin:
    - record: {max_length: 1m, save: message, transcribe: true, on: {empty: next}, later: {)" +
           later + R"(}}
    - hangup
  file:
)" + file + more;
}

}  // namespace

TEST_CASE("a wait may say, play, pause, ask, leave and hang up, and its end is no end") {
    CHECK(
        findings(in_line(
            R"(    - say: "You are number {{ queue.position | number }} of {{ queue.size | number }}."
    - if: queue.time > 300
      then: tired
    - play: https://example.com/music.mp3
)",
            R"(  tired:
    - menu: {say: "To give up, press 1. To go, press 2.", choices: {1: give_up, 2: goodbye}, otherwise: next}
    - pause: 20s
  give_up: [leave]
  goodbye: [hangup]
)")) == none);
}

TEST_CASE("SB312: what Twilio does not do in line, to the last state that the wait leads to") {
    CHECK(findings(in_line(R"(    - say: Please hold.
    - menu: {say: "For a colleague, press 2.", choices: {2: colleague}, otherwise: next}
    - pause: 20s
)",
                           R"(  colleague: [{say: One moment.}, {go: call_them}]
  call_them:
    - dial: {number: "+12025550101", otherwise: next}
    - hangup
)")) == Places{"SB312 16:7"});
    CHECK(told(in_line("    - redirect: https://example.com/voice\n"), "SB312") ==
          "the step redirect cannot be while the caller waits in line = let them leave the line "
          "first: leave ends the enqueue with the outcome left");
}

TEST_CASE("in line the keys of anywhere and the flow's otherwise lead nowhere") {
    // Both would lead to a dial.
    CHECK(findings(in_line(
              R"(    - menu: {say: "To give up, press 1.", choices: {1: give_up}, otherwise: next}
    - pause: 20s
)",
              "  give_up: [leave]\n")) == none);
}

TEST_CASE("SB312: a step of a flow that the wait leads to is told where it is led to") {
    const std::vector<File> files{
        File{"main.yaml", in_line("    - do: survey\n    - pause: 20s\n")},
        File{"survey.yaml", R"(flow: survey
start: begin
states:
  begin: [{say: Hello.}, {dial: {number: "+12025550101", otherwise: next}}, return]
)"}};
    CHECK(findings(files) == Places{"SB312 11:7"});
    CHECK(told(files, "SB312")
              .starts_with("the dial that this leads to (survey.yaml:4) cannot be while the caller "
                           "waits in line"));
}

TEST_CASE("a call back that is asked for in line goes its own way") {
    const std::string hold =
        R"(    - menu: {say: "To be called back, press 1.", choices: {1: call_me}, otherwise: next}
    - pause: 20s
)";
    const std::string ask = R"(  call_me:
    - callback: {number: "{{ call.from }}", go: called, queue: sales, keep_place: true, otherwise: next}
    - leave
)";
    CHECK(findings(in_line(hold, ask + "  called: [{say: Here we are.}, {go: person}]\n")) == none);
    CHECK(findings(in_line(hold, ask + "  called: [{say: \"You were {{ queue.position }}th.\"}, "
                                       "{go: person}]\n")) == Places{"SB502 16:31"});
    CHECK(findings(in_line(hold, ask + "  called: [{say: Here we are.}]\n")) ==
          Places{"SB302 16:13"});
}

TEST_CASE("SB310: a wait that can end without a sound") {
    CHECK(findings(in_line("    - tag: {place: \"{{ queue.position }}\"}\n")) ==
          Places{"SB310 10:3"});
    CHECK(findings(in_line("    - if: queue.position > 3\n"
                           "      then: [{say: It takes a while.}]\n")) == Places{"SB310 10:3"});
    CHECK(findings(in_line("    - if: queue.position > 3\n"
                           "      then: [{say: It takes a while.}]\n"
                           "      else: [{pause: 5s}]\n")) == none);
}

TEST_CASE("leave belongs into a wait") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin: [{say: Hello.}, leave]
)") == Places{"SB106 4:26"});
}

TEST_CASE("an enqueue handles how it ends; it times out only with max_wait, which needs a wait") {
    const auto enqueue = [](const std::string& options) {
        return findings("flow: main\nstart: begin\nstates:\n  begin: [{enqueue: {queue: sales, " +
                        options +
                        "}}, hangup]\n"
                        "  hold: [{pause: 20s}]\n  bye: [hangup]\n");
    };
    CHECK(enqueue("wait: hold, on: {left: bye, full: bye, failed: bye}") == none);
    CHECK(enqueue("wait: hold, on: {left: bye, full: bye}") == Places{"SB303 4:12"});
    CHECK(enqueue("wait: hold, max_wait: 5m, on: {left: bye, full: bye, failed: bye}") ==
          Places{"SB303 4:12"});
    CHECK(enqueue("wait: hold, max_wait: 5m, on: {timeout: bye}, otherwise: bye") == none);
    CHECK(enqueue("wait: hold, on: {timeout: bye}, otherwise: bye") == Places{"SB304 4:53"});
    CHECK(
        told("flow: main\nstart: begin\nstates:\n  begin: [{enqueue: {queue: sales, max_wait: 5m, "
             "otherwise: next}}, hangup]\n",
             "SB107") ==
        "max_wait needs wait: it is looked at each time the wait has run out = write wait, and the "
        "state that is heard meanwhile");
}

TEST_CASE("queue.* is told in line only") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin: [{say: "Number {{ queue.position | number }}."}, hangup]
)") == Places{"SB502 4:28"});
    CHECK(findings(R"(flow: main
start: begin
states:
  begin: [{if: known(queue.position), then: [{say: "Number {{ queue.position | number }}."}]}, hangup]
)") == none);
}

TEST_CASE("silent states look up, text, set and tell, and their end is no end") {
    CHECK(findings(silent("    - tag: {seconds: \"{{ message.duration }}\", caller: "
                          "\"{{ call.from }}\"}\n"
                          "    - go: more\n",
                          "stored: file", "  more: [{tag: {url: \"{{ message.url }}\"}}]\n")) ==
          none);
}

TEST_CASE(
    "SB309: what needs somebody on the line, to the last state that a silent state leads to") {
    CHECK(
        findings(silent("    - go: more\n", "stored: file", "  more: [{say: Hello.}, hangup]\n")) ==
        Places{"SB309 10:11", "SB309 10:25"});
    CHECK(told(silent("    - pause: 1s\n"), "SB309") ==
          "the step pause needs somebody on the line, and in a silent state nobody is = leave it "
          "out: such a state only looks up, texts, sets and tells");
}

TEST_CASE(
    "of a message, its text is told when it is transcribed and its length when it is stored") {
    const std::string text = "    - tag: {text: \"{{ message.text }}\"}\n";
    const std::string length = "    - tag: {text: \"{{ message.duration }}\"}\n";
    CHECK(findings(silent(text, "transcribed: file")) == none);
    CHECK(findings(silent(text, "stored: file")) == Places{"SB502 9:23"});
    CHECK(findings(silent(length, "stored: file")) == none);
    CHECK(findings(silent(length, "transcribed: file")) == Places{"SB502 9:23"});
    CHECK(findings(silent("    - tag: {text: \"{{ message.text | or(\\\"nothing\\\") }}\"}\n",
                          "stored: file")) == none);
    CHECK(told(silent(text, "stored: file"), "SB502") ==
          "\"message.text\" may be unset here = unset when: begin \u2192 [stored] file; told only "
          "behind later: {transcribed: state}");
}

TEST_CASE("a silent state sees the values of the step that named it, hung_up none for sure") {
    const auto flow = [](const std::string& order) {
        return R"(flow: main
vars: {topic: text(20)}
start: begin
)" + order + R"(
  file: [{tag: {topic: "{{ topic }}"}}]
)";
    };
    CHECK(findings(flow(R"(states:
  begin:
    - set: {topic: billing}
    - record: {max_length: 1m, on: {empty: next}, later: {stored: file}}
    - hangup)")) == none);
    CHECK(findings(flow(R"(states:
  begin:
    - record: {max_length: 1m, on: {empty: next}, later: {stored: file}}
    - set: {topic: billing}
    - hangup)")) == Places{"SB502 9:28"});
    const std::string hung_up = flow(R"(hung_up: file
states:
  begin:
    - set: {topic: billing}
    - hangup)");
    CHECK(findings(hung_up) == Places{"SB502 9:28"});
    CHECK(told(hung_up, "SB502").find("unset when: the caller hung up \u2192 file") !=
          std::string::npos);
}

TEST_CASE("what is asked of a message has to be possible") {
    CHECK(findings(R"(flow: main
start: begin
states:
  begin:
    - record: {max_length: 1m, on: {empty: next}, later: {transcribed: file}}
    - hangup
  file: [{tag: {kind: text}}]
)") == Places{"SB304 5:59"});
    CHECK(findings(R"(flow: main
start: begin
states:
  begin:
    - record: {max_length: 3m, transcribe: true, on: {empty: next}}
    - hangup
)") == Places{"SB106 5:32"});
}

TEST_CASE("a wait, a silent state and hung_up are states of their own flow") {
    const std::vector<File> files{File{"main.yaml", R"(flow: main
start: begin
hung_up: other/begin
states:
  begin:
    - enqueue: {queue: sales, wait: other/begin, otherwise: next}
    - record: {max_length: 1m, on: {empty: next}, later: {stored: other/begin}}
    - hangup
)"},
                                  File{"other.yaml", R"(flow: other
start: begin
states:
  begin: [hangup]
)"}};
    CHECK(findings(files) == Places{"SB106 3:10", "SB106 6:37", "SB106 7:67"});
}
