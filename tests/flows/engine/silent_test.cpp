// States that run with nobody on the line: told of a recording, and behind the end of the call.
#include "tests/support/engine_call.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace support;
using std::chrono::seconds;

namespace {

constexpr std::string_view account = "AC0123456789abcdef0123456789abcdef";
constexpr std::string_view recording = "RE0123456789abcdef0123456789abcdef";

using Tags = std::vector<std::pair<std::string, std::string>>;

Text part(int variable, Operation operation, TypeKind kind) {
    Expression made = support::variable(variable, {.kind = kind});
    made.nodes.front().operation = operation;
    return insert(std::move(made));
}

struct Voicemail {
    FlowBuilder flow{"acme"};
    int message = flow.variable("message", "recording");
    int topic = flow.variable("topic", "text");

    FlowSet set() {
        Record record;
        record.max_length = seconds{120};
        record.save = message;
        record.transcribe = true;
        record.stored = Later{flow.to("note").state, {CallFact::from}};
        record.transcribed = Later{flow.to("file").state, {}};
        flow.state("main", {step(Set{{{.variable = topic, .value = text("billing")}}}),
                            step(record, {}, flow.to("bye")),
                            step(Set{{{.variable = topic, .value = text("changed")}}}),
                            step(Go{flow.to("bye")})});
        flow.state("note",
                   {step(Tag{{{"from", insert(fact(CallFact::from))},
                              {"topic", insert(support::variable(topic, *parse_type("text")))},
                              {"seconds",
                               part(message, Operation::recording_duration, TypeKind::number)}}})});
        flow.state(
            "file",
            {step(Tag{{{"text", part(message, Operation::recording_text, TypeKind::text)}}})});
        flow.state("bye", {say("Bye."), step(Hangup{})});
        return set_of({flow.build()});
    }
};

}  // namespace

TEST_CASE("a recording names what Twilio tells of it later") {
    Voicemail voicemail;
    EngineCall call{voicemail.set(), "acme"};
    CHECK(call.begins() ==
          R"(<Record maxLength="120" timeout="5" finishOnKey="1234567890*#" action="{record}" )"
          R"(recordingStatusCallback="{stored}" transcribe="true" )"
          R"(transcribeCallback="{transcribed}"/><Redirect>{empty}</Redirect>)");
}

TEST_CASE(
    "a stored message runs its silent state with the values, and the caller, of the record step") {
    Voicemail voicemail;
    EngineCall call{voicemail.set(), "acme"};
    (void)call.begins();
    const CallState stored = call.behind("stored");
    (void)call.records(seconds{9});
    call.circumstances.call.from = {};  // its webhook tells nothing of the call
    call.state() = stored;
    CHECK(call.turn(Stored{account, recording, seconds{8}}) == "rest");
    CHECK(call.tags == Tags{{"from", "+12025550123"}, {"topic", "billing"}, {"seconds", "8"}});
}

TEST_CASE("a transcribed message knows its text, also when nothing was understood") {
    Voicemail voicemail;
    EngineCall call{voicemail.set(), "acme"};
    (void)call.begins();
    call.state() = call.behind("transcribed");
    SECTION("understood") {
        CHECK(call.turn(Transcribed{account, recording, "Call me back."}) == "rest");
        CHECK(call.tags == Tags{{"text", "Call me back."}});
    }
    SECTION("not understood") {
        CHECK(call.turn(Transcribed{account, recording, ""}) == "rest");
        CHECK(call.tags == Tags{{"text", ""}});
    }
}

TEST_CASE("a recording that Twilio could not keep runs nothing") {
    Voicemail voicemail;
    EngineCall call{voicemail.set(), "acme"};
    (void)call.begins();
    call.state() = call.behind("stored");
    (void)call.hung_up();
    CHECK(call.turn(NothingRecorded{}) == "rest");
    CHECK(call.taken.empty());
}

TEST_CASE("effects of two messages, and of a message's two silent turns, are told apart") {
    FlowBuilder flow{"acme"};
    Http http;
    http.method = "GET";
    http.url = text("https://crm.test/file");
    Record record;
    record.stored = Later{flow.to("file").state, {}};
    record.transcribed = Later{flow.to("file").state, {}};
    flow.state("main", {step(record), step(Hangup{})});
    flow.state("file", {step(http)});
    const auto set = set_of({flow.build()});
    EngineCall call{set, "acme"};
    (void)call.begins();
    const auto effect = [&](const CallState& state, const Event& event) {
        Next next = advance(*set.find("acme"), state, event, false, call.circumstances);
        return std::get<EffectRequest>(std::move(next.what)).id;
    };
    const CallState stored = call.behind("stored");
    const CallState transcribed = call.behind("transcribed");
    const EffectId first = effect(stored, Stored{account, recording, {}});
    CHECK(first == effect(stored, Stored{account, recording, {}}));
    CHECK(first != effect(stored, Stored{account, "RE00000000000000000000000000000000", {}}));
    CHECK(first != effect(transcribed, Transcribed{account, recording, {}}));
}

// --- hung_up

namespace {

struct Ending {
    FlowBuilder flow{"acme"};
    int topic = flow.variable("topic", "text");

    FlowSet set() {
        Menu menu = support::menu("Press 1.", {choice("1", flow.to("chosen"))});
        flow.state("main", {step(menu, {}, flow.to("chosen"))});
        flow.state("chosen", {step(Set{{{.variable = topic, .value = text("billing")}}}),
                              say("Bye."), step(Hangup{})});
        flow.state("gone",
                   {step(Tag{{{"topic", insert(support::variable(topic, *parse_type("text")))}}})});
        flow.flow().hung_up = flow.to("gone").state;
        return set_of({flow.build()});
    }
};

}  // namespace

TEST_CASE("a flow that hangs up leaves its last values for hung_up") {
    Ending ending;
    EngineCall call{ending.set(), "acme"};
    (void)call.begins();
    CHECK(call.keys("1") == said("Bye.") + "<Hangup/>");
    CHECK(call.reply().callbacks.empty());
    call.state() = call.reply().states.at(0);
    CHECK(call.turn(HungUp{}) == "rest");
    CHECK(call.tags == Tags{{"topic", "billing"}});
}

TEST_CASE("where the caller hung up first, hung_up goes on from what ran silently") {
    FlowBuilder flow{"acme"};
    const int message = flow.variable("message", "recording");
    const int topic = flow.variable("topic", "text");
    Record record;
    record.save = message;
    flow.state("main", {step(record), step(Set{{{.variable = topic, .value = text("billing")}}}),
                        say("Bye."), step(Hangup{})});
    flow.state("gone",
               {step(Tag{{{"topic", insert(support::variable(topic, *parse_type("text")))}}})});
    flow.flow().hung_up = flow.to("gone").state;
    const auto set = set_of({flow.build()});
    EngineCall call{set, "acme"};
    (void)call.begins();
    const Next behind = advance(*set.find("acme"), call.behind("record"),
                                Recorded{account, recording, seconds{9}}, true, call.circumstances);
    const auto& rest = std::get<Rest>(behind.what);
    REQUIRE(rest.ended);
    call.state() = *rest.ended;
    CHECK(call.turn(HungUp{}) == "rest");
    CHECK(call.tags == Tags{{"topic", "billing"}});
}

TEST_CASE("hung_up has no values where nothing of the call was kept, and ends nothing twice") {
    Ending ending;
    const auto set = ending.set();
    const Flow& flow = *set.find("acme");
    EngineCall call{set, "acme"};
    const Next next =
        advance(flow, begin_call(flow, call.circumstances.now), HungUp{}, true, call.circumstances);
    CHECK(next.taken.back().outcome == "failed");  // its topic is unset
    CHECK(std::get<Rest>(next.what).ended == std::nullopt);
}

TEST_CASE("from a sub-flow, hung_up has the values of the flow whose it is") {
    FlowBuilder called{"called"};
    called.state("main",
                 {step(support::menu("Press 1.", {choice("1", place_next())}), {}, place_next()),
                  step(Return{})});
    FlowBuilder flow{"acme"};
    const int topic = flow.variable("topic", "text");
    flow.state("main", {step(Set{{{.variable = topic, .value = text("billing")}}}),
                        step(Do{.flow = "called"}), step(Hangup{})});
    flow.state("gone",
               {step(Tag{{{"topic", insert(support::variable(topic, *parse_type("text")))}}})});
    flow.flow().hung_up = flow.to("gone").state;
    EngineCall call{set_of({flow.build(), called.build()}), "acme"};
    (void)call.begins();
    call.state() = call.behind("gather");
    CHECK(call.turn(HungUp{}) == "rest");
    CHECK(call.tags == Tags{{"topic", "billing"}});
}

TEST_CASE("a flow without hung_up has nothing to do behind the end of a call") {
    FlowBuilder flow{"acme"};
    flow.state("main", {say("Bye."), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == said("Bye.") + "<Hangup/>");
    CHECK(call.reply().states.empty());
    CHECK(call.turn(HungUp{}) == "rest");
    CHECK(call.taken.empty());
}
