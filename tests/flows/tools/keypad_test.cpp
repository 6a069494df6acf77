#include "flows/tools/keypad.hpp"
#include "tests/support/flow_call.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace std::chrono_literals;
using support::WrittenFlow;

namespace {

Typed typed(const PlayedCall& call, std::string_view line) { return read_line(line, call.phone()); }

Acts script(std::string_view text) {
    const auto read = read_script(text);
    const auto* acts = std::get_if<Acts>(&read);
    return acts != nullptr ? *acts : Acts{};
}

std::string misread(std::string_view text) {
    const auto read = read_script(text);
    const auto* why = std::get_if<Misread>(&read);
    return why != nullptr ? why->why : std::string{};
}

}  // namespace

TEST_CASE("a script is keys, silence, speech, outcomes, lengths and hanging up") {
    CHECK(script("1 2 # wait h") ==
          Acts{PressKeys{"1"}, PressKeys{"2"}, PressKeys{"#"}, SayNothing{}, HangUp{}});
    CHECK(script("  12*# 'my account' \"two\" (0.3) ") ==
          Acts{PressKeys{"12*#"}, SaySomething{"my account", {}}, SaySomething{"two", 0.3}});
    CHECK(script("answered busy no_answer no-answer declined failed canceled completed") ==
          Acts{PickUp{}, EndDial{DialOutcome::busy}, EndDial{DialOutcome::no_answer},
               EndDial{DialOutcome::no_answer}, EndDial{DialOutcome::declined},
               EndDial{DialOutcome::failed}, EndDial{DialOutcome::canceled},
               EndDial{DialOutcome::completed}});
    CHECK(script("12s 2m 0s h") ==
          Acts{LeaveMessage{12s}, LeaveMessage{120s}, LeaveMessage{0s, true}});
    CHECK(script("").empty());
}

TEST_CASE("what a script cannot mean is said with its word") {
    CHECK(misread("1 sales h").find("\"sales\" is neither keys") == 0);
    CHECK(misread("1 \"sales").find("\"sales has no closing quote") == 0);
    CHECK(misread("''") == "between the quotes nothing is said");
    CHECK(misread("'a' (two)").find("is no confidence") != std::string::npos);
}

TEST_CASE("an act is written as a script has it") {
    for (const std::string_view text : {"12*#", "wait", "answered", "busy", "no_answer", "12s",
                                        "12s h", "h", "\"my account\"", "\"two\" (0.3)"}) {
        const Acts acts = script(text);
        REQUIRE(acts.size() == 1);
        CHECK(to_text(acts[0]) == text);
    }
}

TEST_CASE("at a question a line is keys, speech where it is asked for, or silence") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall call = shop.call();
    CHECK(typed(call, " 1 ") == Typed{Acts{PressKeys{"1"}}});
    CHECK(typed(call, "1 2") == Typed{Acts{PressKeys{"1"}, PressKeys{"2"}}});
    CHECK(typed(call, "") == Typed{Acts{SayNothing{}}});
    CHECK(typed(call, "my account") == Typed{Acts{SaySomething{"my account", {}}}});
    CHECK(typed(call, "my account (0.25)") == Typed{Acts{SaySomething{"my account", 0.25}}});
    CHECK(typed(call, "wait") == Typed{Acts{SaySomething{"wait", {}}}});
}

TEST_CASE("commands win over speech; say and a quote are always speech") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall call = shop.call();
    CHECK(typed(call, "h") == Typed{Acts{HangUp{}}});
    CHECK(typed(call, "t") == Typed{ShowTwiml{}});
    CHECK(typed(call, "u") == Typed{StepBack{}});
    CHECK(typed(call, "?") == Typed{ShowHelp{}});
    CHECK(typed(call, "q") == Typed{PutDown{}});
    CHECK(typed(call, "s") == Typed{SaveTest{}});
    CHECK(typed(call, "s the short way") == Typed{SaveTest{"the short way"}});
    CHECK(typed(call, "help") == Typed{Acts{SaySomething{"help", {}}}});
    CHECK(typed(call, "say h") == Typed{Acts{SaySomething{"h", {}}}});
    CHECK(typed(call, "\"s me\"") == Typed{Acts{SaySomething{"s me", {}}}});
    CHECK(typed(call, "'t") == Typed{Acts{SaySomething{"t", {}}}});
    CHECK(typed(call, "\"two\" (0.3)") == Typed{Acts{SaySomething{"two", 0.3}}});
    CHECK(std::holds_alternative<Misread>(typed(call, "\"\"")));
}

TEST_CASE("a question for keys alone takes the words of scripts, and says so of others") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall call = shop.played("1");
    CHECK(typed(call, "wait") == Typed{Acts{SayNothing{}}});
    CHECK(typed(call, "my account") ==
          Typed{Misread{"this question takes keys alone: 0-9, * and #; ? is help"}});
}

TEST_CASE("a question for speech alone says how keys are spoken") {
    const WrittenFlow shop{
        "flow: shop\nvars: {what: \"one_of(a, b)\"}\nstart: a\nstates:\n"
        "  a: [{gather: {say: Well?, save: what, input: speech, otherwise: b}}, {go: b}]\n"
        "  b: [hangup]\n"};
    CHECK(typed(shop.call(), "5") ==
          Typed{Misread{"this question takes speech alone: say 5 speaks it"}});
}

TEST_CASE("at a dial a line is how it ends") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall call = shop.played("2");
    CHECK(typed(call, "") == Typed{Acts{PickUp{}}});
    CHECK(typed(call, "No answer") == Typed{Acts{EndDial{DialOutcome::no_answer}}});
    CHECK(typed(call, "b") == Typed{Acts{EndDial{DialOutcome::busy}}});
    CHECK(std::holds_alternative<Misread>(typed(call, "engaged")));
    CHECK(what_to_type(call.phone()) == "dials +12025550130: Enter answered, busy, no answer, "
                                        "declined, failed, canceled");
}

TEST_CASE("the called one presses keys or none; then they talk until somebody hangs up") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall asked = shop.played("2 answered");
    CHECK(typed(asked, "5") == Typed{Acts{PressKeys{"5"}}});
    CHECK(typed(asked, "") == Typed{Acts{SayNothing{}}});
    const PlayedCall talking = shop.played("2 answered 5");
    CHECK(typed(talking, "") == Typed{Acts{EndDial{DialOutcome::completed}}});
    CHECK(what_to_type(talking.phone()) == "they talk: Enter ends the talk, h hangs up");
}

TEST_CASE("at a recording a line is how long it is") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall call = shop.played("3");
    CHECK(typed(call, "") == Typed{Acts{SayNothing{}}});
    CHECK(typed(call, "#") == Typed{Acts{SayNothing{}}});
    CHECK(typed(call, "12") == Typed{Acts{LeaveMessage{12s}}});
    CHECK(typed(call, "12#") == Typed{Acts{LeaveMessage{12s}}});
    CHECK(typed(call, "1m") == Typed{Acts{LeaveMessage{60s}}});
    CHECK(typed(call, "12 h") == Typed{Acts{LeaveMessage{12s, true}}});
    CHECK(typed(call, "12s h") == Typed{Acts{LeaveMessage{12s, true}}});
    CHECK(std::holds_alternative<Misread>(typed(call, "hello")));
}

TEST_CASE("behind the end Enter leaves") {
    const WrittenFlow shop{support::shop_flow};
    const PlayedCall call = shop.played("h");
    CHECK(typed(call, "") == Typed{PutDown{}});
    CHECK(typed(call, "s") == Typed{SaveTest{}});
    CHECK(std::holds_alternative<Misread>(typed(call, "1")));
}
