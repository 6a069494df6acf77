// Flow tests of what a flow asks of the world: `http`, `sms`, `verify`, `texts`, `calls_back`.
#include "flows/tools/coverage.hpp"
#include "flows/tools/flow_test.hpp"
#include "flows/tools/golden.hpp"
#include "tests/support/effect_flow.hpp"
#include "tests/support/holds.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace {

using support::EffectFlow;

const EffectFlow& bank() {
    static const EffectFlow made;
    return made;
}

std::string bank_test(std::string_view test) {
    return fmt::format("flow: bank\ntests:\n  - {}\n", test);
}

std::string bank_findings(const std::string& text) {
    config::Diagnostics findings;
    (void)flows::read_tests({"bank.test.yaml", text}, bank().set(), false, findings);
    config::sort_findings(findings);
    std::string all;
    for (const config::Diagnostic& each : findings) {
        all += fmt::format("{}:{} {} {} ({})\n", each.span.begin.line, each.span.begin.column,
                           each.code, each.message, each.hint);
    }
    return all;
}

struct PlayedTest {
    flows::TestFile file{};
    flows::TestRun run{};
    std::string told{};

    explicit PlayedTest(std::string_view test) {
        const std::string text = bank_test(test);
        config::Diagnostics findings;
        auto read = flows::read_tests({"bank.test.yaml", text}, bank().set(), false, findings);
        for (const config::Diagnostic& each : findings)
            FAIL_CHECK(config::to_text(each, text));
        REQUIRE(read);
        file = std::move(*read);
        run = flows::run_test(file.tests.front(), file,
                              {&bank().set(), flows::Transport{bank().in_process()}, {}});
        told = flows::to_text(file.tests.front(), run, text, {"bank.test.yaml", "flows/"});
    }
};

std::string bank_failure(std::string_view test) { return PlayedTest{test}.told; }

constexpr std::string_view found =
    R"("GET https://crm.test/balance?of=12": {body: {firstName: Ada, accounts: [{amount: 1250.50}]}})";

}  // namespace

// ── what passes ──

TEST_CASE("a look-up is answered as its test says") {
    CHECK(bank_failure(fmt::format(
              "{{name: a, http: {{{}}}, steps: [{{presses: 1}}, {{hears: \"$1,250.50\"}}], "
              "result: served}}",
              found)) == "");
    CHECK(bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": {status: 404}}, "
                       "steps: [{presses: 1}, {hears: unknown}, ends]}") == "");
    CHECK(bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": {fails: true}}, "
                       "steps: [{presses: 1}, {hears: failed}]}") == "");
}

TEST_CASE("the clock moves by what an answer takes, up to the step's own deadline") {
    const PlayedTest slow{"{name: a, http: {\"GET https://crm.test/balance?of=12\": {takes: 9s}}, "
                          "steps: [{presses: 1}, {hears: slow}]}"};
    CHECK(slow.told == "");
    using namespace std::chrono_literals;
    CHECK(slow.run.turns.back()->at == slow.file.tests.front().at + 7s);
}

TEST_CASE("answers to the same question are used once each, and in order") {
    CHECK(
        bank_failure(
            "{name: a, http: {\"GET https://crm.test/balance?of=12\": [{body: {firstName: Ada, "
            "accounts: [{amount: 1}]}}, {status: 401}]}, "
            "steps: [{presses: 1}, {hears: \"You owe $1.00\"}, {presses: 1}, {hears: denied}]}") ==
        "");
}

TEST_CASE("text messages are expected by number and by part of their text") {
    CHECK(bank_failure(fmt::format(
              "{{name: a, http: {{{}}}, steps: [{{presses: 2}}, {{texts: {{to: \"+1 202 "
              "555 0123\", text: pay at}}}}, {{hears: You owe}}]}}",
              found)) == "");
    CHECK(bank_failure("{name: a, sms: [refused], steps: [{presses: 2}, {texts: \"+12025550123\"}, "
                       "{hears: failed}]}") == "");
}

TEST_CASE("a test goes on as the call of the one who is called back") {
    const PlayedTest played{fmt::format(
        "{{name: a, http: {{{}}}, steps: [{{presses: 4}}, {{hears: We call you}}, ends, "
        "{{calls_back: "
        "\"+12025550123\"}}, {{hears: You wanted a call}}, {{presses: 1}}, {{hears: You owe}}, "
        "{{ends_in: main}}], result: served}}",
        found)};
    CHECK(played.told == "");
    const auto& placed = played.run.turns.back()->request;
    CHECK(*placed.find("Direction") == "outbound-api");
    CHECK(*placed.find("To") == "+12025550123");
    CHECK(*placed.find("From") == "+12025550100");
    CHECK(*placed.find("CallSid") != *played.run.turns.front()->request.find("CallSid"));
    CHECK(played.run.effects.size() == 2);
    CHECK(played.run.heard.front().text == "What?");
}

TEST_CASE("codes are approved or wrong as the list says") {
    CHECK(bank_failure(
              "{name: a, verify: [wrong, approved], steps: [{presses: 3}, {hears: Approved}]}") ==
          "");
    CHECK(bank_failure("{name: a, verify: refused, steps: [{presses: 3}, {hears: failed}]}") == "");
}

// ── what fails, and how it is told ──

TEST_CASE("a look-up that no answer is scripted for fails the test, and says what to write") {
    const std::string told = bank_failure("{name: a, steps: [{presses: 1}, {hears: failed}]}");
    CHECK(told == R"(bank.test.yaml:3:24: failed: a
    3 |   - {name: a, steps: [{presses: 1}, {hears: failed}]}
      |                        ^~~~~~~
      - expected an answer for "GET https://crm.test/balance?of=12"
      + but none is scripted
      = write http: {"GET https://crm.test/balance?of=12": {status: 200}}
      what led here:
        the call begins  flows/:1:1: menu in main
        presses 1        flows/:1:1: menu in main: 1
                         flows/:1:1: http in look: failed
                         flows/:1:1: say in failed
                         flows/:1:1: go in failed
                         flows/:1:1: say in bye
                         flows/:1:1: hangup in bye
        now the flow hung up

)");
}

TEST_CASE("a near miss of a scripted answer is explained") {
    CHECK(holds(
        bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=21\": {status: 200}}, "
                     "steps: [{presses: 1}]}"),
        "= the nearest is \"GET https://crm.test/balance?of=21\", which has \"21\" where \"12\" "
        "is wanted\n"));
    CHECK(holds(
        bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": {status: 503}}, "
                     "steps: [{presses: 6}]}"),
        "- expected an answer for \"POST https://crm.test/seen\"\n"));
}

TEST_CASE("an answer that was used already is not used again") {
    const std::string told = bank_failure(
        fmt::format("{{name: a, http: {{{}}}, steps: [{{presses: 1}}, {{presses: 1}}]}}", found));
    CHECK(holds(told, "+ but its answers are used up\n"));
}

TEST_CASE("an answer that no step asked for fails the test where it is written") {
    CHECK(holds(
        bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": {status: 200}}, "
                     "steps: []}"),
        "bank.test.yaml:3:22: failed: a\n"));
    CHECK(holds(
        bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": {status: 200}}, "
                     "steps: []}"),
        "- expected a step to ask for \"GET https://crm.test/balance?of=12\"\n"
        "      + but none did\n"));
    CHECK(holds(
        bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": [{status: 401}, "
                     "{status: 401}]}, steps: [{presses: 1}]}"),
        "+ but it was asked for once\n"));
    CHECK(holds(bank_failure("{name: a, sms: [sent], steps: []}"),
                "- expected a step to send a text message, and \"sent\" to come of it\n"));
    CHECK(holds(bank_failure("{name: a, verify: [approved], steps: []}"),
                "- expected a step to send or check a code, and \"approved\" to come of it\n"));
}

TEST_CASE("a text message or callback that does not come is told with what came") {
    const std::string told =
        bank_failure("{name: a, sms: [refused], steps: [{presses: 2}, {texts: {to: "
                     "\"+12025550199\", text: pay}}]}");
    CHECK(holds(
        told, "- expected a text message to +12025550199: pay\n"
              "      + but sends one to +12025550123: Pay at https://bank.example/pay: refused\n"));
    CHECK(holds(bank_failure("{name: a, steps: [{texts: \"+12025550123\"}]}"),
                "+ but none was sent\n"));
    CHECK(holds(bank_failure("{name: a, steps: [{presses: 4}, {calls_back: \"+12025550199\"}]}"),
                "- expected to call back +12025550199\n      + but calls back +12025550123\n"));
    CHECK(holds(bank_failure("{name: a, steps: [{calls_back: \"+12025550123\"}]}"),
                "+ but no callback was asked for\n"));
}

TEST_CASE("a code that nobody scripted is never taken for the right one") {
    CHECK(holds(bank_failure("{name: a, steps: [{presses: 3}]}"),
                "- expected an answer for verify_check\n      + but none is scripted\n"
                "      = write verify: [approved], in the order in which it is asked\n"));
}

TEST_CASE("what must never be read or logged is looked for in what the flow asks for, too") {
    CHECK(holds(
        bank_failure("{name: a, sms: [refused], steps: [{presses: 2}], never: {says: PAY at}}"),
        "- expected never to hear or read \"PAY at\"\n"));
    CHECK(holds(
        bank_failure("{name: a, http: {\"GET https://crm.test/balance?of=12\": {status: 401}}, "
                     "steps: [{presses: 1}], never: {logs: \"of=12\"}}"),
        "+ but http GET https://crm.test/balance?of=12: denied\n"));
    // A body is nobody's to write down.
    CHECK(bank_failure(
              "{name: a, http: {\"POST https://crm.test/seen\": {status: 500}}, steps: [{presses: "
              "6}], never: {logs: \"0042\"}}") == "");
}

TEST_CASE("golden answers hold what was asked of the world, with its body") {
    const PlayedTest played{"{name: a, http: {\"POST https://crm.test/seen\": {status: 500}}, "
                            "steps: [{presses: 6}]}"};
    const std::string golden = flows::golden_of(played.run);
    CHECK(holds(golden, "---- presses 6 (/voice/bank/main/gather)\n"
                        ">> http POST https://crm.test/seen: failed\n"
                        ">>   \"0042\"\n<"));
    const flows::Golden kept{{"a", golden}};
    CHECK(flows::parse_golden(flows::print_golden(kept, "bank.test.yaml")) == kept);
}

TEST_CASE("the outcomes of what is asked of the world are covered one by one") {
    const PlayedTest played{
        "{name: a, http: {\"GET https://crm.test/balance?of=12\": {status: 404}}, "
        "steps: [{presses: 1}]}"};
    flows::Taken taken;
    taken.add(played.run.turns);
    CHECK(taken.outcome("bank", "look", "0", "not_found"));
    const std::vector coverage{flows::coverage_of(bank().flow(), taken)};
    const std::string text = flows::to_text(coverage, "");
    CHECK_FALSE(holds(text, "outcome \"not_found\" of http in state \"look\""));
    for (const char* missing :
         {R"("ok" of http in state "look")", R"("slow" of http in state "look")",
          R"("unknown" of sms in state "link")", R"("refused" of verify_start in state "code")",
          R"("too_many" of verify_check in state "code")",
          R"("queued" of callback in state "back")"}) {
        INFO(missing);
        CHECK(holds(text, missing));
    }
}

TEST_CASE("results as JSON hold what was asked of the world") {
    const PlayedTest played{"{name: a, sms: [refused], steps: [{presses: 2}]}"};
    CHECK(holds(flows::to_json(played.file.tests.front(), played.run, {"bank.test.yaml", ""}),
                R"("effects":["sms to +12025550123: Pay at https://bank.example/pay: refused"])"));
}

// ── what does not fit ──

TEST_CASE("scripted answers that tests do not have are told so, with a hint") {
    const auto http = [](std::string_view answer) {
        return bank_findings(bank_test(fmt::format(
            "{{name: a, steps: [], http: {{\"GET https://crm.test/a\": {}}}}}", answer)));
    };
    CHECK(http("{status: 99}") ==
          "3:68 SB902 \"99\" is no status (write one from 200 to 599; nobody at "
          "all is {fails: true})\n");
    CHECK(http("{takes: 9}") == "3:67 SB902 \"9\" is no duration (write it as 500ms, 9s or 2m)\n");
    CHECK(http("{stats: 200}") ==
          "3:60 SB902 an answer has no \"stats\" (did you mean \"status\"?)\n");
    CHECK(http("{fails: no}") == "3:67 SB902 fails cannot be \"no\" (write true)\n");
    CHECK(
        holds(http("{fails: true, status: 503}"), "SB902 what fails has neither status nor body"));
    CHECK(holds(http("ok"), "SB902 an answer is a map (write {status: 200, body: {name: Ada}}"));
    CHECK(holds(
        bank_findings(bank_test("{name: a, steps: [], http: {\"get https://crm.test/a\": {status: "
                                "200}}}")),
        "3:33 SB902 \"get https://crm.test/a\" is no method with a URL (write it as \"GET "
        "https://host/path\"; the methods are GET, POST, PUT, PATCH or DELETE)\n"));
    CHECK(
        holds(bank_findings(bank_test("{name: a, steps: [], http: [x]}")), "SB902 http is a map"));
    CHECK(bank_findings(bank_test("{name: a, steps: [], sms: [snt]}")) ==
          "3:32 SB902 an outcome of sms cannot be \"snt\" (did you mean \"sent\"?)\n");
    CHECK(holds(
        bank_findings(bank_test("{name: a, steps: [], verify: [right]}")),
        "3:35 SB902 an outcome of verify cannot be \"right\" (write approved, wrong, expired, "
        "too_many, failed, pending or refused)\n"));
    CHECK(holds(bank_findings(bank_test("{name: a, steps: [{texts: {too: x}}]}")),
                "SB902 texts has no \"too\" (did you mean \"to\"?)\n"));
}
