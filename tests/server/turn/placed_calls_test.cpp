// Webhooks of calls that we placed.
#include "tests/support/webhook_caller.hpp"

#include <catch2/catch.hpp>

using namespace support;
using Catch::Matchers::Contains;

namespace {

const config::Source reminder{"desk.yaml", R"(
flow: desk
vars: {day: text(20)}
start: main
states:
  main: [{say: Welcome.}, {set: {day: Monday}}, {go: called}]
  called:
    - say: "Your appointment is on {{ day | or(\"some day\") }}, {{ call.to }}."
    - menu: {say: Press 1 to confirm., choices: {1: done}, otherwise: done}
  done: [{say: "Thank you, see you on {{ day | or(\"some day\") }}."}, hangup]
)"};

// Placed for the state `called`, on Friday.
server::PlacedAnswer friday(const server::LoadedFlows& flows) {
    const flows::Flow& flow = *flows.set.find("desk");
    flows::CallState state = flows::begin_call(flow, flows::Now{});
    const auto called = std::find_if(flow.states.begin(), flow.states.end(),
                                     [](const auto& each) { return each.name == "called"; });
    state.frames.front().state = static_cast<int>(called - flow.states.begin());
    state.frames.front().step = -1;
    state.frames.front().variables.front() = std::string{"Friday"};
    server::PlacedStart start{.flow = "desk", .version = flows.versions.at("desk")};
    flows::encode(state, flows.set, start.state);
    return {.start = start};
}

const Fields outbound{{"Direction", "outbound-api"}, {"AnsweredBy", "human"}};

struct CallDesk {
    WebhookServer server{snapshot_of({reminder})};
    WebhookCaller twilio{server};
    CallDesk() {
        server.placed_calls.known[{"5f0c-1", some_call}] = friday(*server.current.shared()->flows);
    }
};

}  // namespace

TEST_CASE("an answered call begins where it was placed for, with the values of then") {
    CallDesk desk;
    const auto reply = desk.twilio.post("/voice/desk?request=5f0c-1", outbound);
    CHECK(reply.status == 200);
    CHECK_THAT(reply.body, Contains("on Friday") && !Contains("Welcome"));
    CHECK(desk.twilio.post("/voice/desk?request=5f0c-1", outbound).body == reply.body);
    const auto done = desk.twilio.post(action_of(reply.body), {{"Digits", "1"}});
    CHECK_THAT(done.body, Contains("see you on Friday"));
}

TEST_CASE("an unknown request is an apology and the start, with nobody else's values") {
    CallDesk desk;
    for (const char* request : {"5f0c-2", "nonsense", "..%2F"}) {
        const auto reply =
            desk.twilio.post(std::string{"/voice/desk?request="} + request, outbound);
        CHECK(reply.status == 200);
        CHECK_THAT(reply.body,
                   Contains("went wrong") && Contains("Welcome") && !Contains("Friday"));
    }
    const WebhookCaller other{desk.server, "CA00000000000000000000000000000002"};
    const auto reply = other.post("/voice/desk?request=5f0c-1", outbound);
    CHECK(reply.status == 200);
    CHECK_THAT(reply.body, !Contains("Friday"));
    CHECK(desk.twilio.post("/voice/nobody?request=5f0c-9").status == 404);
}

TEST_CASE("a request whose URL names another flow than it was placed for is not known") {
    WebhookServer server{snapshot_of({reminder, {"other.yaml", R"(
flow: other
start: main
states: {main: [{say: Another menu.}, hangup]}
)"}})};
    server.placed_calls.known[{"5f0c-1", some_call}] = friday(*server.current.shared()->flows);
    const auto reply = WebhookCaller{server}.post("/voice/other?request=5f0c-1", outbound);
    CHECK_THAT(reply.body, Contains("Another menu") && !Contains("Friday"));
}

TEST_CASE("what a placed call causes counts for who was called, not for our own number") {
    const config::Source texting{"desk.yaml", R"(
flow: desk
start: called
vars: {day: text(20)}
states:
  called:
    - sms: {to: "{{ call.to }}", text: "Until {{ day | or(\"then\") }}.", otherwise: next}
    - hangup
)"};
    WebhookServer server{snapshot_of({texting})};
    server.placed_calls.known[{"5f0c-1", some_call}] = friday(*server.current.shared()->flows);
    Fields fields = outbound;
    fields.emplace_back("From", "+12025550100");
    fields.emplace_back("To", "+12025550155");
    WebhookCaller{server}.post("/voice/desk?request=5f0c-1", fields);
    REQUIRE(server.effects.asked.size() == 1);
    CHECK(server.effects.asked.front().caller == "+12025550155");
}

TEST_CASE("a machine that is not to be spoken to is hung up on") {
    CallDesk desk;
    desk.server.placed_calls.known[{"5f0c-2", some_call}] = {.hangs_up = true};
    const auto reply =
        desk.twilio.post("/voice/desk?request=5f0c-2", {{"AnsweredBy", "machine_start"}});
    CHECK_THAT(reply.body, Contains("<Response><Hangup/></Response>"));
}

TEST_CASE("a call placed for a version that is served no more goes on as it was meant") {
    CallDesk desk;
    config::Source later = reminder;
    later.text.replace(later.text.find("Your appointment"), 16, "We have news: it");
    WebhookServer node{snapshot_of({later})};
    const auto& flows = desk.server.current.shared()->flows;
    node.placed_calls.known[{"5f0c-1", some_call}] = friday(*flows);
    SECTION("which another node kept") {
        node.archive.kept[flows->versions.at("desk")] = flows;
        const auto reply = WebhookCaller{node}.post("/voice/desk?request=5f0c-1", outbound);
        CHECK_THAT(reply.body, Contains("Your appointment is on Friday"));
    }
    SECTION("which nobody kept: an apology, and the start") {
        const auto reply = WebhookCaller{node}.post("/voice/desk?request=5f0c-1", outbound);
        CHECK(reply.status == 200);
        CHECK_THAT(reply.body, Contains("went wrong") && Contains("Welcome"));
    }
}

TEST_CASE("a webhook that failed is answered by the fallback as it would have been") {
    CallDesk desk;
    const auto reply =
        desk.twilio.post("/voice/desk/fallback",
                         {{"ErrorCode", "11205"},
                          {"ErrorUrl", "https://ivr.example.com/voice/desk?request=5f0c-1#rc=2"}});
    CHECK_THAT(reply.body, Contains("on Friday"));
}

TEST_CASE("the end of a call that we placed is written down, or Twilio asked to tell it again") {
    CallDesk desk;
    const Fields busy{{"CallStatus", "busy"}};
    CHECK(desk.twilio.post("/voice/desk/status?request=5f0c-1", busy).status == 204);
    CHECK(desk.server.placed_calls.over ==
          std::vector<std::pair<std::string, std::string>>{{"5f0c-1", some_call}});
    desk.server.placed_calls.is_away = true;
    CHECK(desk.twilio.post("/voice/desk/status?request=5f0c-1", busy).status == 503);
    CHECK(
        desk.twilio.post("/voice/desk/status?request=5f0c-1", {{"CallStatus", "ringing"}}).status ==
        204);
    CHECK(desk.twilio
              .post("/voice/desk/status?request=5f0c-1",
                    {{"CallStatus", "completed"},
                     {"ParentCallSid", "CA00000000000000000000000000000009"}})
              .status == 204);
    CHECK(desk.server.placed_calls.over.size() == 2);
}
