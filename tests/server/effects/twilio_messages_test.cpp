// Every row of the first table in reference/messages-and-verify.md, chapter 3, over real HTTPS.
#include "server/effects/twilio_messages.hpp"
#include "tests/server/effects/twilio_double.hpp"

using namespace std::chrono_literals;
using server::MessageChannel;
using server::MessageResult;
using server::MessageTemplate;
using server::OutgoingMessage;
using server::TwilioMessages;
using server::testing::Accident;
using server::testing::Answer;
using server::testing::error;
using server::testing::Heard;
using server::testing::number;
using server::testing::TwilioWorld;
using Outcome = MessageResult::Outcome;
using Strings = std::vector<std::string>;

namespace {

OutgoingMessage hello() {
    return {.to = number(), .sender = "+12025550100", .text = "hello", .timeout = 5s};
}

std::string name_of(Outcome outcome) {
    constexpr std::array names{"sent", "opted_out", "refused", "failed", "unknown"};
    return names.at(static_cast<std::size_t>(outcome));
}

struct Row {
    const char* name;
    std::vector<Answer> answers;
    std::string outcome;
    int code;
    std::size_t requests;  // that came
    int messages;          // that were really sent
};

Answer lost(Accident accident) { return {.accident = accident}; }
std::vector<Answer> times(std::size_t count, const Answer& answer) {
    return std::vector<Answer>(count, answer);
}

}  // namespace

TEST_CASE("a text message is asked for as Twilio wants it") {
    TwilioWorld world;
    TwilioMessages messages{*world.rest};
    OutgoingMessage message = hello();
    message.text = "Grüße & 1+1";
    message.media = {"https://a.test/1.png", "https://a.test/2.png"};
    message.status_callback = "https://ivr.test/sms/status?effect=1";
    message.call_sid = "CA0123456789abcdef0123456789abcdef";
    const auto result = world.wait_for(messages.send(message));
    CHECK(result.outcome == Outcome::sent);
    CHECK(result.message_sid == "SM00000000000000000000000000000001");
    CHECK(result.segments == 2);
    CHECK(result.reason.empty());

    const Heard& heard = world.twilio.server().heard().front();
    CHECK(heard.method == "POST");
    CHECK(heard.target == "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json");
    CHECK(heard.header("Content-Type") == "application/x-www-form-urlencoded");
    // base64 of AC00000000000000000000000000000001:newest
    CHECK(heard.header("Authorization") ==
          "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTpuZXdlc3Q=");
    CHECK(heard.header("traceparent").starts_with("00-0123456789abcdef0123456789abcdef-"));
    CHECK(heard.body ==
          "To=%2B12025550123&From=%2B12025550100&Body=Gr%C3%BC%C3%9Fe+%26+1%2B1&"
          "MediaUrl=https%3A%2F%2Fa.test%2F1.png&MediaUrl=https%3A%2F%2Fa.test%2F2.png&"
          "ValidityPeriod=300&StatusCallback=https%3A%2F%2Fivr.test%2Fsms%2Fstatus%"
          "3Feffect%3D1");
}

TEST_CASE("a messaging service, WhatsApp and templates have fields of their own") {
    OutgoingMessage message = hello();
    message.sender = "MG00000000000000000000000000000001";
    message.via = MessageChannel::whatsapp;
    message.content = MessageTemplate{.content_sid = "HX1", .variables = R"({"1": "x"})"};
    const auto fields = [&](bool as_template) {
        Strings names;
        for (const auto& [name, value] : form_of(message, as_template))
            names.push_back(name + "=" + value);
        return names;
    };
    CHECK(fields(true) == Strings{"To=whatsapp:+12025550123",
                                  "MessagingServiceSid=MG00000000000000000000000000000001",
                                  "ContentSid=HX1", R"(ContentVariables={"1": "x"})",
                                  "ValidityPeriod=300"});
    message.sender = "+12025550100";
    CHECK(fields(false) == Strings{"To=whatsapp:+12025550123", "From=whatsapp:+12025550100",
                                   "Body=hello", "ValidityPeriod=300"});
}

TEST_CASE("whether a message is sent again, and how it ends, is decided by the table") {
    const std::vector<Row> rows{
        {"accepted", {}, "sent", 0, 1, 1},
        {"429 / 20429 is repeated until it is taken", times(3, error(429, 20429)), "sent", 0, 4, 1},
        {"429 / 20429 four times is enough", times(4, error(429, 20429)), "failed", 20429, 4, 0},
        {"429 without a code is repeated too", times(1, {.status = 429}), "sent", 0, 2, 1},
        {"429 / 25109 is repeated", times(1, error(429, 25109)), "sent", 0, 2, 1},
        {"a code decides, whatever the status: 20429 under 503", times(1, error(503, 20429)),
         "sent", 0, 2, 1},
        {"Retry-After beyond the deadline ends it",
         {error(429, 20429, "Retry-After: 60\r\n")},
         "failed",
         20429,
         1,
         0},
        {"20500", {error(500, 20500)}, "unknown", 20500, 1, 0},
        {"20503", {error(503, 20503)}, "unknown", 20503, 1, 0},
        {"500 that was carried out all the same",
         {{.status = 500, .accepts = true}},
         "unknown",
         0,
         1,
         1},
        {"502 of a gateway", {{.status = 502, .body = "<html>"}}, "unknown", 0, 1, 0},
        {"504 of a gateway", {{.status = 504}}, "unknown", 0, 1, 0},
        {"408", {{.status = 408}}, "unknown", 0, 1, 0},
        {"reset after the request, carried out", {lost(Accident::reset_after)}, "unknown", 0, 1, 1},
        {"reset after the request, not carried out",
         {lost(Accident::reset_before)},
         "unknown",
         0,
         1,
         0},
        {"an answer cut in its body", {{.cut = 5}}, "unknown", 0, 1, 1},
        {"an answer that is no HTTP",
         {{.accepts = true, .raw = "nonsense\r\n\r\n"}},
         "unknown",
         0,
         1,
         1},
        {"taken, and the answer does not say as what",
         {{.status = 201, .body = "{}", .accepts = true}},
         "unknown",
         0,
         1,
         1},
        {"401 / 20003", {error(401, 20003)}, "failed", 20003, 1, 0},
        {"401 without a code", {{.status = 401}}, "failed", 0, 1, 0},
        {"a suspended account", {error(403, 20005)}, "failed", 20005, 1, 0},
        {"21211: the number is none", {error(400, 21211)}, "refused", 21211, 1, 0},
        {"21604: no number", {error(400, 21604)}, "refused", 21604, 1, 0},
        {"21614: no mobile", {error(400, 21614)}, "refused", 21614, 1, 0},
        {"21217: the number is none", {error(400, 21217)}, "refused", 21217, 1, 0},
        {"60200: a parameter is none", {error(400, 60200)}, "refused", 60200, 1, 0},
        {"21610: opted out", {error(400, 21610)}, "opted_out", 21610, 1, 0},
        {"21408: country not allowed", {error(400, 21408)}, "refused", 21408, 1, 0},
        {"21215: country not allowed", {error(400, 21215)}, "refused", 21215, 1, 0},
        {"13227: country not allowed", {error(400, 13227)}, "refused", 13227, 1, 0},
        {"60605: country not allowed", {error(403, 60605)}, "refused", 60605, 1, 0},
        {"60220: country not allowed", {error(403, 60220)}, "refused", 60220, 1, 0},
        {"21606: sender misconfigured", {error(400, 21606)}, "failed", 21606, 1, 0},
        {"21603: no sender", {error(400, 21603)}, "failed", 21603, 1, 0},
        {"21703: service without a number", {error(400, 21703)}, "failed", 21703, 1, 0},
        {"21704: service without a sender", {error(400, 21704)}, "failed", 21704, 1, 0},
        {"21712: a foreign sender", {error(400, 21712)}, "failed", 21712, 1, 0},
        {"60223: channel switched off", {error(403, 60223)}, "failed", 60223, 1, 0},
        {"21608: trial account", {error(400, 21608)}, "refused", 21608, 1, 0},
        {"21611: its queue is full", {error(429, 21611)}, "failed", 21611, 1, 0},
        {"22005: its queue of calls is full", {error(429, 22005)}, "failed", 22005, 1, 0},
        {"21617: too long", {error(400, 21617)}, "failed", 21617, 1, 0},
        {"21602: empty", {error(400, 21602)}, "failed", 21602, 1, 0},
        {"63016 without a template", {error(400, 63016)}, "refused", 63016, 1, 0},
        {"63018: the channel's rate", {error(429, 63018)}, "failed", 63018, 1, 0},
        {"14107: a loop", {error(429, 14107)}, "refused", 14107, 1, 0},
        {"60410: Fraud Guard", {error(403, 60410)}, "refused", 60410, 1, 0},
        {"60207: a service's limits", {error(400, 60207)}, "failed", 60207, 1, 0},
        {"a code that no table knows, under 400", {error(400, 99999)}, "failed", 99999, 1, 0},
        {"a code that no table knows, under 500", {error(500, 99999)}, "unknown", 99999, 1, 0},
        {"a redirect", {{.status = 307, .headers = "Location: /x\r\n"}}, "failed", 0, 1, 0},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        TwilioWorld world;
        world.twilio.script("/Messages.json", row.answers);
        TwilioMessages messages{*world.rest};
        const auto result = world.wait_for(messages.send(hello()));
        INFO(result.reason);
        CHECK(name_of(result.outcome) == row.outcome);
        CHECK(result.code == row.code);
        CHECK(world.twilio.server().heard().size() == row.requests);
        CHECK(world.twilio.messages() == row.messages);
        CHECK(result.reason.empty() == (row.outcome == "sent"));
    }
}

TEST_CASE("a text that could not be sent is tried again, at most three times") {
    TwilioWorld world;
    TwilioMessages messages{*world.rest};
    world.twilio.server().break_connections(3);
    CHECK(name_of(world.wait_for(messages.send(hello())).outcome) == "sent");
    CHECK(world.twilio.server().connections() == 4);

    TwilioWorld away;
    TwilioMessages cut_off{*away.rest};
    away.twilio.server().break_connections(5);
    CHECK(name_of(away.wait_for(cut_off.send(hello())).outcome) == "failed");
    CHECK(away.twilio.server().connections() == 4);
    CHECK(away.twilio.messages() == 0);
}

TEST_CASE("an answer that does not come in time is unknown, one that nobody could ask for failed") {
    TwilioWorld world;
    TwilioMessages messages{*world.rest};
    OutgoingMessage hasty = hello();
    hasty.timeout = 200ms;
    world.twilio.script("/Messages.json", {{.accident = Accident::never}});
    CHECK(name_of(world.wait_for(messages.send(hasty)).outcome) == "unknown");
    CHECK(world.twilio.messages() == 1);
    world.twilio.server().ignore_connections(1);
    CHECK(name_of(world.wait_for(messages.send(hasty)).outcome) == "failed");
    CHECK(world.twilio.messages() == 1);
}

TEST_CASE("Retry-After is waited for, where there is time") {
    TwilioWorld world;
    TwilioMessages messages{*world.rest};
    world.twilio.script("/Messages.json", {error(429, 20429, "Retry-After: 1\r\n")});
    const auto began = std::chrono::steady_clock::now();
    CHECK(name_of(world.wait_for(messages.send(hello())).outcome) == "sent");
    CHECK(std::chrono::steady_clock::now() - began >= 1s);
}

TEST_CASE("outside WhatsApp's window a text goes once more, as the template that is given") {
    OutgoingMessage message = hello();
    message.via = MessageChannel::whatsapp;
    message.content = MessageTemplate{.content_sid = "HX1"};
    TwilioWorld world;
    TwilioMessages messages{*world.rest};
    world.twilio.script("/Messages.json", {error(400, 63016)});
    CHECK(name_of(world.wait_for(messages.send(message)).outcome) == "sent");
    const auto& heard = world.twilio.server().heard();
    REQUIRE(heard.size() == 2);
    CHECK(heard[0].field("Body") == "hello");
    CHECK(heard[0].field("ContentSid").empty());
    CHECK(heard[1].field("Body").empty());
    CHECK(heard[1].field("ContentSid") == "HX1");

    world.twilio.script("/Messages.json", {error(400, 63016), error(400, 63016)});
    CHECK(name_of(world.wait_for(messages.send(message)).outcome) == "refused");
    CHECK(heard.size() == 4);

    message.text.clear();
    world.twilio.script("/Messages.json", {error(400, 63016)});
    CHECK(name_of(world.wait_for(messages.send(message)).outcome) == "refused");
    CHECK(heard.size() == 5);
    CHECK(heard[4].field("ContentSid") == "HX1");
}

TEST_CASE("a message without anything in it is not sent") {
    TwilioWorld world;
    TwilioMessages messages{*world.rest};
    OutgoingMessage empty = hello();
    empty.text.clear();
    const auto result = world.wait_for(messages.send(empty));
    CHECK(name_of(result.outcome) == "failed");
    CHECK(result.code == 21602);
    CHECK(world.twilio.server().heard().empty());
}
