#include "server/effects/twilio_calls.hpp"
#include "tests/server/effects/twilio_double.hpp"

using namespace std::chrono_literals;
using server::CallToPlace;
using server::MachineDetection;
using server::PlacedCall;
using server::TwilioCalls;
using server::testing::Accident;
using server::testing::Answer;
using server::testing::error;
using server::testing::number;
using server::testing::TwilioWorld;

namespace {

CallToPlace a_call() {
    return {.to = number(),
            .from = number("+12025550100"),
            .url = "https://ivr.test/voice/main?request=7",
            .status_callback = "https://ivr.test/voice/main/status",
            .ring_for = 25s,
            .detect = MachineDetection::on,
            .timeout = 5s};
}

std::string name_of(PlacedCall::Outcome outcome) {
    constexpr std::array names{"placed", "refused", "failed", "unknown"};
    return names.at(static_cast<std::size_t>(outcome));
}

}  // namespace

TEST_CASE("a call is asked for as Twilio wants it") {
    TwilioWorld world;
    TwilioCalls calls{*world.rest};
    const auto placed = world.wait_for(calls.place(a_call()));
    CHECK(name_of(placed.outcome) == "placed");
    CHECK(placed.call_sid == "CA00000000000000000000000000000001");
    const auto& heard = world.twilio.server().heard().front();
    CHECK(heard.target == "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json");
    CHECK(heard.body == "To=%2B12025550123&From=%2B12025550100&Url=https%3A%2F%2Fivr.test%2Fvoice%"
                        "2Fmain%3Frequest%3D7&Method=POST&Timeout=25&StatusCallback=https%3A%2F%"
                        "2Fivr.test%2Fvoice%2Fmain%2Fstatus&StatusCallbackMethod=POST&"
                        "StatusCallbackEvent=completed&MachineDetection=Enable");
}

TEST_CASE("machines are detected as far as is asked") {
    CallToPlace call = a_call();
    call.status_callback.clear();
    call.detect = MachineDetection::off;
    CHECK(form_of(call).size() == 5);
    call.detect = MachineDetection::until_greeting_ends;
    CHECK(form_of(call).back() ==
          std::pair<std::string, std::string>{"MachineDetection", "DetectMessageEnd"});
}

TEST_CASE("how the placing of a call ends") {
    struct Row {
        const char* name;
        std::vector<Answer> answers;
        std::string outcome;
        int calls;
    };
    const std::vector<Row> rows{
        {"accepted", {}, "placed", 1},
        {"429 / 20429 is repeated", {error(429, 20429)}, "placed", 1},
        {"22005: the queue of calls is full", {error(429, 22005)}, "failed", 0},
        {"21215: country not allowed", {error(400, 21215)}, "refused", 0},
        {"21211: the number is none", {error(400, 21211)}, "refused", 0},
        {"21212: the sender is none", {error(400, 21212)}, "failed", 0},
        {"a lost answer is never repeated", {{.accident = Accident::reset_after}}, "unknown", 1},
        {"503", {{.status = 503}}, "unknown", 0},
        {"taken, and not said as what", {{.status = 201, .accepts = true}}, "unknown", 1},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        TwilioWorld world;
        world.twilio.script("/Calls.json", row.answers);
        TwilioCalls calls{*world.rest};
        CHECK(name_of(world.wait_for(calls.place(a_call())).outcome) == row.outcome);
        CHECK(world.twilio.calls() == row.calls);
    }
}

TEST_CASE("calls are found as Twilio lists them") {
    const std::string one = R"({"sid": "CA1", "status": "no-answer",)"
                            R"( "date_created": "Tue, 18 Aug 2015 19:00:05 +0000"})";
    const server::RestVerdict fine{.outcome = server::RestOutcome::accepted, .status = 200};
    const server::SeenCalls found = server::seen_calls(fine, one);
    REQUIRE(found.calls.size() == 1);
    CHECK(found.told);
    CHECK(found.calls.front().call_sid == "CA1");
    CHECK(found.calls.front().status == "no-answer");
    CHECK(found.calls.front().made ==
          std::chrono::sys_days{std::chrono::year{2015} / 8 / 18} + 19h + 5s);
    CHECK(server::seen_calls(fine, R"({"calls": [)" + one + "," + one + "]}").calls.size() == 2);
    CHECK(server::seen_calls(fine, R"({"calls": []})").told);
    for (const char* no_answer : {"<html>", "{}", R"({"name": "x"})", R"({"calls": null})"})
        CHECK_FALSE(server::seen_calls(fine, no_answer).told);
    CHECK(server::seen_calls({.status = 404, .code = 20404}, "").told);
    CHECK_FALSE(
        server::seen_calls({.outcome = server::RestOutcome::unknown, .status = 503}, "").told);
}

TEST_CASE("what became of calls is asked for by their sid, or by their numbers") {
    TwilioWorld world;
    TwilioCalls calls{*world.rest};
    world.twilio.script("/Calls/CA7.json", {{.status = 200, .body = R"({"sid": "CA7"})"}});
    CHECK(world.wait_for(calls.find("CA7", 5s)).calls.front().call_sid == "CA7");
    world.twilio.script("/Calls.json", {{.status = 200, .body = R"({"calls": []})"}});
    CHECK(world.wait_for(calls.newest(number(), number("+12025550100"), 5s)).told);
    CHECK(world.twilio.server().heard().back().target ==
          "/2010-04-01/Accounts/AC00000000000000000000000000000001/"
          "Calls.json?To=%2B12025550123&From=%2B12025550100&PageSize=20");
}
