// Flow tests of what goes on without the caller: waiting in line, messages told of later, hung_up.
#include "flows/load/loader.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/in_process.hpp"
#include "tests/support/holds.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

constexpr std::string_view desk = R"(flow: desk
vars: {message: recording, topic: text(20)}
results: [helped, message, called_back, gave_up]
start: front
hung_up: after
states:
  front:
    - menu: {say: "For help, press 1. For a message, 2.", choices: {1: help, 2: mailbox}, otherwise: mailbox}
  help:
    - set: {topic: help}
    - enqueue: {queue: helpers, wait: hold, max_wait: 5m, on: {timeout: late, full: mailbox}, otherwise: mailbox}
    - result: helped
    - hangup
  hold:
    - say: "You are number {{ queue.position | number }}, for {{ queue.time | number }} seconds."
    - menu: {say: "To give up, press 9.", choices: {9: give_up}, tries: 1, otherwise: next}
    - play: https://example.com/music.mp3
  give_up: [{result: gave_up}, leave]
  late: [{result: called_back}, {say: We will call you.}, hangup]
  mailbox:
    - record: {max_length: 2m, save: message, transcribe: true, on: {empty: bye}, later: {stored: kept, transcribed: filed}}
    - result: message
    - go: bye
  bye: [{say: Goodbye.}, hangup]
  kept: [{tag: {kept: "{{ call.from }} {{ message.duration }}"}}]
  filed: [{tag: {filed: "{{ message.text }}"}}]
  after: [{tag: {topic: "{{ topic | or(\"none\") }}"}}]
)";

struct Told {
    std::string told{};                                       // failures, for people
    std::vector<std::pair<std::string, std::string>> tags{};  // of the last test
};

Told play(const std::string& tests) {
    const std::vector<config::Source> files{{"desk.yaml", std::string{desk}}};
    const flows::Loaded loaded =
        flows::load_flows(files, {std::chrono::sys_days{std::chrono::year{2026} / 1 / 6}});
    for (const config::Diagnostic& each : loaded.findings)
        FAIL_CHECK(config::to_text(each, desk));
    const std::string text = "flow: desk\ntests:\n" + tests;
    config::Diagnostics findings;
    const auto file = flows::read_tests({"desk.test.yaml", text}, loaded.set, false, findings);
    for (const config::Diagnostic& each : findings)
        FAIL_CHECK(config::to_text(each, text));
    REQUIRE(file);
    Told played;
    for (const flows::FlowTest& test : file->tests) {
        const flows::InProcess in_process{{.flows = &loaded.set, .settings = &file->settings}};
        const flows::TestRun run = flows::run_test(test, *file, {&loaded.set, in_process, {}});
        played.told += flows::to_text(test, run, text, {"desk.test.yaml", ""});
        played.tags.clear();
        for (const auto& turn : run.turns) {
            if (!turn->answer.trace) continue;
            const auto& tags = turn->answer.trace->tags;
            played.tags.insert(played.tags.end(), tags.begin(), tags.end());
        }
    }
    return played;
}

Told of_call(std::string_view steps, std::string_view more = "") {
    return play(fmt::format("  - {{name: a, steps: [{}]{}}}\n", steps, more));
}

using Tags = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("a test waits in line until somebody takes the caller") {
    const Told played = of_call(
        "{presses: 1}, {queued: helpers}, {hears: You are number 1}, {hears: To give up}, waits, "
        "{hears: music.mp3}, waits, {hears: \"for 35 seconds\"}, {queue_ends: bridged}, ends",
        ", result: helped");
    CHECK(played.told.empty());
    CHECK(played.tags == Tags{{"result", "helped"}, {"topic", "help"}});
}

TEST_CASE("a test gives up the line, or waits too long, or finds it full") {
    CHECK(of_call("{presses: 1}, {queued: helpers}, {presses: 9}, {records: 4s}, ends",
                  ", result: message")
              .told.empty());
    CHECK(of_call("{presses: 1}, {queue_ends: timeout}, {hears: We will call you}, ends",
                  ", result: called_back")
              .told.empty());
    CHECK(of_call("{presses: 1}, {queue_ends: full}, {records: 4s}, ends", ", result: message")
              .told.empty());
    CHECK(of_call("{presses: 1}, {queue_ends: failed}, {records: 4s}, ends").told.empty());
    CHECK(of_call("{presses: 1}, {hears: number 1}, {queue_ends: left}, {records: 4s}, ends")
              .told.empty());
}

TEST_CASE("who hangs up in line leaves without a result, and hung_up knows what was set before") {
    const Told played =
        of_call("{presses: 1}, {hears: You are number 1}, hangs_up", ", result: abandoned");
    CHECK(played.told.empty());
    CHECK(played.tags == Tags{{"topic", "help"}});
}

TEST_CASE("a line that is not joined, and one that is joined already, are told") {
    CHECK(holds(of_call("{queued: helpers}").told, "to wait in line in helpers"));
    CHECK(holds(of_call("{queue_ends: bridged}").told, "nobody waits in line"));
    CHECK(holds(of_call("{presses: 1}, {hears: number}, {queue_ends: full}").told,
                "the caller is in line already"));
}

TEST_CASE("a message is told of later, behind the end of the call, and hung_up runs once") {
    const Told played = of_call("{presses: 2}, {records: 12s}, hangs_up, {later: stored}, "
                                "{later: {transcribed: Call me back.}}",
                                ", result: message");
    CHECK(played.told.empty());
    CHECK(played.tags == Tags{{"result", "message"},
                              {"topic", "none"},
                              {"kept", "+12025550123 12"},
                              {"filed", "Call me back."}});
    CHECK(holds(of_call("{later: stored}").told, "nothing was recorded"));
}

TEST_CASE("of a message in which nothing could be understood the text is empty") {
    const Told played =
        of_call("{presses: 2}, {records: 12s}, hangs_up, {later: {transcribed: \"\"}}",
                ", result: message");
    CHECK(played.told.empty());
    CHECK(played.tags == Tags{{"result", "message"}, {"topic", "none"}, {"filed", ""}});
}

TEST_CASE("a test's clock goes on to the second where it is written so") {
    CHECK(of_call("{at: \"10:05:30\"}, {at: \"10:05:45\"}, {at: \"10:07\"}").told.empty());
    CHECK(of_call("{at: \"10:05\"}, {at: \"10:05\"}").told.empty());
}
