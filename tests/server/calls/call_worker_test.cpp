#include "tests/server/calls/call_desk.hpp"

using namespace server;
using namespace server::testing;
using Outcome = PlacedCall::Outcome;

TEST_CASE("a callback that was asked for twice is placed once, by one node") {
    CallDesk desk;
    CHECK(desk.asks());
    CHECK(desk.asks());
    CHECK(desk.one.woken > 0);
    CHECK(desk.one.works_off() == 1);
    CHECK(desk.two.works_off() == 0);
    REQUIRE(desk.twilio.asked.size() == 1);
    const CallToPlace& call = desk.twilio.asked.front();
    const std::string request = desk.twilio.request();
    CHECK(call.to.str() == "+12025550142");
    CHECK(call.from.str() == "+12025550199");
    CHECK(request.ends_with("-1"));
    CHECK(call.url == "https://ivr.example.com/voice/desk?request=" + request +
                          "#ct=2000&rt=6500&rc=2&rp=ct,5xx,rt");
    CHECK(call.status_callback ==
          "https://ivr.example.com/voice/desk/status?request=" + request + "#rc=5&rp=ct,5xx,rt");
    CHECK(call.fallback_url ==
          "https://ivr.example.com/voice/desk/fallback#ct=2000&rt=6500&rc=2&rp=ct,5xx,rt");
    CHECK(call.detect == MachineDetection::on);
    CHECK(desk.status() == "placed");
}

TEST_CASE("who answers begins with the values of then, and a duplicate with the same") {
    CallDesk desk;
    desk.asks();
    desk.one.works_off();
    const PlacedAnswer answer = desk.answers();
    REQUIRE(answer.start);
    CHECK(answer.start->flow == "desk");
    CHECK(answer.start->version == desk.snapshot->flows->versions.at("desk"));
    CHECK(flows::decode(answer.start->state, desk.snapshot->flows->set));
    CHECK(desk.answers().start->state == answer.start->state);
    CHECK(desk.status() == "reached");
    CHECK(desk.ends());
    CHECK(desk.status() == "reached");
    CHECK_FALSE(desk.answers("human", "CA9").start);
}

TEST_CASE("a person may answer before whoever placed the call knows that it was") {
    CallDesk desk;
    desk.asks();
    desk.twilio.script = {{.outcome = Outcome::unknown}};
    desk.one.works_off();
    CHECK(desk.status() == "placed");
    CHECK(desk.answers().start);
    CHECK(desk.status() == "reached");
}

TEST_CASE("nobody there is called again, until the attempts are used up") {
    CallDesk desk;
    desk.asks();
    desk.one.works_off();
    CHECK(desk.ends());
    CHECK(desk.ends());  // told twice it is one attempt
    CHECK(desk.status() == "waiting");
    desk.waits_for_a_call();
    CHECK(desk.twilio.request().ends_with("-2"));
    CHECK(desk.ends());
    CHECK(desk.status() == "gave_up");
}

TEST_CASE("a machine counts as nobody, and hears nothing") {
    CallDesk desk;
    desk.asks();
    desk.one.works_off();
    const std::string answered_by = GENERATE("machine_start", "fax");
    const PlacedAnswer answer = desk.answers(answered_by);
    CHECK(answer.hangs_up);
    CHECK_FALSE(answer.start);
    CHECK(desk.answers(answered_by).hangs_up);
    CHECK(desk.status() == "waiting");
    CHECK(desk.ends());
    desk.waits_for_a_call();
    CHECK(desk.answers("unknown").start);  // who cannot be told from a person is one
}

TEST_CASE("a call whose placing was not answered is looked for, never simply placed again") {
    const CallTimes times{.look_for_unknown_after = 0ms};
    CallDesk desk{calling_snapshot(), times};
    desk.asks();
    desk.twilio.script = {{.outcome = Outcome::unknown}};
    desk.twilio.list.told = false;
    SECTION("as long as Twilio does not say") {
        CHECK(run(desk.loop, desk.one.worker.take_one()));
        run_until(desk.loop, [&] { return desk.one.worker.under_way() == 0; });
        CHECK(run(desk.loop, desk.one.worker.take_one()));
        run_until(desk.loop, [&] { return desk.one.worker.under_way() == 0; });
        CHECK(desk.status() == "placed");
    }
    SECTION("Twilio has it, and it rings") {
        desk.twilio.list.told = true;
        desk.twilio.lists("CA7", "ringing");
        desk.one.works_off();
        CHECK(desk.status() == "placed");
        CHECK(desk.answers("human", "CA7").start);
    }
    SECTION("Twilio has it, and nobody took it") {
        desk.snapshot->outbound.call_again_after = 1min;
        desk.twilio.list.told = true;
        desk.twilio.lists("CA7", "no-answer");
        desk.one.works_off();
        CHECK(desk.status() == "waiting");
    }
    CHECK(desk.twilio.asked.size() == 1);
}

TEST_CASE("a call that Twilio does not have is placed, as the same attempt") {
    CallDesk desk{calling_snapshot(), {.look_for_unknown_after = 0ms}};
    desk.asks();
    desk.twilio.script = {{.outcome = Outcome::unknown}};
    desk.twilio.list.calls = {{.call_sid = "CA7", .status = "completed"}};  // of long before
    desk.one.works_off();
    desk.one.works_off();
    REQUIRE(desk.twilio.asked.size() == 2);
    CHECK(desk.twilio.asked[0].url == desk.twilio.asked[1].url);
}

TEST_CASE("a claim of a process that is gone is taken up, and the call looked for first") {
    CallDesk desk{calling_snapshot(), {.lease = 100ms}};
    desk.asks();
    desk.twilio.is_gone = true;
    CHECK(run(desk.loop, desk.one.worker.take_one()));
    run_until(desk.loop, [&] { return desk.twilio.asked.size() == 1; });
    desk.twilio.is_gone = false;
    SECTION("it had been placed") {
        desk.twilio.lists("CA1", "ringing");
        run_until(desk.loop, [&] { return desk.two.works_off() > 0; });
        CHECK(desk.twilio.asked.size() == 1);
        CHECK(desk.status() == "placed");
    }
    SECTION("it had not") {
        desk.waits_for_a_call();
        CHECK(desk.twilio.asked.size() == 2);
    }
    SECTION("it was answered meanwhile") {
        CHECK(desk.answers().start);
        const auto later =
            std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now() + 1h);
        const auto claim = run(desk.loop, Callbacks{desk.two.database}.claim_due("two", later, 1s));
        REQUIRE(claim.has_value());
        CHECK_FALSE(*claim);
    }
}

TEST_CASE("a call of which nobody tells how it ended is asked about") {
    CallDesk desk{calling_snapshot(), {.look_after = 0ms}};
    desk.asks("+12025550142", 1);
    desk.twilio.lists("CA1", "busy");
    desk.one.works_off();
    CHECK(desk.status() == "gave_up");
    CHECK(desk.twilio.asked.size() == 1);
}

TEST_CASE("too many calls at Twilio are no attempt, and put off") {
    CallDesk desk{calling_snapshot(), {.back_off = 10ms}};
    desk.asks();
    desk.twilio.script = {{.outcome = Outcome::failed, .code = 20429},
                          {.outcome = Outcome::failed, .code = 22005}};
    desk.one.works_off();
    CHECK(desk.status() == "waiting");
    desk.waits_for_a_call();
    desk.waits_for_a_call();
    CHECK(desk.twilio.asked.size() == 3);
    CHECK(desk.twilio.request().ends_with("-1"));
    CHECK(desk.status() == "placed");
}

TEST_CASE("a number that Twilio refuses is given up") {
    CallDesk desk;
    desk.asks();
    desk.twilio.script = {{.outcome = Outcome::refused, .code = 21215}};
    desk.one.works_off();
    CHECK(desk.status() == "gave_up");
}

TEST_CASE("as many calls a second as the account may place, by all nodes together") {
    auto snapshot = calling_snapshot();
    snapshot->rates.calls_per_second = 20;
    CallDesk desk{snapshot};
    const auto began = std::chrono::steady_clock::now();
    for (const char call : {'1', '2', '3', '4', '5'})
        desk.asks({.number = "+12025550142", .within = 1min, .attempts = 1},
                  std::string{"CA"} + call);
    while (desk.one.works_off() + desk.two.works_off() > 0) {
    }
    CHECK(desk.twilio.asked.size() == 5);
    CHECK(std::chrono::steady_clock::now() - began >= 4 * 50ms);
}

TEST_CASE("whoever an operator has blocked is not called") {
    CallDesk desk;
    desk.opts_out("+12025550142", "voice");
    CHECK(desk.asks());
    desk.one.works_off();
    CHECK(desk.twilio.asked.empty());
    CHECK(desk.one.works_off() == 0);
}

TEST_CASE("who wants no texts still gets the callback he asks for, and no other call") {
    CallDesk desk;
    desk.opts_out("+12025550142", "sms");
    CHECK(desk.asks());
    desk.one.works_off();
    CHECK(desk.twilio.asked.size() == 1);
    const PlaceOrder order{.to = "+12025550142", .flow = "desk", .id = "0123456789abcdef"};
    CHECK(run(desk.loop, desk.one.requests.place(order, desk.snapshot)).empty());
    desk.one.works_off();
    CHECK(desk.twilio.asked.size() == 1);
}

TEST_CASE("an operator's call begins at the flow's start, and the same request is one call") {
    CallDesk desk;
    const PlaceOrder order{.to = "+12025550142", .flow = "desk", .id = "0123456789abcdef"};
    CHECK(run(desk.loop, desk.one.requests.place(order, desk.snapshot)).empty());
    CHECK(run(desk.loop, desk.two.requests.place(order, desk.snapshot)).empty());
    desk.one.works_off();
    CHECK(desk.twilio.asked.size() == 1);
    CHECK(desk.twilio.request() == "0123456789abcdef-1");
    const PlacedAnswer answer = desk.answers();
    REQUIRE(answer.start);
    const auto state = flows::decode(answer.start->state, desk.snapshot->flows->set);
    REQUIRE(state);
    CHECK(state->frames.front().state == desk.snapshot->flows->set.find("desk")->start);

    const auto refusal = [&](PlaceOrder what) {
        return run(desk.loop, desk.one.requests.place(std::move(what), desk.snapshot));
    };
    CHECK(refusal({.to = "12", .flow = "desk", .id = "a"}) ==
          "--to is a number as E.164: +12025550123");
    CHECK(refusal({.to = "+1202555", .flow = "desk", .id = "a"}) ==
          "--to is a number as E.164: +12025550123");
    CHECK(refusal({.to = "+12025550143", .flow = "desk", .id = order.id}) ==
          "this id was another call's; choose one at random for each");
    CHECK(refusal({.to = "+12025550142", .flow = "dsk", .id = "a"}) == "no flow \"dsk\" is served");
    CHECK_THAT(refusal({.to = "+19005550142", .flow = "desk", .id = "a"}),
               Catch::StartsWith("this number is not called (special_rate)"));
}

TEST_CASE("a flow that wants to hear of machines is told of them, once the greeting has ended") {
    auto snapshot = calling_snapshot();
    snapshot->flows = support::snapshot_of({{"desk.yaml", R"(
flow: desk
start: main
states:
  main: [{if: call.answered_by == "machine_end_beep", then: message, else: person}]
  message: [{say: Please call us.}, hangup]
  person: [{say: Hello.}, hangup]
)"}})->flows;
    CallDesk desk{snapshot};
    const PlaceOrder order{.to = "+12025550142", .flow = "desk", .id = "0123456789abcdef"};
    CHECK(run(desk.loop, desk.one.requests.place(order, desk.snapshot)).empty());
    desk.one.works_off();
    CHECK(desk.twilio.asked.back().detect == MachineDetection::until_greeting_ends);
    const PlacedAnswer answer = desk.answers("machine_end_beep");
    CHECK(answer.start);
    CHECK_FALSE(answer.hangs_up);
    CHECK(desk.status() == "reached");
}
