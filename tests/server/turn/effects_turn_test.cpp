#include "tests/support/webhook_caller.hpp"

#include <catch2/catch.hpp>

using namespace support;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const config::Source balance_flow{"acme.yaml", R"(
flow: acme
vars:
  balance: number
start: main
states:
  main:
    - say: One moment.
    - http:
        get: "https://crm.example/balance"
        save: {balance: /amount}
        on: {slow: sorry, failed: sorry, denied: sorry, not_found: sorry}
    - say: "You owe {{ balance }}."
    - hangup
  sorry: [{say: Nobody can tell.}, hangup]
)"};

std::string wait_url_of(const std::string& body) { return redirect_of(body); }

}  // namespace

TEST_CASE("a look-up's answer is spoken in the same reply as what stands before it") {
    WebhookServer server{snapshot_of({balance_flow})};
    server.effects.script = {{.result = {"ok", {"12.5"}}}};
    const auto reply = WebhookCaller{server}.post("/voice/acme", {{"CallStatus", "ringing"}});
    CHECK(reply.status == 200);
    CHECK_THAT(reply.body,
               Contains("One moment.") && Contains("You owe 12.5.") && Contains("<Hangup/>"));
    REQUIRE(server.effects.asked.size() == 1);
    CHECK(server.effects.asked.front().call_sid == some_call);
    CHECK(server.effects.asked.front().public_base == "https://ivr.example.com");
}

TEST_CASE("a duplicate of a webhook with an effect gets the same bytes and acts no more") {
    WebhookServer server{snapshot_of({balance_flow})};
    server.effects.script = {{.result = {"ok", {"12.5"}}}, {.result = {"ok", {"99"}}}};
    const WebhookCaller twilio{server};
    const auto first = twilio.post("/voice/acme", {{"CallStatus", "ringing"}});
    CHECK(twilio.post("/voice/acme", {{"CallStatus", "ringing"}}).body == first.body);
    CHECK(server.effects.acted() == 1);
}

TEST_CASE("when patience is used up the caller hears a pause, and the effect goes on") {
    WebhookServer server{snapshot_of({balance_flow})};
    server.effects.script = {{.result = {"ok", {"12.5"}}, .is_slow = true}};
    const WebhookCaller twilio{server};
    const auto held = twilio.post("/voice/acme", {{"CallStatus", "ringing"}});
    CHECK_THAT(held.body, Contains("One moment.") && Contains(R"(<Pause length="1"/>)"));
    CHECK_THAT(wait_url_of(held.body), StartsWith("/voice/acme/main/wait?s="));
    const auto told = twilio.post(wait_url_of(held.body));
    CHECK_THAT(told.body, Contains("You owe 12.5.") && !Contains("One moment."));
    CHECK(server.effects.acted() == 1);
}

TEST_CASE("an effect behind a hang-up is written down, and nobody is kept waiting for it") {
    const config::Source note{"acme.yaml", R"(
flow: acme
start: main
states:
  main:
    - record: {max_length: 1m, on: {empty: note}}
    - go: note
  note:
    - http: {post: "https://crm.example/calls", body: {from: "{{ call.from }}"}, otherwise: next}
    - hangup
)"};
    WebhookServer server{snapshot_of({note})};
    const WebhookCaller twilio{server};
    const auto asked = twilio.post("/voice/acme");
    const auto reply = twilio.post(
        action_of(asked.body),
        {{"Digits", "hangup"}, {"RecordingDuration", "5"}, {"CallStatus", "completed"}});
    CHECK(reply.status == 200);
    CHECK_THAT(reply.body, Contains("<Response/>"));
    REQUIRE(server.silent.owed.size() == 1);
    CHECK(server.silent.owed.front().call_sid == some_call);
    CHECK(server.silent.owed.front().identity == "acme/note/0/1/0");
    CHECK(server.effects.asked.empty());
}

TEST_CASE("a version that only the archive has is fetched, and the call goes on as it began") {
    const config::Source before{"acme.yaml", R"(
flow: acme
start: main
states:
  main: [{menu: {say: Press 1., choices: {1: old}, otherwise: old}}]
  old: [{say: As it was.}, hangup]
)"};
    config::Source after = before;
    after.text.replace(after.text.find("As it was."), 10, "As it is.");
    WebhookServer one{snapshot_of({before})};
    const auto asked = WebhookCaller{one}.post("/voice/acme");

    WebhookServer other{snapshot_of({after})};
    SECTION("kept by who served it") {
        const auto& flows = one.current.shared()->flows;
        other.archive.kept[flows->versions.at("acme")] = flows;
        const auto told = WebhookCaller{other}.post(action_of(asked.body), {{"Digits", "1"}});
        CHECK_THAT(told.body, Contains("As it was."));
    }
    SECTION("kept by nobody: an apology, and the start") {
        const auto told = WebhookCaller{other}.post(action_of(asked.body), {{"Digits", "1"}});
        CHECK_THAT(told.body, Contains("went wrong") && Contains("Press 1."));
    }
}
