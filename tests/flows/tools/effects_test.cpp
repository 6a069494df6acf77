// Calls whose flow asks something of the world, on a telephone made of values.
#include "tests/support/effect_flow.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace std::chrono_literals;
using support::ada;
using support::answers;
using support::EffectFlow;

namespace {

std::vector<std::string> heard(const Phone& phone) {
    std::vector<std::string> all;
    for (const Heard& each : phone.heard())
        all.push_back(each.kind == Heard::Kind::words ? each.text : in_words(each));
    return all;
}

// What is heard behind the menu, once 1 was pressed.
std::string look_up(HttpAnswer answer) {
    const EffectFlow bank;
    Phone phone = bank.calls({.http = {std::move(answer)}});
    CHECK_FALSE(phone.press("1").why_not);
    return heard(phone).at(1);
}

std::string place(const Phone& phone) { return phone.stands_in().second; }

}  // namespace

TEST_CASE("each outcome of a look-up leads where the flow says") {
    CHECK(look_up(answers(200, ada)) == "You owe $1,250.50");
    CHECK(look_up(answers(401)) == "denied");
    CHECK(look_up(answers(410)) == "unknown");
    CHECK(look_up(answers(503)) == "failed");
    CHECK(look_up({.asked = support::balance_key, .fails = true}) == "failed");
}

TEST_CASE("an answer that does not hold all that is to be saved has failed") {
    CHECK(look_up(answers(200)) == "failed");
    CHECK(look_up(answers(200, "{firstName: Ada, accounts: []}")) == "failed");
    CHECK(look_up(answers(200, "{firstName: Ada, accounts: [{amount: twelve}]}")) == "failed");
    CHECK(look_up(answers(200, "<html>Moved</html>")) == "failed");
}

TEST_CASE("a caller is kept waiting when patience is used up, and the effect goes on meanwhile") {
    const EffectFlow bank;
    Phone phone = bank.calls({.http = {answers(200, ada, 6500ms)}});
    CHECK_FALSE(phone.press("1").why_not);
    CHECK(heard(phone) ==
          std::vector<std::string>{"What?", "silence of 1 s", "You owe $1,250.50", "What?"});
    CHECK(phone.now() == EffectFlow::now() + 6500ms);
    CHECK(phone.effects().performed().size() == 1);
    REQUIRE(phone.turns().size() == 3);
    CHECK(phone.turns()[1]->answer.took == 5s);
    CHECK(phone.turns()[2]->request.target.find("/look/wait?s=") != std::string::npos);
    CHECK(phone.turns()[2]->answer.took == 1500ms);
}

TEST_CASE("an effect that ends within patience is not heard") {
    const EffectFlow bank;
    Phone phone = bank.calls({.http = {answers(200, ada, 5s)}});
    CHECK_FALSE(phone.press("1").why_not);
    CHECK(heard(phone) == std::vector<std::string>{"What?", "You owe $1,250.50", "What?"});
    CHECK(phone.now() == EffectFlow::now() + 5s);
}

TEST_CASE("the step's deadline ends the wait as slow") {
    const EffectFlow bank;
    Phone phone = bank.calls({.http = {answers(200, ada, 9s)}});
    CHECK_FALSE(phone.press("1").why_not);
    CHECK(heard(phone) == std::vector<std::string>{"What?", "silence of 1 s", "slow", "Bye."});
    CHECK(phone.now() == EffectFlow::now() + 7s);
    CHECK(phone.is_over());
}

TEST_CASE("patience is counted over all effects of a turn") {
    const EffectFlow bank;
    HttpAnswer seen{.asked = "POST https://crm.test/seen", .takes = 3s};
    Phone phone = bank.calls({.http = {seen, answers(200, ada, 3s)}});
    CHECK_FALSE(phone.press("6").why_not);
    CHECK(heard(phone) ==
          std::vector<std::string>{"What?", "silence of 1 s", "You owe $1,250.50", "What?"});
    CHECK(phone.now() == EffectFlow::now() + 6s);
}

TEST_CASE("a webhook that is delivered twice is answered with the same bytes, and acts once") {
    const EffectFlow bank;
    int answered = 0;
    const Transport twice = [&, in_process = bank.in_process()](const TapeRequest& request, Now now,
                                                                EffectScript& effects) {
        Answer first = in_process(request, now, effects);
        const std::size_t performed = effects.performed().size();
        const Answer again = in_process(request, now + 10s, effects);
        // Later, what was waited for is there.
        const bool held = first.response.body.find("/wait?s=") != std::string::npos;
        if (!held) CHECK(first.response == again.response);
        CHECK(effects.performed().size() == performed);
        ++answered;
        return first;
    };
    Phone phone = bank.calls({.http = {answers(200, ada, 6s)}}, twice);
    CHECK_FALSE(phone.press("2").why_not);
    CHECK(heard(phone).back() == "What?");
    CHECK(phone.effects().performed().size() == 2);
    CHECK(answered == 3);
}

TEST_CASE("with nobody on the line a turn waits for its effects, and is answered at once") {
    const EffectFlow bank;
    Phone phone = bank.calls({.http = {answers(200, ada, 6s)}});
    CHECK_FALSE(phone.press("7").why_not);
    CHECK_FALSE(phone.record(5s, Phone::RecordingEnds::by_hanging_up));
    CHECK(phone.is_over());
    CHECK(phone.effects().performed().size() == 1);
    CHECK(phone.result() == "served");
    CHECK(phone.now() == EffectFlow::now() + 5s);
}

TEST_CASE("a code is sent, and checked as often as the flow does") {
    const EffectFlow bank;
    Phone phone = bank.calls({.verify = {{"wrong", {}}, {"approved", {}}}});
    CHECK_FALSE(phone.press("3").why_not);
    CHECK(heard(phone) == std::vector<std::string>{"What?", "Approved.", "Bye."});
    CHECK(phone.effects().performed().size() == 4);
}

TEST_CASE("a callback begins in its state, with the call's identity of its own") {
    const EffectFlow bank;
    Phone first = bank.calls({.http = {answers(200, ada)}});
    CHECK_FALSE(first.press("4").why_not);
    CHECK(heard(first) == std::vector<std::string>{"What?", "We call you."});
    REQUIRE(first.effects().callback(0) != nullptr);
    Caller called{.from = "+12025550100",
                  .to = "+12025550123",
                  .direction = "outbound-api",
                  .call_sid = "CA00000000000000000000000000000002"};
    Phone second{called,
                 {.target = "/voice/bank", .query = "?request=0"},
                 first.now(),
                 Transport{bank.in_process()},
                 first.effects()};
    second.begin();
    CHECK(heard(second) == std::vector<std::string>{"You wanted a call.", "What?"});
    CHECK_FALSE(second.press("1").why_not);
    CHECK(place(second) == "main");
    CHECK(second.effects().performed().size() == 2);
    Phone unknown{called,
                  {.target = "/voice/bank", .query = "?request=7"},
                  first.now(),
                  Transport{bank.in_process()},
                  first.effects()};
    unknown.begin();
    CHECK(in_words(unknown.waiting()) == "the call broke off: /voice/bank answers 404");
}

TEST_CASE("a telephone waits for who plays it to decide what comes of a look-up") {
    const EffectFlow bank;
    Phone phone{{},
                {.target = "/voice/bank"},
                EffectFlow::now(),
                Transport{bank.in_process()},
                EffectScript{{}, EffectScript::Unscripted::asks}};
    phone.begin();
    CHECK_FALSE(phone.press("6").why_not);
    CHECK(in_words(phone.waiting()) == "waits for http POST https://crm.test/seen");
    const std::size_t turns = phone.turns().size();
    Phone otherwise = phone;
    CHECK_FALSE(phone.look_up_ends({.status = 204}));
    CHECK(in_words(phone.waiting()) == std::string{"waits for http "} + support::balance_key);
    CHECK_FALSE(phone.look_up_ends(answers(200, ada)));
    CHECK(heard(phone) == std::vector<std::string>{"What?", "You owe $1,250.50", "What?"});
    CHECK(phone.turns().size() == turns + 1);
    CHECK(phone.effects().performed().size() == 2);
    // A copy goes on by itself.
    CHECK(otherwise.effects().performed().empty());
    CHECK_FALSE(otherwise.look_up_ends({.fails = true}));
    CHECK(heard(otherwise).at(1) == "failed");
    CHECK(otherwise.look_up_ends({}) == "nothing is looked up");
    CHECK(otherwise.code_is("approved") == "no code is checked");
}
