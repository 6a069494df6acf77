#include "flows/tools/followed.hpp"
#include "flows/tools/heard.hpp"
#include "flows/tools/replayer.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace flows;

namespace {

// A server made of answers by target, which notes what it was asked.
struct Server {
    std::map<std::string, std::string> bodies{};
    std::vector<TapeRequest> asked{};

    Answerer answerer() {
        return [this](const TapeRequest& request, std::string_view) {
            asked.push_back(request);
            const auto found = bodies.find(request.target);
            if (found == bodies.end()) return TapeResponse{404, "text/plain", "no such page"};
            return TapeResponse{
                200, "text/xml",
                found->second.empty() ? "" : "<Response>" + found->second + "</Response>"};
        };
    }
    std::vector<std::string> targets() const {
        std::vector<std::string> list;
        for (const TapeRequest& request : asked)
            list.push_back(request.target);
        return list;
    }
};

Exchange webhook(const Fields& fields, const std::string& target = "/anything?node=x") {
    Exchange exchange;
    exchange.request.target = target;
    exchange.request.form = {{"CallSid", "CA1"}};
    exchange.request.form.insert(exchange.request.form.end(), fields.begin(), fields.end());
    return exchange;
}
Exchange beginning() { return webhook({{"CallStatus", "ringing"}}, "/voice/main"); }

Exchange with_answer(Exchange exchange, const std::string& body) {
    exchange.response = TapeResponse{200, "text/xml", body};
    return exchange;
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("a masked tape of a call that dials replays without a difference, a raw one tells") {
    const std::string caller = "+13035550147", desk = "+12125550188";
    const auto dials = [](const std::string& number) { return "<Dial>" + number + "</Dial>"; };
    const Exchange raw =
        with_answer(webhook({{"CallStatus", "ringing"}, {"From", caller}}, "/voice/main"),
                    "<Response>" + dials(desk) + "</Response>");
    const Exchange masked = Masker{}.mask(raw);
    REQUIRE(masked.response->body.find(desk) == std::string::npos);
    Server server;
    server.bodies = {{"/voice/main", dials(desk)}};
    CHECK(replay({"masked", {masked}}, server.answerer()).differences() == 0);
    CHECK(replay({"raw", {raw}}, server.answerer()).differences() == 0);
    server.bodies = {{"/voice/main", dials("+12125550189")}};
    CHECK(replay({"raw", {raw}}, server.answerer()).differences() == 1);
    server.bodies = {{"/voice/main", dials(masked.request.form.back().second)}};  // who calls
    CHECK(replay({"masked", {masked}}, server.answerer()).differences() == 1);
}

TEST_CASE("a replay follows the URLs of the replies, whatever paths the tape shows") {
    Server server;
    server.bodies = {
        {"/voice/main",
         "<Gather action=\"/voice/main/menu/gather?s=aa#rc=2\"><Say>Hi</Say></Gather>"
         "<Redirect>/voice/main/menu/noinput?s=aa#rc=2</Redirect>"},
        {"/voice/main/menu/noinput?s=aa",
         "<Gather action=\"/voice/main/menu/gather?s=bb\"/><Redirect>/x</Redirect>"},
        {"/voice/main/menu/gather?s=bb",
         "<Dial action=\"/voice/main/operator/dial?s=cc\">+12025550130</Dial>"},
        {"/voice/main/operator/dial?s=cc", "<Record action=\"/voice/main/mail/record?s=dd\"/>"},
        {"/voice/main/mail/record?s=dd", "<Hangup/>"},
        {"/voice/main/status", ""}};
    const Tape tape{
        "call.jsonl",
        {beginning(), webhook({}), webhook({{"Digits", "0"}, {"msg", "Gather End"}}),
         webhook({{"DialCallStatus", "busy"}}),
         webhook({{"RecordingSid", "RE1"}, {"Digits", "#"}, {"RecordingDuration", "7"}}),
         webhook({{"CallStatus", "completed"}, {"CallbackSource", "call-progress-events"}})}};
    const ReplayReport report = replay(tape, server.answerer());
    CHECK(server.targets() == List{"/voice/main", "/voice/main/menu/noinput?s=aa",
                                   "/voice/main/menu/gather?s=bb", "/voice/main/operator/dial?s=cc",
                                   "/voice/main/mail/record?s=dd", "/voice/main/status"});
    CHECK(report.differences() == 0);
    CHECK(report.steps[0].hears == List{"\"Hi\"", "asks for keys, # ends"});
    CHECK(report.steps[2].target == "/voice/main/menu/gather?s=\u2026");
    CHECK(report.steps[3].happened == "dial: busy");
}

TEST_CASE("redirects that the tape knows nothing of are followed on the way") {
    Server server;
    server.bodies = {{"/voice/main", "<Say>Hi</Say><Redirect>/voice/main/a/go?s=aa</Redirect>"},
                     {"/voice/main/a/go?s=aa", "<Gather action=\"/voice/main/a/gather?s=bb\"/>"},
                     {"/voice/main/a/gather?s=bb", "<Hangup/>"}};
    const Tape tape{"call.jsonl", {beginning(), webhook({{"Digits", "1"}})}};
    CHECK(replay(tape, server.answerer()).differences() == 0);
    CHECK(server.targets() ==
          List{"/voice/main", "/voice/main/a/go?s=aa", "/voice/main/a/gather?s=bb"});
    CHECK(server.asked[1].find("Digits") == nullptr);
}

TEST_CASE("the same webhook again is asked at the same URL and must be answered alike") {
    Server server;
    server.bodies = {{"/voice/main", "<Gather action=\"/a?s=1\"/>"},
                     {"/a?s=1", "<Gather action=\"/b?s=2\"/>"},
                     {"/b?s=2", "<Hangup/>"}};
    Exchange pressed = webhook({{"Digits", "1"}});
    pressed.request.headers = {{"i-twilio-idempotency-token", "t1"}};
    const Tape tape{"call.jsonl", {beginning(), pressed, pressed, webhook({{"Digits", "2"}})}};
    CHECK(replay(tape, server.answerer()).differences() == 0);
    CHECK(server.targets() == List{"/voice/main", "/a?s=1", "/a?s=1", "/b?s=2"});

    int count = 0;
    const Answerer fickle = [&](const TapeRequest& request, std::string_view at) {
        TapeResponse response = server.answerer()(request, at).response;
        if (request.target == "/a?s=1" && ++count == 2) response.body = "<Response/>";
        return response;
    };
    const ReplayReport report = replay(tape, fickle);
    CHECK(report.differences() == 1);
    CHECK(report.steps[2].differences.front() == "the same webhook was answered differently:");
}

TEST_CASE("callbacks that the reply did not ask for are passed over, and said so") {
    Server server;
    server.bodies = {
        {"/voice/main", "<Dial action=\"/d?s=1\"><Number>+12025550130</Number></Dial>"},
        {"/d?s=1", "<Hangup/>"}};
    Exchange leg = webhook({{"CallbackSource", "call-progress-events"}, {"CallStatus", "ringing"}});
    leg.request.form[0].second = "CA2";
    leg.request.form.emplace_back("ParentCallSid", "CA1");
    const Tape tape{"call.jsonl",
                    {beginning(), leg, webhook({{"RecordingStatus", "completed"}}),
                     webhook({{"UnstableSpeechResult", "pay"}}),
                     webhook({{"DialCallStatus", "completed"}})}};
    const ReplayReport report = replay(tape, server.answerer());
    CHECK(report.differences() == 0);
    CHECK(report.steps[1].skipped == "the reply before names no URL for it");
    CHECK(report.steps[3].skipped == "the reply before names no URL for it");
    CHECK(server.targets() == List{"/voice/main", "/d?s=1"});
}

TEST_CASE("the whisper is asked on the leg, and what the leg keys goes to its own question") {
    Server server;
    server.bodies = {{"/voice/main", "<Dial action=\"/d?s=1\"><Number url=\"/w?s=2\">+12025550130"
                                     "</Number></Dial>"},
                     {"/w?s=2", "<Gather action=\"/k?s=3\"/>"},
                     {"/k?s=3", ""}};
    Exchange answered = webhook({{"ParentCallSid", "CA1"}});
    answered.request.form[0].second = "CA2";
    Exchange keyed = webhook({{"ParentCallSid", "CA1"}, {"Digits", "1"}});
    keyed.request.form[0].second = "CA2";
    const Tape tape{"call.jsonl", {beginning(), answered, keyed}};
    replay(tape, server.answerer());
    CHECK(server.targets() == List{"/voice/main", "/w?s=2", "/k?s=3"});
}

TEST_CASE("the fallback is told the URL of ours that would have been asked") {
    Server server;
    server.bodies = {{"/voice/main", "<Gather action=\"/voice/main/menu/gather?s=aa#rc=2\"/>"},
                     {"/voice/main/fallback", "<Hangup/>"}};
    const Tape tape{"call.jsonl",
                    {beginning(), webhook({{"Digits", "1"},
                                           {"ErrorCode", "11200"},
                                           {"ErrorUrl", "https://other.example/menu"}})}};
    CHECK(replay(tape, server.answerer()).differences() == 0);
    CHECK(*server.asked[1].find("ErrorUrl") ==
          "https://ivr.example.com/voice/main/menu/gather?s=aa");
}

TEST_CASE("the first webhook fails too, though its reply was written: the tape says which it was") {
    Server server;
    server.bodies = {{"/voice/main", "<Say>Hi</Say><Redirect>/voice/main/a/empty?s=aa</Redirect>"},
                     {"/voice/main/fallback", "<Hangup/>"}};
    const Tape tape{"call.jsonl",
                    {beginning(), webhook({{"CallStatus", "ringing"},
                                           {"ErrorCode", "11200"},
                                           {"ErrorUrl", "https://here.example/voice/main"}})}};
    CHECK(replay(tape, server.answerer()).differences() == 0);
    CHECK(*server.asked[1].find("ErrorUrl") == "https://ivr.example.com/voice/main");
}

TEST_CASE("a status of few fields is known by the path it came to") {
    Server server;
    server.bodies = {{"/voice/main", "<Gather action=\"/g\"/><Redirect>/n</Redirect>"},
                     {"/voice/main/status", ""}};
    const Tape tape{"call.jsonl",
                    {beginning(), webhook({{"CallStatus", "completed"}, {"SequenceNumber", "0"}},
                                          "/voice/main/status")}};
    replay(tape, server.answerer());
    CHECK(server.targets() == List{"/voice/main", "/voice/main/status"});
}

TEST_CASE("what differs from the recorded answer is shown line by line") {
    Server server;
    server.bodies = {{"/voice/main", "<Say>Hello</Say><Hangup/>"}};
    const Tape tape{"call.jsonl",
                    {with_answer(beginning(), "<Response><Say>Hi</Say><Hangup/>"
                                              "</Response>")}};
    const ReplayReport report = replay(tape, server.answerer());
    CHECK(report.differences() == 1);
    const List& lines = report.steps[0].differences;
    CHECK(std::count(lines.begin(), lines.end(), "-   <Say>Hi</Say>") == 1);
    CHECK(std::count(lines.begin(), lines.end(), "+   <Say>Hello</Say>") == 1);
    CHECK(replay(updated(tape, report), server.answerer()).differences() == 0);
}

TEST_CASE("tokens, hosts and connection overrides are no difference") {
    CHECK(
        comparable("<Response><Gather action=\"/voice/m/a/gather?s=abc#ct=2000\"/></Response>") ==
        comparable("<Response>\n <Gather "
                   "action=\"https://ivr.example.com/voice/m/a/gather?s=x\"></Gather></Response>"));
    CHECK(comparable("<Response><Redirect>https://a.example/x</Redirect></Response>") !=
          comparable("<Response><Redirect>https://b.example/x</Redirect></Response>"));
}

TEST_CASE("a webhook that the call cannot have is a difference") {
    Server server;
    server.bodies = {{"/voice/main", "<Hangup/>"}};
    const Tape tape{"call.jsonl", {beginning(), webhook({{"Digits", "1"}})}};
    const ReplayReport report = replay(tape, server.answerer());
    CHECK(report.differences() == 1);
    CHECK(report.steps[1].skipped == "the reply before names no URL for it");
}

TEST_CASE("URLs are resolved against the document they stand in") {
    CHECK(resolve("https://ivr.example.com/voice/a?s=1#rc=2", "/b") == "/voice/a?s=1");
    CHECK(resolve("/voice/a", "/b/c?d") == "/voice/a");
    CHECK(resolve("next?x=1", "/voice/main?y") == "/voice/next?x=1");
    CHECK(resolve("?x=1", "/voice/main?y") == "/voice/main?x=1");
    CHECK(resolve("", "/voice/main?y") == "/voice/main?y");
}

// ── effects ──

TEST_CASE("what an effect is taken for is told with its webhook, for a tape does not hold it") {
    const Answerer answerer = [](const TapeRequest&, std::string_view) {
        return Replayed{{200, "text/xml", "<Response><Say>Sorry.</Say></Response>"},
                        {"http GET https://crm.test/a: failed"}};
    };
    const Tape tape{"call.jsonl", {beginning()}};
    const ReplayReport report = replay(tape, answerer);
    CHECK(to_text(report).find("       http GET https://crm.test/a: failed (a tape does not hold "
                               "what came of it)\n") != std::string::npos);
    CHECK(to_json(report).find(R"("effects":["http GET https://crm.test/a: failed"])") !=
          std::string::npos);
}

TEST_CASE("a call that was kept waiting then, and is not now, is judged by what the wait brought") {
    Server server;
    server.bodies = {{"/voice/main", "<Gather action=\"/a?s=1\"/>"},
                     {"/a?s=1", "<Say>Hello.</Say>"}};
    Exchange pressed = webhook({{"Digits", "1"}});
    pressed.response = TapeResponse{
        200, "text/xml",
        "<Response><Pause length=\"1\"/><Redirect>/voice/main/look/wait?s=…</Redirect></Response>"};
    Exchange back = webhook({});
    back.request.target = "/voice/main/look/wait?s=…";
    back.response = pressed.response;
    Exchange last = back;
    last.response = TapeResponse{200, "text/xml", "<Response><Say>Hello.</Say></Response>"};
    const ReplayReport report =
        replay({"call.jsonl", {beginning(), pressed, back, last}}, server.answerer());
    CHECK(report.differences() == 0);
    CHECK(server.targets() == List{"/voice/main", "/a?s=1"});
    CHECK(report.steps[2].skipped == "it was there with the answer before");

    last.response->body = "<Response><Say>Good bye.</Say></Response>";
    const ReplayReport other =
        replay({"call.jsonl", {beginning(), pressed, back, last}}, server.answerer());
    CHECK(other.differences() == 1);
    CHECK_FALSE(other.steps[3].differences.empty());
}

TEST_CASE("a call that is kept waiting now, and was not then, comes back as by Twilio") {
    Server server;
    server.bodies = {{"/voice/main", "<Gather action=\"/a?s=1\"/>"},
                     {"/a?s=1", "<Pause/><Redirect>/voice/main/look/wait?s=2</Redirect>"},
                     {"/voice/main/look/wait?s=2", "<Say>Hello.</Say>"}};
    Exchange pressed = webhook({{"Digits", "1"}});
    pressed.response = TapeResponse{200, "text/xml", "<Response><Say>Hello.</Say></Response>"};
    const ReplayReport report = replay({"call.jsonl", {beginning(), pressed}}, server.answerer());
    CHECK(report.differences() == 0);
    CHECK(server.targets() == List{"/voice/main", "/a?s=1", "/voice/main/look/wait?s=2"});
    CHECK(server.asked.back().find("Digits") == nullptr);
}
