// A call that is played by hand, and whose flow asks the world for things: what is typed, what is
// told of it, and the test that it is saved as.
#include "flows/tools/flow_test.hpp"
#include "flows/tools/saved_test.hpp"
#include "flows/tools/scenes.hpp"
#include "tests/support/effect_flow.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace flows;
using support::EffectFlow;

namespace {

CallBegins begins() { return {.target = "/voice/bank", .at = EffectFlow::now()}; }

PlayedCall played(const EffectFlow& bank, std::string_view script) {
    PlayedCall call{begins(), Transport{bank.in_process()}};
    const auto read = read_script(script);
    REQUIRE(std::holds_alternative<Acts>(read));
    for (const Act& act : std::get<Acts>(read)) {
        const auto why_not = call.act(act);
        INFO(why_not.value_or(""));
        CHECK_FALSE(why_not);
    }
    return call;
}

Typed typed(const PlayedCall& call, std::string_view line) { return read_line(line, call.phone()); }

std::string misread(const Typed& typed) {
    const auto* why = std::get_if<Misread>(&typed);
    return why != nullptr ? why->why : "";
}

std::string place(const PlayedCall& call) { return call.phone().stands_in().second; }

constexpr const char* body = R"({"firstName": "Ada", "accounts": [{"amount": 1250.50}]})";

SavedTest saved(const EffectFlow& bank, std::string_view script) {
    const PlayedCall call = played(bank, script);
    auto test = write_test({.name = "saved",
                            .flow = &bank.flow(),
                            .begins = begins(),
                            .done = call.done(),
                            .transport = Transport{bank.in_process()}});
    return std::get<SavedTest>(test);
}

}  // namespace

TEST_CASE("at a look-up a line is what comes of it") {
    const EffectFlow bank;
    const PlayedCall call = played(bank, "1");
    CHECK(what_to_type(call.phone()) ==
          "http GET https://crm.test/balance?of=12: Enter ok, ok {\"name\": \"Ada\"}, denied, not "
          "found, slow, failed");
    CHECK(typed(call, "") == Typed{Acts{EndEffect{"ok", ""}}});
    CHECK(typed(call, "not found") == Typed{Acts{EndEffect{"not_found", ""}}});
    CHECK(typed(call, "Slow") == Typed{Acts{EndEffect{"slow", ""}}});
    CHECK(typed(call, std::string{"ok "} + body) == Typed{Acts{EndEffect{"ok", body}}});
    CHECK(typed(call, body) == Typed{Acts{EndEffect{"ok", body}}});
    CHECK(typed(call, "h") == Typed{Acts{HangUp{}}});
    CHECK(misread(typed(call, "ok {\"a\": ")) == "{\"a\": is no JSON");
    CHECK(misread(typed(call, "approved"))
              .starts_with("\"approved\" is not what comes of a look-up"));
}

TEST_CASE("at a code a line is whether it is the right one") {
    const EffectFlow bank;
    const PlayedCall call = played(bank, "3");
    CHECK(
        what_to_type(call.phone()) ==
        "verify_check the code that was entered: Enter approved, wrong, expired, too many, failed");
    CHECK(typed(call, "") == Typed{Acts{EndEffect{"approved", ""}}});
    CHECK(typed(call, "too many") == Typed{Acts{EndEffect{"too_many", ""}}});
    CHECK(misread(typed(call, "denied")).starts_with("\"denied\" is not what comes of a code"));
}

TEST_CASE("a script says what comes of look-ups and codes") {
    const EffectFlow bank;
    CHECK(place(played(bank, std::string{"1 ok "} + body + " 1 denied")) == "bye");
    CHECK(place(played(bank, "1 failed")) == "bye");
    CHECK(place(played(bank, "3 wrong approved")) == "bye");
    const std::string script = std::string{"1 ok "} + body;
    const auto acts = std::get<Acts>(read_script(script));
    CHECK(acts == Acts{PressKeys{"1"}, EndEffect{"ok", body}});
    CHECK(to_text(acts[1]) == script.substr(2));
    CHECK(std::get<Misread>(read_script("1 ok {\"a\"")).why == "{\"a\" is no JSON");
}

TEST_CASE("what does not come of an effect is refused, and does nothing") {
    const EffectFlow bank;
    PlayedCall call = played(bank, "1");
    CHECK(call.act(EndEffect{"wrong", {}}) == "http does not end as wrong");
    CHECK(call.act(EndDial{DialOutcome::busy}) == "nobody is dialled");
    CHECK(call.act(PressKeys{"1"}) == "nothing asks for keys");
    CHECK_FALSE(call.act(EndDial{DialOutcome::failed}));  // the word is both's
    CHECK(place(call) == "bye");
    PlayedCall asking = played(bank, "");
    CHECK(asking.act(EndEffect{"ok", {}}) == "nothing is asked of the world");
}

TEST_CASE("who hangs up while something is looked up leaves when it has failed") {
    const EffectFlow bank;
    const PlayedCall call = played(bank, "2 h");
    CHECK(call.phone().is_over());
    CHECK(call.phone().effects().performed().back().result.outcome == "failed");
    CHECK(std::ranges::count(call.done(), Act{EndEffect{"failed", {}}}) == 1);
}

TEST_CASE("one step back an effect is undecided again") {
    const EffectFlow bank;
    PlayedCall call = played(bank, "1 denied");
    CHECK(place(call) == "bye");
    REQUIRE(call.back());
    CHECK(std::holds_alternative<Undecided>(call.phone().waiting()));
    CHECK(call.phone().effects().performed().empty());
    CHECK_FALSE(call.act(EndEffect{"ok", body}));
    CHECK(place(call) == "main");
}

TEST_CASE("what was asked of the world is told with the state that asked") {
    const EffectFlow bank;
    const PlayedCall call = played(bank, "2 denied");
    const auto scenes = scenes_of(bank.set(), call.phone().turns(), call.phone().heard());
    std::vector<std::string> told;
    for (const Scene& scene : scenes) {
        for (const auto& [name, what] : scene.effects)
            told.push_back(scene.state + ": " + name + ' ' + what);
    }
    CHECK(told == std::vector<std::string>{
                      "link: sms to +12025550123: Pay at https://bank.example/pay: sent",
                      "look: http GET https://crm.test/balance?of=12: denied"});
}

TEST_CASE("a call that asked the world is saved with its answers, and passes as it stands") {
    const EffectFlow bank;
    const SavedTest test = saved(bank, std::string{"2 ok "} + body + " 1 slow");
    CHECK(test.yaml == R"(- name: saved
  at: 2026-01-06T15:00Z
  http:
    "GET https://crm.test/balance?of=12": [{body: {firstName: "Ada", accounts: [{amount: 1250.50}]}}, {takes: 3600s}]
  steps:
    - hears: What?
    - presses: 2
    - texts: {to: "+12025550123", text: "Pay at https://bank.example/pay"}
    - hears: "You owe $1,250.50"
    - hears: What?
    - presses: 1
    - hears: slow
    - hears: Bye.
    - ends
  result: served
)");
    for (const std::string& script :
         {std::string{"2 ok "} + body + " 1 slow", std::string{"3 wrong failed"},
          std::string{"3 approved"}, std::string{"7 5s h"}, std::string{"6 not_found"},
          std::string{"6 ok [1,null,\"null\"] failed"}, std::string{"4"}, std::string{"1 h"}}) {
        INFO(script);
        const std::string text = new_test_file(bank.flow(), {}, saved(bank, script));
        config::Diagnostics findings;
        const auto file = read_tests({"bank.test.yaml", text}, bank.set(), false, findings);
        INFO(text);
        REQUIRE(file);
        const TestRun run =
            run_test(file->tests.front(), *file, {&bank.set(), Transport{bank.in_process()}, {}});
        CHECK(to_text(file->tests.front(), run, text, {"bank.test.yaml", ""}) == "");
    }
}
