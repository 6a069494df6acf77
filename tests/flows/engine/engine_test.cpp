#include "flows/engine/engine.hpp"
#include "tests/support/engine_call.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace support;

namespace {

using Outcomes = std::vector<std::string>;
using Tags = std::vector<std::pair<std::string, std::string>>;

constexpr auto say_hello = R"(<Say language="en-US">Hello</Say>)";
constexpr auto sorry =
    R"(<Say language="en-US">We are sorry, something went wrong.</Say><Hangup/>)";

}  // namespace

TEST_CASE("a call hears what is said, in order, and ends with a hang-up") {
    FlowBuilder flow{"acme"};
    flow.state("main", {say("Hello"), step(Pause{std::chrono::seconds{2}}),
                        step(Play{.source = text("music/soft rain.mp3")}), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == std::string{say_hello} + R"(<Pause length="2"/>)"
                                                    "<Play>/audio/music/soft%20rain.mp3</Play>"
                                                    "<Hangup/>");
}

TEST_CASE("words of one language and voice are one Say; others, sounds and silence part them") {
    FlowBuilder flow{"acme"};
    flow.state("main", {step(Say{.words = words(std::vector<Word>{
                                     spoken("Hello"), spoken("again."), spoken("Hola", "es-MX"),
                                     Silence{std::chrono::milliseconds{1200}},
                                     spoken("Bye", "en-US", "Polly.Joanna"),
                                     Played{text("https://example.com/a.mp3")}})}),
                        step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == R"(<Say language="en-US">Hello again.</Say>)"
                           R"(<Say language="es-MX">Hola</Say><Pause length="2"/>)"
                           R"(<Say voice="Polly.Joanna" language="en-US">Bye</Say>)"
                           "<Play>https://example.com/a.mp3</Play><Hangup/>");
}

TEST_CASE("a text too long for one Say is parted at the end of a sentence") {
    const std::string sentence = std::string(1400, 'a') + ". ";
    FlowBuilder flow{"acme"};
    flow.state("main", {say(sentence + sentence + sentence + "end."), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == said(sentence + sentence) + said(sentence + "end.") + "<Hangup/>");
}

TEST_CASE("SSML is said as it was parsed") {
    twiml::Element pause{.name = "break", .attributes = {{"time", "1s"}}};
    Spoken marked{.language = "en-US", .ssml = true, .markup = {"Well", pause, "Hello"}};
    FlowBuilder flow{"acme"};
    flow.state("main", {step(Say{.words = words(std::vector<Word>{marked})}), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == said(R"(Well<break time="1s"/>Hello)") + "<Hangup/>");
}

TEST_CASE("one verb is repeated by its loop, several are written out") {
    FlowBuilder flow{"acme"};
    flow.state(
        "main",
        {step(Say{.words = words("Hi"), .loop = 3}),
         step(Say{.words = words(std::vector<Word>{spoken("Hi"), Silence{std::chrono::seconds{1}}}),
                  .loop = 2}),
         step(Play{.digits = "ww12", .loop = 2}), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    const std::string once = said("Hi") + R"(<Pause length="1"/>)";
    CHECK(call.begins() == R"(<Say language="en-US" loop="3">Hi</Say>)" + once + once +
                               R"(<Play digits="ww12" loop="2"/><Hangup/>)");
}

TEST_CASE("results and tags are told as they happen") {
    FlowBuilder flow{"acme"};
    flow.flow().results = {"served", "gave_up"};
    flow.state("main", {step(Result{1}), step(Tag{{{"line", text("sales")}}}), step(Result{0}),
                        step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == "<Hangup/>");
    CHECK(call.tags == Tags{{"result", "gave_up"}, {"line", "sales"}, {"result", "served"}});
}

TEST_CASE("a reject is the only verb of its reply, a redirect the last") {
    FlowBuilder reject{"acme"};
    reject.state("main", {step(Reject{"busy"})});
    CHECK(EngineCall{set_of({reject.build()}), "acme"}.begins() == R"(<Reject reason="busy"/>)");
    FlowBuilder redirect{"acme"};
    redirect.state("main", {say("Hello"), step(Redirect{text("https://example.com/x"), "GET"})});
    CHECK(EngineCall{set_of({redirect.build()}), "acme"}.begins() ==
          std::string{say_hello} + R"(<Redirect method="GET">https://example.com/x</Redirect>)");
}

TEST_CASE("a fragment stands in the reply as it was written") {
    FlowBuilder flow{"acme"};
    twiml::Element echo{.name = "Echo"};
    flow.state("main", {step(Twiml{"<Echo/>", {echo}}), step(Hangup{})});
    CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() == "<Echo/><Hangup/>");
}

// --- sub-flows and other flows

TEST_CASE("a sub-flow returns to the step behind the one that called it") {
    FlowBuilder ask{"ask"};
    ask.flow().ends = {"yes", "no"};
    ask.state("main",
              {step(menu("Sure?", {choice("1", ask.to("yes")), choice("2", ask.to("no"))}))});
    ask.state("yes", {step(Return{.end = "yes"})});
    ask.state("no", {step(Return{.end = "no"})});
    FlowBuilder acme{"acme"};
    acme.state("main", {step(Do{.flow = "ask"}, {{"no", acme.to("declined")}}), say("Good"),
                        step(Hangup{})});
    acme.state("declined", {say("Bad"), step(Hangup{})});
    const FlowSet set = set_of({ask.build(), acme.build()});
    SECTION("an ending without a place goes on") {
        EngineCall call{set, "acme"};
        CHECK(call.begins().find("Sure?") != std::string::npos);
        CHECK(call.behind("gather").frames.size() == 2);
        CHECK(call.keys("1") == said("Good") + "<Hangup/>");
        CHECK(call.outcomes() == Outcomes{"main/0=1", "yes/0=yes", "main/0=yes"});
    }
    SECTION("another goes there") {
        EngineCall call{set, "acme"};
        call.begins();
        CHECK(call.keys("2") == said("Bad") + "<Hangup/>");
    }
    SECTION("called by nobody it ends the call") {
        EngineCall call{set, "ask"};
        call.begins();
        CHECK(call.keys("1") == "<Hangup/>");
    }
}

TEST_CASE("flows nest eight deep; one deeper is a failure") {
    FlowBuilder flow{"acme"};
    flow.flow().otherwise = flow.to("otherwise");
    flow.state("main", {step(Do{.flow = "acme"})});
    flow.state("otherwise", {say("Too deep"), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == said("Too deep") + "<Hangup/>");
    CHECK(call.outcomes() == Outcomes{"main/0=failed"});
}

TEST_CASE("a place in another flow leaves all flows behind and starts there with nothing set") {
    FlowBuilder other{"other"};
    other.variable("name", "text");
    other.state("desk", {step(menu("Desk", {choice("1", other.to("desk"))}))});
    FlowBuilder acme{"acme"};
    acme.language("es-MX").language("en-US");
    Target desk = other.to("desk");
    desk.flow = "other";
    acme.state("main", {step(Go{desk})});
    EngineCall call{set_of({other.build(), acme.build()}), "acme"};
    CHECK(call.begins().find("Desk") != std::string::npos);
    const CallState& state = call.behind("gather");
    CHECK(state.frames == std::vector<Frame>{Frame{"other", 0, 0, std::vector<Value>{Unset{}}}});
    CHECK(state.language == "en-US");  // es-MX is not spoken there
}

TEST_CASE("a call's language follows it through sub-flows and back") {
    FlowBuilder sub{"sub"};
    sub.flow().ends = {"done"};
    sub.state("main", {say("Only English"), step(Return{.end = "done"})});
    FlowBuilder acme{"acme"};
    acme.language("en-US").language("es-MX", "Polly.Mia");
    Words both;
    both.by_language = {{spoken("Hello")}, {spoken("Hola", "es-MX", "Polly.Mia")}};
    Set spanish{{{.language = true, .value = text("es-MX")}}};
    acme.state("main", {step(Say{.words = both}), step(spanish), step(Do{.flow = "sub"}),
                        step(Say{.words = both}), step(Hangup{})});
    EngineCall call{set_of({sub.build(), acme.build()}), "acme"};
    CHECK(call.begins() == said("Hello") + said("Only English") +
                               R"(<Say voice="Polly.Mia" language="es-MX">Hola</Say><Hangup/>)");
}

// --- the caller is gone

TEST_CASE("with nobody on the line silent steps run, others are skipped, a question ends it") {
    FlowBuilder flow{"acme"};
    flow.flow().results = {"voicemail"};
    Record record;
    record.max_length = std::chrono::seconds{120};
    record.save = flow.variable("message", "recording");
    flow.state("main", {say("Speak"), step(record), step(Result{0}), say("Bye"),
                        step(Tag{{{"filed", text("yes")}}}),
                        step(menu("More?", {choice("1", flow.to("main"))})),
                        step(Tag{{{"late", text("yes")}}})});
    EngineCall call{set_of({flow.build()}), "acme"};
    call.begins();
    CHECK(call.hung_up().records(std::chrono::seconds{9}) == "rest");
    CHECK(call.tags == Tags{{"result", "voicemail"}, {"filed", "yes"}});
}

TEST_CASE("steps that go round for ever are the step's failure, then an apology") {
    FlowBuilder flow{"acme"};
    flow.state("main", {step(Go{flow.to("main")})});
    SECTION("without a way out") {
        CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() == sorry);
    }
    SECTION("the flow's otherwise is the way out") {
        flow.flow().otherwise = flow.to("person");
        flow.state("person", {say("A person"), step(Hangup{})});
        CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() ==
              said("A person") + "<Hangup/>");
    }
    SECTION("which goes round itself") {
        flow.flow().otherwise = flow.to("main");
        CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() == sorry);
    }
}

TEST_CASE("the end of a state that nothing leaves hangs up") {
    FlowBuilder flow{"acme"};
    flow.state("main", {say("Hello")});
    CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() ==
          std::string{say_hello} + "<Hangup/>");
}

TEST_CASE("a long document goes on behind a redirect") {
    FlowBuilder flow{"acme"};
    std::vector<Step> steps;
    for (int i = 0; i < 30; ++i)
        steps.push_back(say(std::string(2500, 'a')));
    steps.push_back(step(Hangup{}));
    flow.state("main", std::move(steps));
    EngineCall call{set_of({flow.build()}), "acme"};
    const std::string first = call.begins();
    CHECK(first.size() > 40'000);
    CHECK(first.size() < 60'000);
    CHECK(first.ends_with("<Redirect>{go}</Redirect>"));
    const std::string second = call.goes_on();
    CHECK(second.ends_with("<Hangup/>"));
    CHECK(first.size() + second.size() > 30 * 2500);
}

TEST_CASE("a step too large for any document fails") {
    FlowBuilder flow{"acme"};
    std::vector<Word> parts;
    for (int i = 0; i < 30; ++i) {
        parts.emplace_back(spoken(std::string(2500, 'a')));
    }
    flow.state("main", {step(Say{.words = words(std::move(parts))}, {}, flow.to("short"))});
    flow.state("short", {say("Hello"), step(Hangup{})});
    CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() ==
          std::string{say_hello} + "<Hangup/>");
}

TEST_CASE("an apology leads to the start, to the flow's otherwise, or ends the call") {
    FlowBuilder flow{"acme"};
    flow.state("main", {step(menu("Start", {choice("1", flow.to("main"))}))});
    flow.state("person", {say("A person"), step(Hangup{})});
    flow.flow().otherwise = flow.to("person");
    EngineCall call{set_of({flow.build()}), "acme"};
    const std::string apology = said("We are sorry, something went wrong.");
    const std::string again = call.turn(Apologise{Apologise::Then::start});
    CHECK(again.starts_with(apology + "<Gather"));
    CHECK(call.turn(Apologise{Apologise::Then::otherwise}) ==
          apology + said("A person") + "<Hangup/>");
    CHECK(call.turn(Apologise{Apologise::Then::hang_up}) == apology + "<Hangup/>");
    CHECK(call.hung_up().turn(Apologise{}) == "rest");
}

TEST_CASE("an apology speaks the call's language with its voice") {
    FlowBuilder flow{"acme"};
    flow.language("es-MX", "Polly.Mia");
    flow.state("main", {step(Go{flow.to("main")})});
    CHECK(EngineCall{set_of({flow.build()}), "acme"}.begins() ==
          R"(<Say voice="Polly.Mia" language="es-MX">Lo sentimos, algo salió mal.</Say><Hangup/>)");
}

TEST_CASE("a state that is none of these flows is answered by an apology") {
    FlowBuilder flow{"acme"};
    flow.state("main", {say("Hello"), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    SECTION("no frames") { call.state().frames.clear(); }
    SECTION("no such state") { call.state().frames.back().state = 7; }
    SECTION("no such step") { call.state().frames.back().step = 7; }
    SECTION("no such flow") { call.state().frames.back().flow = "other"; }
    SECTION("other variables") { call.state().frames.back().variables.resize(3); }
    CHECK(call.turn(Continued{}) == sorry);
}

TEST_CASE("a value that turns out unset is the step's failure") {
    FlowBuilder flow{"acme"};
    const int name = flow.variable("name", "text");
    Spoken greeting{.text = insert(variable(name, *parse_type("text"))), .language = "en-US"};
    const Step greet = step(Say{.words = words(std::vector<Word>{greeting})});
    flow.state("person", {say("A person"), step(Hangup{})});
    SECTION("its own otherwise") {
        Step own = greet;
        own.otherwise = flow.to("person");
        flow.state("main", {own});
        EngineCall call{set_of({flow.build()}), "acme"};
        CHECK(call.begins() == said("A person") + "<Hangup/>");
        CHECK(call.outcomes() == Outcomes{"main/0=failed"});
    }
    SECTION("the flow's") {
        flow.flow().otherwise = flow.to("person");
        flow.state("main", {greet});
        EngineCall call{set_of({flow.build()}), "acme"};
        CHECK(call.begins() == said("A person") + "<Hangup/>");
    }
    SECTION("which fails as well") {
        flow.flow().otherwise = flow.to("main");
        flow.state("main", {greet});
        EngineCall call{set_of({flow.build()}), "acme"};
        CHECK(call.begins() == sorry);
    }
}

TEST_CASE("conditions choose the way, inside the state or to another") {
    FlowBuilder flow{"acme"};
    const int kind = flow.variable("kind", "one_of(a, b)");
    const Type type = *parse_type("one_of(a, b)");
    If decision{.condition = equals(kind, type, std::string{"a"}), .then_step = 2, .else_step = 3};
    Step first = step(decision), inside = say("It is a");
    first.next = 4;
    inside.next = 4;
    Switch choice{variable(kind, type), {{std::string{"b"}, flow.to("b"), "b"}}};
    flow.state("b", {say("B"), step(Hangup{})});
    SECTION("then") {
        flow.state("main", {step(Set{{{.variable = kind, .value = text("a")}}}), first, inside,
                            say("It is not a"), step(choice, {}, flow.to("b"))});
        EngineCall call{set_of({flow.build()}), "acme"};
        CHECK(call.begins() == said("It is a") + said("B") + "<Hangup/>");
        CHECK(call.outcomes() == Outcomes{"main/1=then", "main/4=otherwise"});
    }
    SECTION("else") {
        flow.state("main", {step(Set{{{.variable = kind, .value = text("b")}}}), first, inside,
                            say("It is not a"), step(choice)});
        EngineCall call{set_of({flow.build()}), "acme"};
        CHECK(call.begins() == said("It is not a") + said("B") + "<Hangup/>");
        CHECK(call.outcomes() == Outcomes{"main/1=else", "main/4=b"});
    }
}

TEST_CASE("what a sub-flow takes and gives is set on both sides") {
    FlowBuilder sub{"sub"};
    const int asked = sub.variable("asked", "text");
    sub.flow().takes = {asked};
    sub.flow().gives = {{.name = "given", .type = *parse_type("text")}};
    sub.flow().ends = {"done"};
    sub.state("main", {step(Return{"done", {{0, insert(variable(asked, *parse_type("text")))}}})});
    FlowBuilder acme{"acme"};
    const int name = acme.variable("name", "text");
    Spoken greeting{.text = insert(variable(name, *parse_type("text"))), .language = "en-US"};
    acme.state("main", {step(Do{"sub", {{0, text("Alice")}}, {{name, 0}}}),
                        step(Say{.words = words(std::vector<Word>{greeting})}), step(Hangup{})});
    EngineCall call{set_of({sub.build(), acme.build()}), "acme"};
    CHECK(call.begins() == said("Alice") + "<Hangup/>");
}
