// gather: what is keyed or said becomes a value, or another try.
#include "tests/support/engine_call.hpp"
#include "tests/support/flow_builder.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace support;

namespace {

using Outcomes = std::vector<std::string>;

struct Asking {
    FlowBuilder flow{"acme"};
    Gather gather{};

    explicit Asking(const std::string& type) {
        gather.say = words("Your number?");
        gather.again = words("Number?");
        gather.save = flow.variable("number", type);
        const Type parsed = *parse_type(type);
        if (parsed.kind == TypeKind::digits) {
            gather.digits_at_least = parsed.at_least;
            gather.digits_at_most = parsed.at_most;
        }
    }
    FlowSet set() {
        flow.state("main", {step(gather, {}, flow.to("person")),
                            step(Say{.words = words("Thanks")}), step([this] {
                                Menu stop;
                                stop.say = words("Stop");
                                stop.choices.push_back({.key = "1", .go = flow.to("person")});
                                return stop;
                            }())});
        flow.state("person", {step(Say{.words = words("A person")}), step(Hangup{})});
        return set_of({flow.build()});
    }
};

std::string heard(const std::string& attributes, const std::string& what) {
    return "<Gather " + attributes + R"( action="{gather}">)" + what +
           "</Gather><Redirect>{noinput}</Redirect>";
}

Value kept(const EngineCall& call) { return call.behind("gather").frames.back().variables.at(0); }

}  // namespace

TEST_CASE("digits are gathered, kept, and the call goes on") {
    EngineCall call{Asking{"digits(4)"}.set(), "acme"};
    CHECK(call.begins() ==
          heard(R"(timeout="5" numDigits="4" finishOnKey="#")", said("Your number?")));
    CHECK(call.keys("0042").starts_with(said("Thanks")));
    CHECK(call.outcomes() == Outcomes{"main/0=filled"});
    CHECK(kept(call) == Value{std::string{"0042"}});
}

TEST_CASE("what does not fit the variable is asked again, and the tries run out") {
    Asking asking{"digits(4)"};
    asking.gather.nomatch.words = {words("Four digits, please.")};
    asking.gather.tries = 3;
    EngineCall call{asking.set(), "acme"};
    call.begins();
    CHECK(call.keys("12") == heard(R"(timeout="5" numDigits="4" finishOnKey="#")",
                                   said("Four digits, please.") + said("Number?")));
    CHECK(call.keys("12*4").find("Four digits, please.") != std::string::npos);
    CHECK(call.waits() == said("A person") + "<Hangup/>");
    CHECK(call.outcomes() == Outcomes{"main/0=noinput", "main/0=otherwise"});
}

TEST_CASE("a finishing key that came along is no digit") {
    EngineCall call{Asking{"digits(1-6)"}.set(), "acme"};
    CHECK(call.begins().find(R"(numDigits="6" finishOnKey="#")") != std::string::npos);
    CHECK(call.keys("123#").starts_with(said("Thanks")));
    CHECK(kept(call) == Value{std::string{"123"}});
}

TEST_CASE("a lone finishing key is nonsense, not a value") {
    EngineCall call{Asking{"digits(1-6)"}.set(), "acme"};
    call.begins();
    call.keys("#");
    CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
}

TEST_CASE("a number may be keyed as any digits") {
    EngineCall call{Asking{"number"}.set(), "acme"};
    call.begins();
    call.keys("0012");
    CHECK(kept(call) == Value{*Decimal::from(12, 0)});
}

TEST_CASE("confirming reads the candidate back, and only 1 keeps it") {
    Asking asking{"digits(4)"};
    asking.gather.confirm = words("Right?");
    asking.gather.tries = 4;
    EngineCall call{asking.set(), "acme"};
    const std::string confirm =
        heard(R"(timeout="5" numDigits="1" finishOnKey="")", said("Right?"));
    call.begins();
    CHECK(call.keys("1234") == confirm);
    CHECK(call.behind("gather").candidate == Value{std::string{"1234"}});
    CHECK(kept(call) == Value{Unset{}});
    SECTION("1 keeps it") {
        CHECK(call.keys("1").starts_with(said("Thanks")));
        CHECK(kept(call) == Value{std::string{"1234"}});
        CHECK_FALSE(call.behind("gather").candidate);
    }
    SECTION("2 asks again, as one of the tries") {
        CHECK(call.keys("2").find("Number?") != std::string::npos);
        CHECK(call.behind("gather").tries == 1);
        CHECK_FALSE(call.behind("gather").candidate);
    }
    SECTION("silence or another key repeats it, as one of the tries") {
        CHECK(call.waits() == confirm);
        CHECK(call.keys("7") == confirm);
        CHECK(call.keys("#") == confirm);
        CHECK(call.waits() == said("A person") + "<Hangup/>");
        CHECK(call.outcomes() == Outcomes{"main/0=otherwise"});
    }
}

TEST_CASE("speech is listened for in the call's language, with its hints") {
    Asking asking{"one_of(red, dark blue)"};
    asking.gather.dtmf = false;
    asking.gather.speech = true;
    asking.flow.flow().languages.front().hints = {"colour"};
    asking.flow.flow().languages.front().speech = {{"speechTimeout", text("auto")}};
    EngineCall call{asking.set(), "acme"};
    CHECK(call.begins() == heard(R"(input="speech" timeout="5" language="en-US" )"
                                 R"(hints="red, dark blue, colour" speechTimeout="auto")",
                                 said("Your number?")));
    SECTION("an option") {
        call.says("dark blue", 0.9);
        CHECK(kept(call) == Value{std::string{"dark blue"}});
    }
    SECTION("not understood") {
        call.says("dark blue", 0.2);
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
    SECTION("something else") {
        call.says("green", 0.9);
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
}

TEST_CASE("spoken digits are digits, however the recogniser groups them") {
    Asking asking{"digits(6)"};
    asking.gather.speech = true;
    EngineCall call{asking.set(), "acme"};
    CHECK(call.begins().find(R"(input="dtmf speech")") != std::string::npos);
    call.says("12 34-56.", 0.8);
    CHECK(kept(call) == Value{std::string{"123456"}});
}

TEST_CASE("a menu with phrases takes speech, sure enough, and spoken keys") {
    FlowBuilder flow{"acme"};
    Menu menu;
    menu.say = menu.again = words("Sales or support?");
    menu.speech = true;
    menu.choices.push_back(
        {.key = "1", .phrases = {{"sales", "buy, now"}}, .go = flow.to("sales")});
    menu.choices.push_back(
        {.key = "help", .by_key = false, .phrases = {{"support"}}, .go = flow.to("support")});
    flow.state("sales", {step(Say{.words = words("Sales")}), step(Hangup{})});
    flow.state("support", {step(Say{.words = words("Support")}), step(Hangup{})});
    flow.state("main", {step(menu)});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins() == heard(R"(input="dtmf speech" timeout="5" numDigits="1" finishOnKey="" )"
                                 R"(language="en-US" hints="sales, buy  now, support")",
                                 said("Sales or support?")));
    SECTION("a phrase") { CHECK(call.says("support", 0.9).starts_with(said("Support"))); }
    SECTION("without a confidence") { CHECK(call.says("sales").starts_with(said("Sales"))); }
    SECTION("a spoken key") { CHECK(call.says("1", 0.7).starts_with(said("Sales"))); }
    SECTION("a name is no key") {
        call.keys("help");
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
    SECTION("too unsure") {
        call.says("sales", 0.39);
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
}

TEST_CASE("a choice counts only while its condition holds") {
    FlowBuilder flow{"acme"};
    Menu menu;
    menu.say = menu.again = words("Well?");
    menu.choices.push_back({.key = "1", .go = flow.to("one"), .when = literal(false)});
    menu.choices.push_back({.key = "22", .go = flow.to("two"), .when = literal(true)});
    flow.state("one", {step(Hangup{})});
    flow.state("two", {step(Hangup{})});
    flow.state("main", {step(menu)});
    EngineCall call{set_of({flow.build()}), "acme"};
    CHECK(call.begins().find(R"(numDigits="2")") != std::string::npos);
    SECTION("not") {
        call.keys("1");
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
    SECTION("so") { CHECK(call.keys("22") == "<Hangup/>"); }
}

TEST_CASE("digits may be said as words") {
    Asking asking{"digits(3)"};
    asking.gather.speech = true;
    EngineCall call{asking.set(), "acme"};
    call.begins();
    SECTION("all of them") {
        call.says("one two, three.", 0.8);
        CHECK(kept(call) == Value{std::string{"123"}});
    }
    SECTION("with another word") {
        call.says("one two tree house", 0.8);
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
}

TEST_CASE("a telephone number is read as the caller's country writes it") {
    EngineCall call{Asking{"phone"}.set(), "acme"};
    call.begins();
    SECTION("national") {
        call.keys("2025550142");
        CHECK(kept(call) == Value{std::string{"+12025550142"}});
    }
    SECTION("too short") {
        call.keys("5550142");
        CHECK(call.outcomes() == Outcomes{"main/0=nomatch"});
    }
}
