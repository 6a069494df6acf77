// Questions that are answered by a key, and the limits of going round them.
#include "flows/engine/engine.hpp"
#include "tests/support/engine_call.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace support;

namespace {

using Outcomes = std::vector<std::string>;

constexpr auto sorry =
    R"(<Say language="en-US">We are sorry, something went wrong.</Say><Hangup/>)";

// main asks "One or two?"; 1 goes to one, 2 to two, giving up to person.
FlowBuilder choosing(Menu question) {
    FlowBuilder flow{"acme"};
    question.choices = {choice("1", flow.to("one")), choice("2", flow.to("two"))};
    flow.state("main", {step(std::move(question), {}, flow.to("person"))});
    flow.state("one", {say("One"), step(Hangup{})});
    flow.state("two", {say("Two"), step(Hangup{})});
    flow.state("person", {say("A person"), step(Hangup{})});
    return flow;
}

const std::string asked =
    R"(<Gather timeout="5" numDigits="1" finishOnKey="" action="{gather}">)"
    R"(<Say language="en-US">One or two?</Say></Gather><Redirect>{noinput}</Redirect>)";

}  // namespace

TEST_CASE("a menu listens while it speaks, and silence comes back by the redirect behind it") {
    EngineCall call{set_of({choosing(menu("One or two?", {})).build()}), "acme"};
    CHECK(call.begins() == asked);
    CHECK(call.keys("2") == said("Two") + "<Hangup/>");
    CHECK(call.outcomes() == Outcomes{"main/0=2"});
}

TEST_CASE("a menu asks as often as it has tries, in its short form, then gives up") {
    Menu question = menu("One or two?", {});
    question.again = words("Two choices.");
    question.noinput.words = {words("Nothing?"), words("Still nothing?")};
    question.nomatch.words = {words("What?")};
    question.tries = 4;
    EngineCall call{set_of({choosing(question).build()}), "acme"};
    const auto heard = [](const std::string& what) {
        return R"(<Gather timeout="5" numDigits="1" finishOnKey="" action="{gather}">)" + what +
               "</Gather><Redirect>{noinput}</Redirect>";
    };
    CHECK(call.begins() == heard(said("One or two?")));
    CHECK(call.waits() == heard(said("Nothing?") + said("Two choices.")));
    CHECK(call.keys("7") == heard(said("What?") + said("Two choices.")));
    CHECK(call.waits() == heard(said("Still nothing?") + said("Two choices.")));
    CHECK(call.waits() == said("A person") + "<Hangup/>");
    CHECK(call.outcomes() == Outcomes{"main/0=noinput", "main/0=otherwise"});
}

TEST_CASE("silence or nonsense can be a place") {
    Menu question = menu("One or two?", {});
    FlowBuilder flow = choosing(question);
    question.noinput.go = flow.to("two");
    question.nomatch.go = flow.to("person");
    question.choices = {choice("1", flow.to("one"))};
    flow.state("main", {step(question, {}, flow.to("person"))});
    EngineCall silent{set_of({flow.build()}), "acme"};
    silent.begins();
    CHECK(silent.waits() == said("Two") + "<Hangup/>");
    EngineCall wrong{set_of({flow.build()}), "acme"};
    wrong.begins();
    CHECK(wrong.keys("9") == said("A person") + "<Hangup/>");
}

TEST_CASE("the exact key wins over a pattern, whose digits can be kept") {
    FlowBuilder flow{"acme"};
    const int extension = flow.variable("extension", "digits(4)");
    Choice pattern = choice("11xx", flow.to("extension"));
    pattern.save = extension;
    flow.state("main", {step(menu("Which?", {pattern, choice("1100", flow.to("front"))}), {},
                             flow.to("front"))});
    flow.state("extension", {say("Extension"), step(menu("On?", {choice("1", flow.to("front"))}))});
    flow.state("front", {say("Front"), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins().find(R"(numDigits="4")") != std::string::npos);
    SECTION("pattern") {
        CHECK(call.keys("1123").starts_with(said("Extension")));
        CHECK(call.behind("gather").frames.back().variables ==
              std::vector<Value>{std::string{"1123"}});
    }
    SECTION("exact") { CHECK(call.keys("1100") == said("Front") + "<Hangup/>"); }
    SECTION("neither") {
        call.keys("1203");
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
}

TEST_CASE("a key of `anywhere` wins over the menu's unless that one is its own") {
    FlowBuilder flow{"acme"};
    Choice everywhere = choice("0", flow.to("operator"));
    everywhere.anywhere = true;
    Choice mine = choice("0", flow.to("zero"));
    flow.state("zero", {say("Zero"), step(Hangup{})});
    flow.state("operator", {say("Operator"), step(Hangup{})});
    SECTION("not own") {
        flow.state("main", {step(menu("Well?", {mine, everywhere}))});
        EngineCall call{set_of({flow.build()}), "acme"};
        call.begins();
        CHECK(call.keys("0") == said("Operator") + "<Hangup/>");
    }
    SECTION("own") {
        mine.own = true;
        flow.state("main", {step(menu("Well?", {mine, everywhere}))});
        EngineCall call{set_of({flow.build()}), "acme"};
        call.begins();
        CHECK(call.keys("0") == said("Zero") + "<Hangup/>");
    }
}

TEST_CASE("`again` asks the short question, takes no try and counts as a visit") {
    FlowBuilder flow{"acme"};
    Menu question = menu("Long question", {choice("*", place_again())});
    question.again = words("Short?");
    question.tries = 1;
    flow.state("main", {step(Limit{3}, {}, flow.to("done")), step(question, {}, flow.to("done"))});
    flow.state("done", {say("Done"), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins().find("Long question") != std::string::npos);
    CHECK(call.keys("*").find("Short?") != std::string::npos);
    CHECK(call.keys("*").find("Short?") != std::string::npos);
    CHECK(call.behind("gather").visits == std::vector<Visits>{{"acme", "main", 3}});
    CHECK(call.keys("*") == said("Done") + "<Hangup/>");
}

TEST_CASE("a limit lets through so many visits and no more") {
    FlowBuilder flow{"acme"};
    flow.state("main", {step(Limit{2}, {}, flow.to("done")),
                        step(menu("Once more?", {choice("1", flow.to("main"))}))});
    flow.state("done", {say("Done"), step(Hangup{})});
    EngineCall call{set_of({flow.build()}), "acme"};
    call.begins();
    CHECK(call.keys("1").find("Once more?") != std::string::npos);
    CHECK(call.keys("1") == said("Done") + "<Hangup/>");
    CHECK(call.outcomes() == Outcomes{"main/1=1", "main/0=otherwise"});
}

TEST_CASE("who hangs up in a question leaves nothing to do") {
    EngineCall call{set_of({choosing(menu("One or two?", {})).build()}), "acme"};
    call.begins();
    CHECK(call.hung_up().waits() == "rest");
    CHECK(call.outcomes().empty());
}

// --- failures

TEST_CASE("a limit that leads to `again` ends, as everything that goes round for ever") {
    FlowBuilder flow{"acme"};
    flow.state("main", {step(Limit{1}, {}, place_again()),
                        step(menu("Well?", {choice("1", place_again())}))});
    EngineCall call{set_of({flow.build()}), "acme"};
    call.begins();
    CHECK(call.keys("1") == sorry);
}
