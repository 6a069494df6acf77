#include "tests/support/engine_call.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace support;
using std::chrono::seconds;
using How = QueueEnded::How;

namespace {

using Outcomes = std::vector<std::string>;

Expression queue_fact(CallFact which) {
    Expression made = fact(which);
    made.nodes.front().type = {.kind = TypeKind::number};
    return made;
}

Words at_position() {
    Spoken told = spoken("");
    told.text.pieces = {std::string{"You are number "},
                        insert(queue_fact(CallFact::queue_position)).pieces.front()};
    return words(std::vector<Word>{told});
}

struct InSales {
    Enqueue enqueue{.queue = text("sales"), .max_wait = seconds{600}};
    FlowBuilder flow{"acme"};
    int tries = flow.variable("tries", "digits(1)");

    // Every outcome has a state that says it; the wait tells the place, then offers to give up.
    FlowSet set() {
        std::vector<OutcomeTarget> on;
        for (const char* outcome : {"bridged", "left", "full", "timeout", "failed"}) {
            on.push_back({outcome, flow.to(outcome)});
            flow.state(outcome, {say(outcome), step(Hangup{})});
        }
        enqueue.wait = flow.to("sales_wait").state;
        flow.state("main", {step(enqueue, on)});
        Menu menu = support::menu("To give up, press 1.", {choice("1", flow.to("give_up"))});
        menu.tries = 1;
        menu.choices.push_back(choice("0", flow.to("person")));
        menu.choices.back().anywhere = true;
        flow.state("sales_wait", {step(Say{.words = at_position()}), step(menu, {}, place_next()),
                                  step(Play{.source = text("music.mp3")})});
        flow.state("give_up",
                   {step(Set{{{.variable = tries, .value = text("7")}}}), step(Leave{})});
        flow.state("person", {say("A person."), step(Hangup{})});
        return set_of({flow.build()});
    }
};

WaitsInLine asks(long position, long time) { return {position, 4, time, 60}; }

const std::string question =
    R"(<Gather timeout="5" numDigits="1" finishOnKey="" action="{waiting}">)" +
    said("To give up, press 1.") + "</Gather><Redirect>{waiting}</Redirect>";

}  // namespace

TEST_CASE("a caller is put in line, and what is heard there has a URL of its own") {
    InSales sales;
    EngineCall call{sales.set(), "acme"};
    CHECK(call.begins() == R"(<Enqueue action="{queue}" waitUrl="{waiting}">sales</Enqueue>)");
    SECTION("without a wait Twilio plays its own music") {
        FlowBuilder flow{"plain"};
        flow.state("main", {step(Enqueue{.queue = text("sales")}), step(Hangup{})});
        EngineCall plain{set_of({flow.build()}), "plain"};
        CHECK(plain.begins() == R"(<Enqueue action="{queue}">sales</Enqueue>)");
    }
}

TEST_CASE("how the line ended is an outcome") {
    InSales sales;
    EngineCall call{sales.set(), "acme"};
    (void)call.begins();
    const auto ends = [&](How how, std::optional<seconds> waited = {}) {
        call.state() = call.behind("queue");
        return call.turn(QueueEnded{how, waited});
    };
    SECTION("bridged") { CHECK(ends(How::bridged) == said("bridged") + "<Hangup/>"); }
    SECTION("full") { CHECK(ends(How::full) == said("full") + "<Hangup/>"); }
    SECTION("failed") { CHECK(ends(How::failed) == said("failed") + "<Hangup/>"); }
    SECTION("left before max_wait") {
        CHECK(ends(How::left, seconds{599}) == said("left") + "<Hangup/>");
    }
    SECTION("left at max_wait") {
        CHECK(ends(How::left, seconds{600}) == said("timeout") + "<Hangup/>");
    }
    SECTION("left, and nobody tells when") { CHECK(ends(How::left) == said("left") + "<Hangup/>"); }
    SECTION("redirected by somebody else: an empty reply") { CHECK(ends(How::elsewhere).empty()); }
    SECTION("the caller hung up while waiting: nothing behind it runs") {
        (void)call.hung_up();
        CHECK(ends(How::gone, seconds{20}) == "rest");
        CHECK(call.taken.empty());
    }
    SECTION("the caller hung up behind the talk: what stands behind it runs silently") {
        (void)call.hung_up();
        CHECK(ends(How::bridged, seconds{20}) == "rest");
        CHECK(call.outcomes() == Outcomes{"main/0=bridged"});
    }
}

TEST_CASE("the wait tells where the caller stands, and is asked again when it has run out") {
    InSales sales;
    EngineCall call{sales.set(), "acme"};
    (void)call.begins();
    const CallState wait = call.behind("waiting");
    call.state() = wait;
    CHECK(call.turn(asks(3, 0)) == said("You are number 3") + question);
    call.state() = call.behind("waiting");
    // Silence arrives at the same URL, and tells nothing of the queue: its place is as last told.
    CHECK(call.turn(WaitsInLine{}) == "<Play>/audio/music.mp3</Play>");
    CHECK(call.reply().callbacks.empty());
    call.state() = wait;
    CHECK(call.turn(asks(2, 40)) == said("You are number 2") + question);
}

TEST_CASE("who gives up leaves the line, and the enqueue goes on with the values it began with") {
    InSales sales;
    EngineCall call{sales.set(), "acme"};
    (void)call.begins();
    const CallState behind = call.behind("queue");
    call.state() = call.behind("waiting");
    (void)call.turn(asks(3, 12));
    call.state() = call.behind("waiting");
    CHECK(call.turn(Keyed{"1"}) == "<Leave/>");
    call.state() = behind;
    CHECK(call.turn(QueueEnded{How::left, seconds{15}}) == said("left") + "<Hangup/>");
    CHECK_FALSE(is_set(behind.frames.back().variables.at(0)));
}

TEST_CASE("keys of anywhere are dead in line") {
    InSales sales;
    EngineCall call{sales.set(), "acme"};
    (void)call.begins();
    call.state() = call.behind("waiting");
    (void)call.turn(asks(3, 0));
    call.state() = call.behind("waiting");
    CHECK(call.turn(Keyed{"0"}) == "<Play>/audio/music.mp3</Play>");
    CHECK(call.outcomes() == Outcomes{"sales_wait/1=nomatch", "sales_wait/1=otherwise"});
}

TEST_CASE("max_wait is looked at each time the wait is asked") {
    InSales sales;
    EngineCall call{sales.set(), "acme"};
    (void)call.begins();
    const CallState wait = call.behind("waiting");
    call.state() = wait;
    CHECK(call.turn(asks(1, 599)) == said("You are number 1") + question);
    call.state() = wait;
    CHECK(call.turn(asks(1, 600)) == "<Leave/>");
}

TEST_CASE("a failure that no step of the wait names ends the waiting") {
    FlowBuilder flow{"acme"};
    Spoken broken = spoken("");
    broken.text = insert(variable(flow.variable("name", "text"), *parse_type("text")));
    flow.state("main", {step(Enqueue{.queue = text("sales"), .wait = flow.to("wait").state}),
                        step(Hangup{})});
    flow.state("wait", {step(Say{.words = words(std::vector<Word>{broken})})});
    flow.state("person", {say("A person."), step(Hangup{})});
    flow.flow().otherwise = flow.to("person");
    EngineCall call{set_of({flow.build()}), "acme"};
    (void)call.begins();
    call.state() = call.behind("waiting");
    CHECK(call.turn(asks(1, 0)) == "<Leave/>");
}

TEST_CASE("an effect in line is another one each time the wait runs") {
    FlowBuilder flow{"acme"};
    Http http;
    http.method = "GET";
    http.url = text("https://crm.test/line");
    flow.state("main", {step(Enqueue{.queue = text("sales"), .wait = flow.to("wait").state}),
                        step(Hangup{})});
    flow.state("wait", {step(http, {}, place_next()), say("Please hold.")});
    const auto set = set_of({flow.build()});
    EngineCall call{set, "acme"};
    (void)call.begins();
    const CallState wait = call.behind("waiting");
    const auto effect = [&](long time) {
        Next next = advance(*set.find("acme"), wait, asks(1, time), false, call.circumstances);
        return std::get<EffectRequest>(std::move(next.what));
    };
    CHECK(effect(0).id == effect(0).id);
    CHECK(effect(0).id != effect(30).id);
    const Reply waiting = keep_waiting(effect(30));
    CHECK(to_text(waiting.callbacks.at(0).event) == "waiting");
}

TEST_CASE(
    "in a sub-flow the wait knows that flow's values only, and the enqueue goes back to both") {
    FlowBuilder called{"called"};
    called.variable("own", "text");
    called.state("main", {step(Enqueue{.queue = text("sales"), .wait = called.to("wait").state}),
                          step(Return{})});
    called.state("wait", {say("Please hold.")});
    FlowBuilder root{"acme"};
    root.state("main", {step(Do{.flow = "called"}), say("Back again."), step(Hangup{})});
    EngineCall call{set_of({root.build(), called.build()}), "acme"};
    (void)call.begins();
    CHECK(call.behind("waiting").frames.size() == 1);
    call.state() = call.behind("queue");
    CHECK(call.turn(QueueEnded{How::bridged, seconds{9}}) == said("Back again.") + "<Hangup/>");
}
