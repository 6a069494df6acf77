#include "tests/support/engine_call.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace support;
using twiml::DialStatus;

namespace {

using Outcomes = std::vector<std::string>;

DialNoun number(std::string address, bool from_caller = false) {
    return {NounKind::number, text(std::move(address)), from_caller};
}

// Every outcome has a state that says it.
FlowSet dialing(const Dial& dial) {
    FlowBuilder flow{"acme"};
    std::vector<OutcomeTarget> on;
    for (const char* outcome : {"completed", "busy", "no_answer", "declined", "failed"}) {
        on.push_back({outcome, flow.to(outcome)});
        flow.state(outcome, {step(Say{.words = words(outcome)}), step(Hangup{})});
    }
    flow.state("main", {step(dial, on)});
    return set_of({flow.build()});
}

const std::string dial_start = R"(<Dial answerOnBridge="true" timeout="30" action="{dial}">)";

}  // namespace

TEST_CASE("numbers dialled together ring at once; the outcome says how it ended") {
    Dial dial;
    dial.nouns = {number("+12025550101"),
                  {NounKind::client, text("alice")},
                  {NounKind::sip, text("sip:bob@example.com")}};
    EngineCall call{dialing(dial), "acme"};
    CHECK(call.begins() == dial_start + "<Number>+12025550101</Number><Client>alice</Client>"
                                        "<Sip>sip:bob@example.com</Sip></Dial>");
    SECTION("busy") { CHECK(call.dial_ends(DialStatus::busy) == said("busy") + "<Hangup/>"); }
    SECTION("no answer") {
        CHECK(call.dial_ends(DialStatus::no_answer, false) == said("no_answer") + "<Hangup/>");
    }
    SECTION("failed") {
        CHECK(call.dial_ends(DialStatus::failed, false) == said("failed") + "<Hangup/>");
    }
    SECTION("talked") {
        CHECK(call.dial_ends(DialStatus::completed, true) == said("completed") + "<Hangup/>");
    }
    SECTION("answered, of a conference") {
        CHECK(call.dial_ends(DialStatus::answered) == said("completed") + "<Hangup/>");
    }
    SECTION("answered but not bridged") {
        CHECK(call.dial_ends(DialStatus::completed, false) == said("no_answer") + "<Hangup/>");
    }
    SECTION("canceled goes on: the end of the state") {
        CHECK(call.dial_ends(DialStatus::canceled) == "<Hangup/>");
    }
    SECTION("the caller hung up while talking") {
        CHECK(call.hung_up().dial_ends(DialStatus::completed, true) == "rest");
        CHECK(call.outcomes() == Outcomes{"main/0=completed"});
    }
}

TEST_CASE("the options of a dial become attributes") {
    Dial dial;
    dial.nouns = {number("+12025550101")};
    dial.timeout = std::chrono::seconds{20};
    dial.caller_id = text("+12025550100");
    dial.record = "record-from-answer";
    dial.time_limit = std::chrono::seconds{600};
    dial.hang_up_on_star = true;
    dial.ring = "us";
    dial.extra = {{"trim", text("trim-silence")}};
    dial.noun_extra = {{"sendDigits", text("ww1")}};
    EngineCall call{dialing(dial), "acme"};
    CHECK(
        call.begins() ==
        R"(<Dial answerOnBridge="true" timeout="20" callerId="+12025550100" )"
        R"(record="record-from-answer" timeLimit="600" hangupOnStar="true" ringTone="us" )"
        R"(trim="trim-silence" action="{dial}"><Number sendDigits="ww1">+12025550101</Number></Dial>)");
}

TEST_CASE("one by one: the next is dialled until one talks, and the last one's outcome counts") {
    Dial dial;
    dial.one_by_one = true;
    dial.nouns = {number("+12025550101"), number("+12025550102"), number("+12025550103")};
    EngineCall call{dialing(dial), "acme"};
    CHECK(call.begins() == dial_start + "<Number>+12025550101</Number></Dial>");
    CHECK(call.dial_ends(DialStatus::busy) == dial_start + "<Number>+12025550102</Number></Dial>");
    SECTION("one talks") {
        CHECK(call.dial_ends(DialStatus::completed, true) == said("completed") + "<Hangup/>");
    }
    SECTION("nobody does") {
        CHECK(call.dial_ends(DialStatus::failed) ==
              dial_start + "<Number>+12025550103</Number></Dial>");
        CHECK(call.dial_ends(DialStatus::no_answer) == said("no_answer") + "<Hangup/>");
    }
    SECTION("the caller leaves: nobody else is rung") {
        CHECK(call.hung_up().dial_ends(DialStatus::canceled) == "rest");
    }
}

TEST_CASE("what is no number or may not be dialled has failed without dialling") {
    DialRules rules;
    rules.deny = {"+1900"};
    Dial dial;
    SECTION("not E.164") { dial.nouns = {number("2025550101")}; }
    SECTION("empty") { dial.nouns = {number("")}; }
    SECTION("from the caller, and no prefix allows it") {
        dial.nouns = {number("+12025550199", true)};
    }
    EngineCall call{dialing(dial), "acme"};
    call.circumstances.dial_rules = &rules;
    CHECK(call.begins() == said("failed") + "<Hangup/>");
    CHECK(call.outcomes() == Outcomes{"main/0=failed"});
}

TEST_CASE("rules of numbers do not bind who is called by a name") {
    const DialRules rules{.allow = {"+1"}};
    Dial dial;
    dial.nouns = {{NounKind::client, text("room101"), true},
                  {NounKind::sip, text("sip:desk@pbx.example.com")}};
    EngineCall call{dialing(dial), "acme"};
    call.circumstances.dial_rules = &rules;
    CHECK(call.begins() ==
          dial_start + "<Client>room101</Client><Sip>sip:desk@pbx.example.com</Sip></Dial>");
}

TEST_CASE("of a SIP address a caller names a plain user at a host of the flow's, no other number") {
    const auto dialled = [](const std::string& user, Text address) {
        const DialRules rules{.allow = {"+1"}, .deny = {"+1900"}};
        address.pieces.insert(address.pieces.begin(), "sip:");
        address.pieces.insert(address.pieces.begin() + 1, user);
        Dial dial;
        dial.nouns = {{NounKind::sip, std::move(address), true}};
        EngineCall call{dialing(dial), "acme"};
        call.circumstances.dial_rules = &rules;
        return call.begins().starts_with(dial_start);
    };
    CHECK(dialled("101", text("@pbx.example.com")));
    CHECK(dialled("+12025550101", text("@pbx.example.com")));
    CHECK_FALSE(dialled("+19005550101", text("@pbx.example.com")));
    CHECK_FALSE(dialled("+442079460000", text("@pbx.example.com")));
    CHECK_FALSE(dialled("1@elsewhere.example?x=", text("@pbx.example.com")));
    CHECK_FALSE(dialled("+19005550101;phone-context=x", text("@pbx.example.com")));
    CHECK_FALSE(dialled("%2B19005550101", text("@pbx.example.com")));
    CHECK_FALSE(dialled("1@elsewhere.example", text("")));
}

TEST_CASE("those that may be dialled are, the others are left out") {
    Dial dial;
    dial.nouns = {number("12"), number("+12025550102"), number("+12025550199", true)};
    SECTION("together") {
        EngineCall call{dialing(dial), "acme"};
        CHECK(call.begins() == dial_start + "<Number>+12025550102</Number></Dial>");
    }
    SECTION("one by one, a refused last one counts as failed") {
        dial.one_by_one = true;
        EngineCall call{dialing(dial), "acme"};
        CHECK(call.begins() == dial_start + "<Number>+12025550102</Number></Dial>");
        CHECK(call.dial_ends(DialStatus::busy) == said("failed") + "<Hangup/>");
    }
}

TEST_CASE("more than ten are never rung at once") {
    Dial dial;
    for (int i = 0; i < 12; ++i)
        dial.nouns.push_back(number("+120255501" + std::to_string(10 + i)));
    EngineCall call{dialing(dial), "acme"};
    const std::string xml = call.begins();
    CHECK(xml.find("+12025550119") != std::string::npos);
    CHECK(xml.find("+12025550120") == std::string::npos);
}

TEST_CASE("a whisper is heard by the person called, and its end bridges") {
    Dial dial;
    dial.nouns = {number("+12025550101")};
    dial.whisper = words("A caller.");
    EngineCall call{dialing(dial), "acme"};
    CHECK(call.begins() == dial_start + R"(<Number url="{whisper}">+12025550101</Number></Dial>)");
    CHECK(call.reply().callbacks ==
          std::vector<Callback>{{EventName::dial, 0, Callback::Bound::call},
                                {EventName::whisper, 1, Callback::Bound::parent_call}});
    CHECK(call.leg(LegAnswered{}, "whisper") == said("A caller."));
    CHECK(call.dial_ends(DialStatus::completed, true) == said("completed") + "<Hangup/>");
}

TEST_CASE("a screen asks the person called for a key; without one it is declined") {
    Dial dial;
    dial.nouns = {number("+12025550101")};
    dial.whisper = words("A caller.");
    dial.screen = words("Press any key.");
    EngineCall call{dialing(dial), "acme"};
    CHECK(call.begins() == dial_start + R"(<Number url="{screen}">+12025550101</Number></Dial>)");
    CHECK(call.leg(LegAnswered{}, "screen") ==
          said("A caller.") + R"(<Gather numDigits="1" finishOnKey="" action="{screened}">)" +
              said("Press any key.") + "</Gather><Hangup/>");
    CHECK(call.leg_keys("#").empty());
    CHECK(call.leg_keys("") == "<Hangup/>");
    CHECK(call.dial_ends(DialStatus::completed, false) == said("declined") + "<Hangup/>");
}

TEST_CASE("a message is recorded and kept; silence is empty however it arrives") {
    FlowBuilder flow{"acme"};
    Record record;
    record.max_length = std::chrono::seconds{120};
    record.finish_on = "#";
    record.extra = {{"playBeep", text("false")}};
    record.save = flow.variable("message", "recording");
    Menu stop;
    stop.say = words("Stop");
    flow.state("main", {step(record, {{"empty", flow.to("nothing")}}), step(stop)});
    flow.state("nothing", {step(Say{.words = words("Nothing")}), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == R"(<Record maxLength="120" timeout="5" finishOnKey="#" )"
                           R"(playBeep="false" action="{record}"/><Redirect>{empty}</Redirect>)");
    SECTION("said") {
        call.records(std::chrono::seconds{12});
        CHECK(call.behind("gather").frames.back().variables ==
              std::vector<Value>{Recording{"AC0123456789abcdef0123456789abcdef",
                                           "RE0123456789abcdef0123456789abcdef",
                                           std::chrono::seconds{12}}});
    }
    SECTION("not said") { CHECK(call.records_nothing() == said("Nothing") + "<Hangup/>"); }
}

TEST_CASE("a whisper says who calls, although its webhook tells of the called leg") {
    Spoken said_by{.text = insert(fact(CallFact::from)), .language = "en-US"};
    Dial dial;
    dial.nouns = {number("+12025550101")};
    dial.whisper = words(std::vector<Word>{said_by});
    EngineCall call{dialing(dial), "acme"};
    call.begins();
    using Carried = std::vector<std::pair<CallFact, std::string>>;
    CHECK(call.behind("whisper").carried == Carried{{CallFact::from, "+12025550123"}});
    CHECK(call.behind("dial").carried.empty());
    call.circumstances.call.from = "+12025550100";
    const std::string from_leg = call.leg(LegAnswered{}, "whisper");
    CHECK(from_leg == said("+12025550123"));
}
