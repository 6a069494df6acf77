// Waiting in line, messages told of later, and the end of a call, as webhooks.
#include "tests/support/webhook_caller.hpp"

#include <catch2/catch.hpp>

using namespace support;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const config::Source desk{"acme.yaml", R"(
flow: acme
vars: {message: recording, wish: text(10)}
results: [helped, left]
start: main
hung_up: told
states:
  main:
    - menu: {say: Press 1., choices: {1: line, 2: note}, otherwise: line}
  line:
    - set: {wish: line}
    - enqueue: {queue: sales, wait: hold, on: {left: note}, otherwise: note}
    - result: helped
    - hangup
  hold:
    - say: "Number {{ queue.position }}."
    - menu: {say: Press 9., choices: {9: give_up}, otherwise: next}
    - pause: 20s
  give_up: [leave]
  note:
    - record: {max_length: 1m, save: message, on: {empty: next}, later: {stored: kept}}
    - result: left
    - hangup
  kept:
    - http: {post: "https://crm.example/notes", body: {from: "{{ call.from }}", seconds: "{{ message.duration }}"}, otherwise: next}
  told:
    - http: {post: "https://crm.example/ends", body: {wish: "{{ wish | or(\"none\") }}"}, otherwise: next}
)"};

constexpr const char* recording = "RE0123456789abcdef0123456789abcdef";

std::string attribute_of(const std::string& body, const std::string& name) {
    return between(body, name + "=\"", "\"");
}

struct Call {
    WebhookServer server{snapshot_of({desk})};
    WebhookCaller twilio{server};

    // Behind that key of the first menu.
    std::string chooses(const std::string& key) const {
        const auto asked = twilio.post("/voice/acme", {{"CallStatus", "ringing"}});
        return twilio.post(action_of(asked.body), {{"Digits", key}}).body;
    }
    server::Response ends() const {
        return twilio.post("/voice/acme/status", {{"CallStatus", "completed"}});
    }
    std::vector<std::string> turns_owed() const {
        std::vector<std::string> all;
        for (const server::SilentTurn& turn : server.silent.owed)
            all.push_back(turn.identity);
        return all;
    }
};

using Owed = std::vector<std::string>;

}  // namespace

TEST_CASE("a wait tells the caller's place, its menu leaves the line, and the enqueue goes on") {
    const Call call;
    const std::string queued = call.chooses("1");
    const std::string wait_url = attribute_of(queued, "waitUrl");
    CHECK_THAT(wait_url, StartsWith("/voice/acme/line/waiting?s="));
    CHECK_THAT(action_of(queued), StartsWith("/voice/acme/line/queue?s="));

    const auto heard =
        call.twilio.post(wait_url, {{"QueuePosition", "3"}, {"QueueTime", "0"}}).body;
    CHECK_THAT(heard, Contains("Number 3."));
    CHECK_THAT(action_of(heard), StartsWith("/voice/acme/hold/waiting?s="));
    CHECK_THAT(call.twilio.post(action_of(heard), {{"Digits", "9"}}).body, Contains("<Leave/>"));
    CHECK_THAT(
        call.twilio.post(action_of(queued), {{"QueueResult", "leave"}, {"QueueTime", "9"}}).body,
        Contains("<Record"));
}

TEST_CASE("a duplicate of the wait gets the same bytes") {
    const Call call;
    const std::string wait_url = attribute_of(call.chooses("1"), "waitUrl");
    const Fields place{{"QueuePosition", "3"}, {"QueueTime", "0"}};
    CHECK(call.twilio.post(wait_url, place).body == call.twilio.post(wait_url, place).body);
}

TEST_CASE("a wait whose token does not open lets the caller leave the line") {
    const Call call;
    const auto reply = call.twilio.post("/voice/acme/line/waiting?s=nonsense",
                                        {{"QueuePosition", "3"}, {"QueueTime", "0"}});
    CHECK(reply.status == 200);
    CHECK_THAT(reply.body, Contains("<Response><Leave/></Response>"));
}

TEST_CASE("the wait of another call does not open") {
    const Call call;
    const std::string wait_url = attribute_of(call.chooses("1"), "waitUrl");
    const Fields theirs{{"CallSid", "CA00000000000000000000000000000002"}, {"QueueTime", "0"}};
    CHECK_THAT(call.twilio.post(wait_url, theirs).body, Contains("<Leave/>"));
}

TEST_CASE("a stored message is answered with nothing, and its silent turn is owed") {
    const Call call;
    const std::string stored = attribute_of(call.chooses("2"), "recordingStatusCallback");
    CHECK_THAT(stored, StartsWith("/voice/acme/note/stored?s="));
    const Fields told{{"RecordingSid", recording},
                      {"RecordingStatus", "completed"},
                      {"RecordingDuration", "8"},
                      {"CallStatus", ""}};
    const auto reply = call.twilio.post(stored, told);
    CHECK(reply.status == 204);
    CHECK(reply.body.empty());
    CHECK(call.turns_owed() == Owed{"acme/kept/0/1/0/stored " + std::string{recording}});
    CHECK_FALSE(call.server.silent.owed.front().ends_call);
    SECTION("one whose token does not open is nobody's") {
        CHECK(call.twilio.post("/voice/acme/note/stored?s=nonsense", told).status == 204);
        CHECK(call.server.silent.owed.size() == 1);
    }
}

TEST_CASE("the end of a call runs hung_up once, with the values of the last reply") {
    const Call call;
    (void)call.chooses("1");
    CHECK(call.ends().status == 204);
    CHECK(call.turns_owed() == Owed{"hung_up"});
    const auto flows = call.server.current.seen()->flows;
    const auto state = flows::decode(call.server.silent.owed.front().state, flows->set);
    REQUIRE(state);
    CHECK(state->frames.front().variables.at(1) == flows::Value{std::string{"line"}});
    SECTION("another webhook that tells of the end does nothing more") {
        CHECK(call.ends().status == 204);
        CHECK(call.server.silent.owed.size() == 1);
    }
}

TEST_CASE("in line the last values are those of the enqueue") {
    const Call call;
    const std::string wait_url = attribute_of(call.chooses("1"), "waitUrl");
    const auto before = call.server.ends.calls.at(some_call);
    REQUIRE(before.stand);
    (void)call.twilio.post(wait_url, {{"QueuePosition", "3"}, {"QueueTime", "0"}});
    CHECK(call.server.ends.calls.at(some_call) == before);
}

TEST_CASE("an action that tells of the end claims it, and the status callback does nothing more") {
    const Call call;
    const std::string body = call.chooses("2");
    const auto reply = call.twilio.post(action_of(body), {{"CallStatus", "completed"},
                                                          {"Digits", "hangup"},
                                                          {"RecordingSid", recording},
                                                          {"RecordingDuration", "9"}});
    CHECK(reply.status == 200);
    CHECK_THAT(reply.body, Contains("<Response/>"));
    CHECK(call.turns_owed() == Owed{"hung_up"});
    (void)call.ends();
    CHECK(call.server.silent.owed.size() == 1);
}

TEST_CASE("where somebody saw to the end of a call, nobody does again") {
    Call call;
    (void)call.chooses("1");
    call.server.ends.calls[some_call].is_over = true;
    CHECK(call.ends().status == 204);
    CHECK(call.server.silent.owed.empty());
}

TEST_CASE("an owner that was gone before it said that the call is over has lost nothing") {
    Call call;
    (void)call.chooses("1");
    (void)call.ends();
    call.server.ends.calls[some_call].is_over = false;
    (void)call.ends();
    CHECK(call.turns_owed() == Owed{"hung_up", "hung_up"});  // one turn: owed once by its name
}

TEST_CASE("a leg's status ends nothing, and without a store nothing runs rather than twice") {
    Call call;
    (void)call.chooses("1");
    SECTION("a leg") {
        (void)call.twilio.post("/voice/acme/status",
                               {{"CallStatus", "completed"},
                                {"ParentCallSid", some_call},
                                {"CallSid", "CA00000000000000000000000000000002"}});
    }
    SECTION("no store") {
        call.server.ends.is_away = true;
        CHECK(call.ends().status == 503);  // so that Twilio tells it again
    }
    CHECK(call.server.silent.owed.empty());
}

TEST_CASE("a call of which nothing was written down runs hung_up without values") {
    const Call call;
    CHECK(call.ends().status == 204);
    REQUIRE(call.server.silent.owed.size() == 1);
    const auto flows = call.server.current.seen()->flows;
    const auto state = flows::decode(call.server.silent.owed.front().state, flows->set);
    REQUIRE(state);
    CHECK_FALSE(flows::is_set(state->frames.front().variables.at(1)));
}
