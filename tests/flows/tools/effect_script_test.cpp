#include "flows/tools/effect_script.hpp"
#include "flows/tools/near_miss.hpp"
#include "tests/support/effect_flow.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace std::chrono_literals;
using support::answers;
using support::balance_key;

namespace {

constexpr const char* call = "CA00000000000000000000000000000001";

EffectRequest look_up(int visit = 1, std::vector<std::string> pointers = {}) {
    return {.id = {.flow = "bank", .state = "look", .step = "0", .visit = visit},
            .effect = Lookup{.method = "GET",
                             .url = "https://crm.test/balance?of=12",
                             .pointers = std::move(pointers)},
            .deadline = 7s};
}
EffectRequest ask(Effect effect, int visit) {
    return {.id = {.flow = "bank", .state = "code", .step = "0", .visit = visit},
            .effect = std::move(effect),
            .deadline = 8s};
}
EffectRequest check_code(int visit) {
    return ask(CheckVerification{.verification = "VE1", .code = "1234"}, visit);
}
EffectRequest send_code(int visit) {
    return ask(StartVerification{.to = "+12025550123", .channel = "sms"}, visit);
}

std::string outcome(EffectScript& script, const EffectRequest& request) {
    return script.perform(call, request, Now{})->result.outcome;
}

EffectScript verify(std::vector<std::string> outcomes) {
    ScriptedAnswers answers;
    for (std::string& each : outcomes)
        answers.verify.push_back({std::move(each), {}});
    return EffectScript{std::move(answers)};
}

std::string behind(const std::string& pointer) {
    const auto json =
        support::body("{name: Ada, empty: , none: null, 'said null': 'null', zip: 007, "
                      "amount: 12.50, list: [a, {b: c}], a/b: slash, m~n: tilde}");
    return value_behind(json, pointer).value_or("(nothing)");
}

}  // namespace

TEST_CASE("an effect is performed once for each identity, whoever asks again") {
    EffectScript script{{.http = {answers(403), answers(200)}}};
    CHECK(outcome(script, look_up()) == "denied");
    CHECK(outcome(script, look_up()) == "denied");
    CHECK(script.performed().size() == 1);
    CHECK(outcome(script, look_up(2)) == "ok");
    CHECK(script.performed().size() == 2);
    const auto* other = script.perform("CA00000000000000000000000000000002", look_up(), Now{});
    CHECK(other->result.outcome == "failed");  // of another call, and the answers are used up
    CHECK(other->unscripted == "its answers are used up");
}

TEST_CASE("the status of an answer is its outcome") {
    for (const auto& [status, expected] :
         std::vector<std::pair<int, std::string>>{{200, "ok"},
                                                  {204, "ok"},
                                                  {299, "ok"},
                                                  {301, "failed"},
                                                  {400, "failed"},
                                                  {401, "denied"},
                                                  {403, "denied"},
                                                  {404, "not_found"},
                                                  {410, "not_found"},
                                                  {429, "failed"},
                                                  {500, "failed"}}) {
        INFO(status);
        CHECK(outcome_of_status(status) == expected);
    }
}

TEST_CASE("a JSON Pointer finds one value, and numbers keep their text") {
    CHECK(behind("/name") == "Ada");
    CHECK(behind("/amount") == "12.50");
    CHECK(behind("/zip") == "007");
    CHECK(behind("/list/0") == "a");
    CHECK(behind("/list/1/b") == "c");
    CHECK(behind("/a~1b") == "slash");
    CHECK(behind("/m~0n") == "tilde");
    CHECK(behind("/said null") == "null");
    for (const char* nothing : {"", "/", "/list", "/list/2", "/list/00", "/list/-", "/none",
                                "/empty", "/name/x", "name", "/Name"}) {
        INFO(nothing);
        CHECK(behind(nothing) == "(nothing)");
    }
    CHECK(value_behind(support::body("just text"), "") == "just text");
}

TEST_CASE("what takes longer than its step waits ends with the deadline") {
    EffectScript script{{.http = {answers(200, {}, 7s), answers(200, {}, 7001ms)}}};
    const Now now = support::EffectFlow::now();
    const auto in_time = *script.perform(call, look_up(1), now);
    CHECK(in_time.result.outcome == "ok");
    CHECK(in_time.ends == now + 7s);
    const auto late = *script.perform(call, look_up(2), now);
    CHECK(late.result.outcome == "slow");
    CHECK(late.ends == now + 7s);
}

TEST_CASE("text messages are sent where nothing else is scripted") {
    EffectScript script{{.sms = {{"opted_out", {}}}}};
    CHECK(outcome(script, ask(TextMessage{.to = "+12025550123"}, 1)) == "opted_out");
    CHECK(outcome(script, ask(TextMessage{.to = "+12025550123"}, 2)) == "sent");
    CHECK(script.unused_sms().empty());
}

TEST_CASE("a start is pending, unless what comes next in the list is of a start") {
    EffectScript script = verify({"wrong", "approved"});
    const auto* started = script.perform(call, send_code(1), Now{});
    CHECK(started->result.outcome == "pending");
    CHECK(started->result.values.size() == 1);
    CHECK(outcome(script, check_code(2)) == "wrong");
    CHECK(outcome(script, check_code(3)) == "approved");

    EffectScript refused = verify({"refused", "failed", "pending", "failed"});
    CHECK(outcome(refused, send_code(1)) == "refused");
    CHECK(outcome(refused, send_code(2)) == "failed");
    CHECK(outcome(refused, send_code(3)) == "pending");
    CHECK(outcome(refused, check_code(4)) == "failed");
    CHECK(refused.performed().back().unscripted.empty());
}

TEST_CASE("a check of a code is never guessed") {
    EffectScript none;
    CHECK(none.perform(call, check_code(1), Now{})->unscripted == "none is scripted");
    EffectScript other = verify({"pending"});
    CHECK(other.perform(call, check_code(1), Now{})->unscripted ==
          "next is pending, which comes of verify_start");
    CHECK(other.unused_verify().size() == 1);
}

TEST_CASE("who plays a call decides what is not scripted") {
    EffectScript script{{}, EffectScript::Unscripted::asks};
    CHECK(script.perform(call, look_up(), Now{}, false) == nullptr);
    CHECK(script.performed().empty());
    script.add(answers(404));
    CHECK(script.perform(call, look_up(), Now{}, false)->result.outcome == "not_found");
    CHECK(script.perform(call, check_code(1), Now{}, false) == nullptr);
    script.add_verification("expired");
    CHECK(script.perform(call, check_code(1), Now{}, false)->result.outcome == "expired");
    // With nobody on the line there is nobody to ask.
    CHECK(script.perform(call, look_up(2), Now{}, true)->result.outcome == "failed");
}

TEST_CASE("what was scripted and what was asked for are told apart by their words") {
    const std::string asked = "POST https://crm.test/accounts/12345678/balance";
    CHECK(
        near_miss(asked,
                  {"POST https://crm.test/accounts/1234567/balance", "GET https://a.test"}) ==
        "the nearest is \"POST https://crm.test/accounts/1234567/balance\", which has \"1234567\" "
        "where \"12345678\" is wanted");
    CHECK(near_miss(asked, {"GET https://crm.test/accounts/12345678/balance"}) ==
          "the nearest is \"GET https://crm.test/accounts/12345678/balance\", which has \"GET\" "
          "where \"POST\" is wanted");
    CHECK(near_miss(asked, {asked + "?full=1"}) ==
          "the nearest is \"" + asked + "?full=1\", with \"?full=1\" in it");
    CHECK(near_miss(asked, {"GET https://a.test"}) == "the nearest is \"GET https://a.test\"");
    CHECK(near_miss(asked, {}).empty());
}
