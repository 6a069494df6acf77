#include "twiml/voice_request.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace twiml;
using namespace std::chrono_literals;

namespace {

// Views go down into the body.
struct Webhook {
    std::string body;
    Params params{};
    VoiceRequest request{};
    explicit Webhook(std::string text) : body{std::move(text)} {
        params.decode(body);
        request = read_voice_request(params);
    }
    Webhook(const Webhook&) = delete;
    const VoiceRequest* operator->() const { return &request; }
};

Party::Kind kind(std::string_view text) { return parse_party(text).kind; }

}  // namespace

TEST_CASE("a call's first request says who calls whom, and keeps what it does not know") {
    const std::string sid = "0123456789abcdef0123456789abcdef";
    const Webhook webhook{"CallSid=CA" + sid + "&AccountSid=AC" + sid +
                          "&CallStatus=ringing&Direction=inbound&ApiVersion=2010-04-01"
                          "&From=%2B12025550100&To=%2B12025550199&FromState=K%C3%B6ln&FromCity="
                          "&StirVerstat=TN-Validation-Passed-A&CallToken=%7B%22a%22%3A1%7D"};
    CHECK(webhook->call_sid == CallSid::parse("CA" + sid));
    CHECK(webhook->account_sid == AccountSid::parse("AC" + sid));
    CHECK_FALSE(webhook->parent_call_sid);
    CHECK(webhook->status == CallStatus::ringing);
    CHECK(webhook->from == Party{Party::Kind::number, "+12025550100"});
    CHECK(webhook->to == Party{Party::Kind::number, "+12025550199"});
    CHECK(webhook->from_state == "K\xc3\xb6ln");
    CHECK(webhook->from_city.empty());
    CHECK(webhook->stir_verstat == "TN-Validation-Passed-A");
    CHECK_FALSE(webhook->digits);
    CHECK(webhook->all->get("CallToken") == R"({"a":1})");
}

TEST_CASE("digits that came empty are not digits that did not come") {
    CHECK(Webhook { "Digits=" } -> digits == std::optional<std::string_view>{""});
    CHECK(Webhook { "Digits=0%2A%23&FinishedOnKey=%23" }
          -> digits == std::optional<std::string_view>{"0*#"});
    CHECK_FALSE(Webhook { "msg=Gather+End" } -> digits);
}

TEST_CASE("speech may come without a confidence, or with a bad one") {
    CHECK(Webhook { "SpeechResult=yes&Confidence=0.97" } -> confidence == 0.97);
    CHECK(Webhook { "SpeechResult=yes" } -> speech == std::optional<std::string_view>{"yes"});
    CHECK_FALSE(Webhook { "SpeechResult=yes" } -> confidence);
    for (const char* bad : {"", "high", "1.5", "-0.1", "nan", "inf", "0.5x"})
        CHECK_FALSE(Webhook { std::string{"Confidence="} + bad } -> confidence);
}

TEST_CASE("a dial's end, a recording and a queue are read with their types") {
    const std::string sid = "0123456789abcdef0123456789abcdef";
    const Webhook dial{"DialCallStatus=no-answer&DialCallSid=CA" + sid + "&DialBridged=false"};
    CHECK(dial->dial_status == DialStatus::no_answer);
    CHECK(dial->dial_call_sid == CallSid::parse("CA" + sid));
    CHECK_FALSE(dial->dial_duration);
    CHECK(dial->dial_bridged == false);
    const Webhook record{"RecordingSid=RE" + sid +
                         "&RecordingDuration=42&RecordingUrl=https%3A%2F%2Fx"};
    CHECK(record->recording_sid == RecordingSid::parse("RE" + sid));
    CHECK(record->recording_duration == 42s);
    CHECK(record->recording_url == "https://x");
    const Webhook queue{"QueueResult=leave&QueueSid=QU" + sid + "&QueueTime=7&QueuePosition=x"};
    CHECK(queue->queue_sid == QueueSid::parse("QU" + sid));
    CHECK(queue->queue_time == 7);
    CHECK_FALSE(queue->queue_position);
}

TEST_CASE("numbers that are none are absent") {
    for (const char* bad : {"", "-1", "1.5", "9999999999999999999999", "+3", " 3"}) {
        INFO(bad);
        CHECK_FALSE(Webhook { std::string{"CallDuration="} + percent_encode(bad) }
                    -> call_duration);
        CHECK_FALSE(Webhook { std::string{"SequenceNumber="} + percent_encode(bad) }
                    -> sequence_number);
    }
}

TEST_CASE("of a repeated field the first counts") {
    CHECK(Webhook { "CallStatus=ringing&CallStatus=completed" } -> status == CallStatus::ringing);
}

TEST_CASE("five statuses are final, and an unknown word is none") {
    for (const char* word : {"completed", "busy", "failed", "no-answer", "canceled"})
        CHECK(is_final(parse_call_status(word)));
    for (const char* word : {"queued", "initiated", "ringing", "in-progress", "Completed", ""})
        CHECK_FALSE(is_final(parse_call_status(word)));
    for (const char* word : {"queued", "initiated", "ringing", "in-progress", "no-answer"})
        CHECK(to_text(parse_call_status(word)) == word);
}

TEST_CASE("numbers, SIP, client and short callers are told apart") {
    CHECK(kind("+12025550100") == Party::Kind::number);
    CHECK(kind("sip:alice@example.com") == Party::Kind::sip);
    CHECK(kind("sips:alice@example.com;transport=tls") == Party::Kind::sip);
    CHECK(kind("client:alice") == Party::Kind::client);
    CHECK(kind("whatsapp:+12025550100") == Party::Kind::client);
    CHECK(kind("22333") == Party::Kind::short_code);
}

TEST_CASE("on the line is who called, or who was called where we placed the call") {
    const auto on_the_line = [](const std::string& direction) {
        const Webhook told{"From=%2B12025550100&To=%2B12025550155&Direction=" + direction};
        return far_end(told.request).text;
    };
    CHECK(on_the_line("inbound") == "+12025550100");
    CHECK(on_the_line("outbound-api") == "+12025550155");
    CHECK(on_the_line("outbound-dial") == "+12025550100");
}

TEST_CASE("a caller who hides is recognised before anything takes it for a number") {
    for (const char* hidden : {"",
                               "anonymous",
                               "Anonymous",
                               "ANONYMOUS",
                               "unknown",
                               "Restricted",
                               "private",
                               "unavailable",
                               "+266696687",
                               "+86282452253",
                               "+7378742833",
                               "+7378742883",
                               "+2562533",
                               "+8656696",
                               "+7748483",
                               "+8566",
                               "+464",
                               "sip:anonymous@anonymous.invalid",
                               "sip:Anonymous",
                               "+",
                               "+0",
                               "2025550100x",
                               "02025550100",
                               "+1202555010012345"}) {
        INFO(hidden);
        CHECK(kind(hidden) == Party::Kind::withheld);
        CHECK(parse_party(hidden).text == hidden);
    }
}

TEST_CASE("a request of any fields is read, whatever their bytes") {
    CHECK(rc::check([](const std::vector<std::string>& values) {
        const std::vector<std::string> names{"CallSid", "From",  "Confidence", "DialCallDuration",
                                             "Digits",  "Queue", "CallStatus", "QueuePosition"};
        Params params;
        for (std::size_t i = 0; i < values.size(); ++i)
            params.add(names[i % names.size()], values[i]);
        const VoiceRequest request = read_voice_request(params);
        RC_ASSERT(request.digits == params.find("Digits"));
        RC_ASSERT(request.from.text == params.get("From"));
    }));
}
