#include "flows/tools/simulator.hpp"
#include "tests/flows/tools/examples_support.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <vector>

namespace {

using flows::DialOutcome;
using flows::Ended;
using flows::Phone;
using std::chrono::seconds;

// Answers by a table of documents: path -> verbs. Keeps what was asked.
struct Server {
    std::map<std::string, std::string> documents{};
    std::vector<flows::TapeRequest> asked{};

    flows::Transport transport() {
        return [this](const flows::TapeRequest& request, flows::Now, flows::EffectScript&) {
            asked.push_back(request);
            const auto found = documents.find(request.target);
            if (found == documents.end()) return flows::Answer{.response = {404, "text/plain", {}}};
            return flows::Answer{
                .response = {200, "text/xml", "<Response>" + found->second + "</Response>"}};
        };
    }
    std::string told(const std::string& name) const {
        const std::string* value = asked.back().find(name);
        return value != nullptr ? *value : "(absent)";
    }
    std::vector<std::string> targets() const {
        std::vector<std::string> all;
        for (const auto& request : asked)
            all.push_back(request.target);
        return all;
    }
};

constexpr flows::Now noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 6} +
                          std::chrono::hours{12}};

Phone phone_to(Server& server) {
    Phone phone{{}, {.target = "/voice/main"}, noon, server.transport()};
    phone.begin();
    return phone;
}

std::vector<std::string> heard(const Phone& phone) {
    std::vector<std::string> lines;
    for (const flows::Heard& each : phone.heard())
        lines.push_back((each.called ? "called: " : "") + in_words(each));
    return lines;
}

std::string ending(const Phone& phone) {
    return phone.is_over() ? in_words(phone.waiting()) : "(goes on)";
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a telephone hears the words of a question, then waits for its keys") {
    Server server{{{"/voice/main", "<Say language=\"en-US\">Hello</Say><Gather numDigits=\"1\" "
                                   "action=\"/one\"><Say>Press 1</Say></Gather>"},
                   {"/one", "<Play>/audio/tone.mp3</Play><Hangup/>"}}};
    Phone phone = phone_to(server);
    CHECK(heard(phone) == Lines{"en-US \"Hello\"", "\"Press 1\""});
    CHECK(in_words(phone.waiting()) == "asks for 1 key, # ends");
    CHECK(phone.press("1").used == 1);
    CHECK(server.asked[1].target == "/one");
    CHECK(*server.asked[1].find("Digits") == "1");
    CHECK(*server.asked[1].find("msg") == "Gather End");
    CHECK(heard(phone).back() == "plays /audio/tone.mp3");
    CHECK(ending(phone) == "the flow hung up");
}

TEST_CASE("the first webhook of an inbound call rings; those after it are in progress") {
    Server server{{{"/voice/main", "<Redirect>/on</Redirect>"}, {"/on", "<Pause/>"}}};
    const Phone phone = phone_to(server);
    CHECK(*server.asked[0].find("CallStatus") == "ringing");
    CHECK(*server.asked[1].find("CallStatus") == "in-progress");
    CHECK(*server.asked[0].find("From") == "+12025550123");
    CHECK(*server.asked[0].find("Caller") == "+12025550123");
    CHECK(*server.asked[0].find("FromCountry") == "US");
}

TEST_CASE("what is told once is told with the first webhook") {
    Server server{{{"/voice/main", "<Redirect>/on</Redirect>"}, {"/on", "<Pause/>"}}};
    Phone phone{{.direction = "outbound-api",
                 .stir_verstat = "TN-Validation-Passed-A",
                 .answered_by = "human"},
                {.target = "/voice/main"},
                noon,
                server.transport()};
    phone.begin();
    CHECK(*server.asked[0].find("CallStatus") == "in-progress");
    CHECK(*server.asked[0].find("AnsweredBy") == "human");
    CHECK(*server.asked[0].find("StirVerstat") == "TN-Validation-Passed-A");
    CHECK(server.asked[1].find("AnsweredBy") == nullptr);
    CHECK(server.asked[1].find("StirVerstat") == nullptr);
}

TEST_CASE("clients and SIP addresses come without geography") {
    Server server{{{"/voice/main", "<Pause/>"}}};
    Phone phone{
        {.from = "sip:ann@example.com"}, {.target = "/voice/main"}, noon, server.transport()};
    phone.begin();
    CHECK(server.asked[0].find("FromCountry") == nullptr);
    CHECK(server.asked[0].find("ToCountry") != nullptr);
}

TEST_CASE("silence goes on with the next verb, and the clock by the timeout") {
    Server server{{{"/voice/main", "<Gather timeout=\"7\" action=\"/one\"/><Redirect>/none"
                                   "</Redirect>"},
                   {"/none", "<Say>Nobody</Say>"}}};
    Phone phone = phone_to(server);
    CHECK_FALSE(phone.wait());
    CHECK(server.asked[1].target == "/none");
    CHECK(server.asked[1].find("Digits") == nullptr);
    CHECK(phone.now() == noon + seconds{7});
}

TEST_CASE("silence asks the action where actionOnEmptyResult wants it") {
    Server server{{{"/voice/main", "<Gather actionOnEmptyResult=\"true\" action=\"/one\"/>"},
                   {"/one", "<Hangup/>"}}};
    Phone phone = phone_to(server);
    CHECK_FALSE(phone.wait());
    CHECK(server.asked[1].target == "/one");
    CHECK(server.asked[1].find("Digits")->empty());
}

TEST_CASE("keys end by the finishing key, which is told apart from them") {
    Server server{{{"/voice/main", "<Gather action=\"/one\"/>"}, {"/one", "<Pause/>"}}};
    Phone phone = phone_to(server);
    CHECK(phone.press("042#").used == 4);
    CHECK(*server.asked[1].find("Digits") == "042");
    CHECK(*server.asked[1].find("FinishedOnKey") == "#");
    CHECK(phone.now() == noon);
}

TEST_CASE("keys without their end wait for the timeout") {
    Server server{
        {{"/voice/main", "<Gather action=\"/one\" timeout=\"4\"/>"}, {"/one", "<Pause/>"}}};
    Phone phone = phone_to(server);
    CHECK(phone.press("12").used == 2);
    CHECK(*server.asked[1].find("Digits") == "12");
    CHECK(server.asked[1].find("FinishedOnKey")->empty());
    CHECK(phone.now() == noon + seconds{4});
}

TEST_CASE("the finishing key alone is silence; without a finishing key it is a key") {
    Server server{{{"/voice/main", "<Gather action=\"/one\"/><Redirect>/again</Redirect>"},
                   {"/again", "<Gather action=\"/two\" finishOnKey=\"\" numDigits=\"1\"/>"},
                   {"/two", "<Pause/>"}}};
    Phone phone = phone_to(server);
    CHECK(phone.press("#").used == 1);
    CHECK(server.asked[1].target == "/again");
    CHECK(phone.press("#").used == 1);
    CHECK(*server.asked[2].find("Digits") == "#");
}

TEST_CASE("a question that has enough keys takes no more") {
    Server server{
        {{"/voice/main", "<Gather numDigits=\"1\" action=\"/one\"/>"}, {"/one", "<Pause/>"}}};
    Phone phone = phone_to(server);
    CHECK(phone.press("123").used == 1);
    CHECK(*server.asked[1].find("Digits") == "1");
}

TEST_CASE("speech is told with its confidence and language, where a question takes it") {
    Server server{{{"/voice/main", "<Gather input=\"dtmf speech\" language=\"es-MX\" "
                                   "action=\"/one\"/>"},
                   {"/one", "<Gather/>"}}};
    Phone phone = phone_to(server);
    CHECK_FALSE(phone.say("ventas", 0.8));
    CHECK(*server.asked[1].find("SpeechResult") == "ventas");
    CHECK(*server.asked[1].find("Confidence") == "0.8");
    CHECK(*server.asked[1].find("Language") == "es-MX");
    CHECK(phone.say("ventas") == "this question takes keys alone");
}

TEST_CASE("a Gather without an action asks its own document again") {
    Server server{{{"/voice/main", "<Gather numDigits=\"1\"/>"}}};
    Phone phone = phone_to(server);
    (void)phone.press("1");
    CHECK(server.targets() == Lines{"/voice/main", "/voice/main"});
}

TEST_CASE("relative URLs are those of the current document, without their fragment") {
    Server server{
        {{"/voice/main", "<Redirect>main/menu?a=1#ct=2000</Redirect>"},
         {"/voice/main/menu?a=1", "<Redirect>../other/./x</Redirect>"},
         {"/voice/other/x", "<Redirect>https://ivr.example.com/voice/end#rc=2</Redirect>"},
         {"/voice/end", "<Gather action=\"?b=2\"/>"},
         {"/voice/end?b=2", "<Hangup/>"}}};
    Phone phone = phone_to(server);
    (void)phone.press("1#");
    CHECK(ending(phone) == "the flow hung up");
}

TEST_CASE("a redirect to another server hands the call on") {
    Server server{{{"/voice/main", "<Redirect>https://partner.example/voice</Redirect>"}}};
    const Phone phone = phone_to(server);
    CHECK(ending(phone) == "the call was handed on to https://partner.example/voice");
    CHECK(server.asked.size() == 1);
}

TEST_CASE("documents that redirect to each other without end hold the call, not the telephone") {
    Server server{{{"/voice/main", "<Say>Again</Say><Redirect/>"}}};
    Phone phone = phone_to(server);
    CHECK(in_words(phone.waiting()) == "<Redirect>");
    CHECK_FALSE(phone.hang_up());
    CHECK(ending(phone) == "the caller hung up");
}

TEST_CASE("an answer that is no TwiML breaks the call off, and says why") {
    Server server{{{"/voice/main", "<Gather action=\"/one\"/>"}, {"/one", "<Dial></Say>"}}};
    Phone phone = phone_to(server);
    (void)phone.press("1#");
    CHECK(ending(phone).find("the call broke off: /one is no TwiML") == 0);
}

TEST_CASE("a document that Twilio would not take breaks the call off") {
    Server server{{{"/voice/main", "<Gather timeout=\"soon\"/>"}}};
    CHECK(ending(phone_to(server)).find("the call broke off: /voice/main: 13313") == 0);
}

TEST_CASE("an error of the server breaks the call off") {
    Server server{{{"/voice/main", "<Redirect>/gone</Redirect>"}}};
    CHECK(ending(phone_to(server)) == "the call broke off: /gone answers 404");
}

TEST_CASE("a dial that ends tells its action how") {
    Server server{{{"/voice/main", "<Dial action=\"/ended\"><Number>+12025550101</Number></Dial>"},
                   {"/ended", "<Hangup/>"}}};
    Phone phone = phone_to(server);
    CHECK(in_words(phone.waiting()) == "dials +12025550101");

    SECTION("busy") {
        CHECK_FALSE(phone.dial_ends(DialOutcome::busy));
        CHECK(*server.asked[1].find("DialCallStatus") == "busy");
        CHECK(*server.asked[1].find("DialBridged") == "false");
        CHECK(server.asked[1].find("DialCallDuration") == nullptr);
    }
    SECTION("after a talk") {
        CHECK_FALSE(phone.dial_ends(DialOutcome::completed));
        CHECK(*server.asked[1].find("DialCallStatus") == "completed");
        CHECK(*server.asked[1].find("DialBridged") == "true");
        CHECK(server.asked[1].find("DialCallDuration") != nullptr);
        CHECK(server.asked[1].find("DialCallSid")->size() == 34);
    }
    SECTION("declined, which nobody can without a screen") {
        CHECK(phone.dial_ends(DialOutcome::declined) == "without a screen nobody can decline");
        CHECK_FALSE(phone.is_over());
    }
    SECTION("by the caller, who is gone then") {
        CHECK_FALSE(phone.hang_up());
        CHECK(server.asked[1].target == "/ended");
        CHECK(*server.asked[1].find("CallStatus") == "completed");
        CHECK(*server.asked[1].find("DialCallStatus") == "canceled");
        CHECK(ending(phone) == "the caller hung up");
    }
}

TEST_CASE("a dial without an action goes on with the next verb") {
    Server server{{{"/voice/main", "<Dial>+12025550101</Dial><Say>Still here</Say>"}}};
    Phone phone = phone_to(server);
    CHECK_FALSE(phone.dial_ends(DialOutcome::completed));
    CHECK(heard(phone) == Lines{"\"Still here\""});
}

TEST_CASE("a screen is a call of its own, below the caller's") {
    Server server{{{"/voice/main", "<Dial action=\"/ended\"><Number url=\"/screen\">+12025550101"
                                   "</Number></Dial>"},
                   {"/screen", "<Say>A caller</Say><Gather numDigits=\"1\" finishOnKey=\"\" "
                               "action=\"/screened\"><Say>Press a key</Say></Gather><Hangup/>"},
                   {"/screened", ""},
                   {"/ended", "<Hangup/>"}}};
    Phone phone = phone_to(server);

    SECTION("who presses a key talks to the caller") {
        CHECK(phone.callee_presses("5").used == 1);
        CHECK(phone.is_bridged());
        CHECK(server.asked[1].target == "/screen");
        CHECK(*server.asked[1].find("ParentCallSid") == *server.asked[0].find("CallSid"));
        CHECK(*server.asked[1].find("CallSid") != *server.asked[0].find("CallSid"));
        CHECK(*server.asked[1].find("To") == "+12025550101");
        CHECK(*server.asked[1].find("Direction") == "outbound-dial");
        CHECK(*server.asked[2].find("Digits") == "5");
        CHECK(heard(phone) == Lines{"called: \"A caller\"", "called: \"Press a key\""});
        CHECK(phone.dial_ends(DialOutcome::declined) == "the called one has taken the call");
        CHECK_FALSE(phone.dial_ends(DialOutcome::completed));
        CHECK(*server.asked[3].find("DialCallSid") == *server.asked[1].find("CallSid"));
        CHECK(server.asked[3].find("ParentCallSid") == nullptr);
    }
    SECTION("who presses none declines") {
        CHECK_FALSE(phone.dial_ends(DialOutcome::declined));
        CHECK(server.targets() == Lines{"/voice/main", "/screen", "/ended", "/voice/main/status"});
        CHECK(*server.asked[2].find("DialCallStatus") == "completed");
        CHECK(*server.asked[2].find("DialBridged") == "false");
    }
    SECTION("a talk needs the key, which is pressed where nobody says otherwise") {
        CHECK_FALSE(phone.dial_ends(DialOutcome::completed));
        CHECK(server.targets() ==
              Lines{"/voice/main", "/screen", "/screened", "/ended", "/voice/main/status"});
    }
    SECTION("who is busy hears nothing") {
        CHECK_FALSE(phone.dial_ends(DialOutcome::busy));
        CHECK(server.targets() == Lines{"/voice/main", "/ended", "/voice/main/status"});
    }
    SECTION("the caller who hangs up while they talk ends a completed dial") {
        (void)phone.callee_presses("1");
        CHECK_FALSE(phone.hang_up());
        CHECK(*server.asked[3].find("DialCallStatus") == "completed");
        CHECK(*server.asked[3].find("CallStatus") == "completed");
    }
}

TEST_CASE("a recording ends by key, silence, length or hang-up") {
    Server server{{{"/voice/main", "<Record maxLength=\"30\" timeout=\"5\" finishOnKey=\"#\" "
                                   "action=\"/kept\"/><Redirect>/none</Redirect>"},
                   {"/kept", "<Hangup/>"},
                   {"/none", "<Hangup/>"}}};
    Phone phone = phone_to(server);
    CHECK(heard(phone) == Lines{"a beep"});

    SECTION("by key") {
        CHECK_FALSE(phone.record(seconds{12}, Phone::RecordingEnds::by_key));
        CHECK(*server.asked[1].find("RecordingDuration") == "12");
        CHECK(*server.asked[1].find("Digits") == "#");
        CHECK(server.asked[1].find("RecordingSid")->size() == 34);
        CHECK(phone.now() == noon + seconds{12});
    }
    SECTION("by silence") {
        CHECK_FALSE(phone.record(seconds{12}, Phone::RecordingEnds::by_silence));
        CHECK(server.asked[1].find("Digits")->empty());
        CHECK(phone.now() == noon + seconds{17});
    }
    SECTION("at its greatest length") {
        CHECK_FALSE(phone.record(seconds{60}, Phone::RecordingEnds::by_key));
        CHECK(*server.asked[1].find("RecordingDuration") == "30");
        CHECK(server.asked[1].find("Digits")->empty());
    }
    SECTION("by hanging up: the action is told, and its answer is not performed") {
        CHECK_FALSE(phone.record(seconds{12}, Phone::RecordingEnds::by_hanging_up));
        CHECK(*server.asked[1].find("Digits") == "hangup");
        CHECK(*server.asked[1].find("CallStatus") == "completed");
        CHECK(ending(phone) == "the caller hung up");
    }
    SECTION("nothing said, as Twilio does it now") {
        CHECK_FALSE(phone.wait());
        CHECK(server.asked[1].target == "/kept");
        CHECK(*server.asked[1].find("RecordingDuration") == "0");
    }
    SECTION("nothing said, as Twilio did it once") {
        CHECK_FALSE(phone.record(seconds{0}, Phone::RecordingEnds::by_silence,
                                 Phone::NothingSaid::falls_through));
        CHECK(server.asked[1].target == "/none");
    }
}

TEST_CASE("a call that is over tells its status once") {
    Server server{{{"/voice/main", "<Gather action=\"/one\"/>"}}};
    Phone phone = phone_to(server);
    phone.set_now(noon + seconds{90});
    CHECK_FALSE(phone.hang_up());
    CHECK(phone.hang_up() == "the call is over");
    CHECK(server.targets() == Lines{"/voice/main", "/voice/main/status"});
    CHECK(server.told("CallStatus") == "completed");
    CHECK(server.told("CallDuration") == "90");
    CHECK(server.told("Duration") == "2");
    CHECK(server.told("SequenceNumber") == "0");
    CHECK(server.told("Timestamp") == "Tue, 06 Jan 2026 12:01:30 +0000");
}

TEST_CASE("a rejected call was never answered") {
    Server server{{{"/voice/main", "<Reject reason=\"busy\"/>"}}};
    CHECK(ending(phone_to(server)) == "the call was rejected: busy");
    CHECK(server.told("CallStatus") == "busy");
}

TEST_CASE("what does not fit is refused, and the call stands where it stood") {
    Server server{{{"/voice/main", "<Gather input=\"speech\" action=\"/one\"/>"}}};
    Phone phone = phone_to(server);
    CHECK(phone.press("1").why_not == "this question takes speech alone");
    CHECK(phone.dial_ends(DialOutcome::busy) == "nobody is dialled");
    CHECK(phone.record(seconds{3}, Phone::RecordingEnds::by_key) == "nothing is recorded");
    CHECK(phone.callee_answers() == "nobody is dialled");
    CHECK(server.asked.size() == 1);
}

TEST_CASE("a copy of a telephone is a call that can go on otherwise") {
    const examples::World world;
    Phone phone{{}, {.target = "/voice/main"}, noon, world.transport()};
    phone.begin();
    Phone other = phone;
    (void)phone.press("0");
    CHECK(in_words(phone.waiting()) == "dials +12025550130");
    CHECK(other.stands_in() == std::pair<std::string, std::string>{"main", "main"});
    (void)other.press("2");
    CHECK(other.stands_in() == std::pair<std::string, std::string>{"main", "information"});
    CHECK(phone.stands_in() == std::pair<std::string, std::string>{"main", "operator"});
}

TEST_CASE("in this process a telephone knows the steps that were taken") {
    const examples::World world;
    Phone phone{{}, {.target = "/voice/main"}, noon, world.transport()};
    phone.begin();
    (void)phone.press("1");
    const auto& trace = phone.turns().back()->answer.trace;
    REQUIRE(trace);
    CHECK(trace->taken.front().outcome == "1");
    CHECK(trace->stands_in == std::vector<std::pair<std::string, std::string>>{
                                  {"main", "account"}, {"identify", "ask"}});
    CHECK(trace->language == "en-US");
}
