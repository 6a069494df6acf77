#include "server/calls/call_again.hpp"
#include "server/calls/call_attempt.hpp"
#include "server/calls/call_plan.hpp"
#include "server/calls/call_rules.hpp"

#include <catch2/catch.hpp>

using namespace server;
using namespace std::chrono_literals;

TEST_CASE("an attempt is told by what its webhooks carry") {
    const CallAttempt attempt{.id = "5f0c", .number = 2};
    CHECK(to_text(attempt) == "5f0c-2");
    CHECK(parse_call_attempt("5f0c-2") == attempt);
    for (const char* text : {"", "-", "5f0c", "5f0c-", "-2", "5f0c-0", "5f0c--2", "5f0c-2x", "5F-1",
                             "../x-1", "5f0c-99999999999999999999"})
        CHECK_FALSE(parse_call_attempt(text));
}

TEST_CASE("a plan opens in its own row alone, with any key that is configured") {
    const StateKey old = StateKey::derive("old"), fresh = StateKey::derive("new");
    CallPlan plan{.flow = "desk",
                  .state = std::string{"\0\x01state", 7},
                  .account_sid = "AC1",
                  .public_base = "https://ivr.example.com/x",
                  .was_asked_for = false,
                  .tells_machines = true};
    plan.version.bytes.fill(7);
    const std::string sealed = seal_plan(plan, "a", old);
    CHECK(sealed == seal_plan(plan, "a", old));
    const auto opened = open_plan({fresh, old}, sealed, "a");
    REQUIRE(opened);
    CHECK(opened->version == plan.version);
    CHECK(opened->flow == plan.flow);
    CHECK(opened->state == plan.state);
    CHECK(opened->account_sid == plan.account_sid);
    CHECK(opened->public_base == plan.public_base);
    CHECK_FALSE(opened->was_asked_for);
    CHECK(opened->tells_machines);
    CHECK_FALSE(open_plan({fresh, old}, sealed, "b"));
    CHECK_FALSE(open_plan({fresh}, sealed, "a"));
    CHECK_FALSE(open_plan({old}, sealed + "x", "a"));
}

TEST_CASE("a call is placed again after the gap, or sooner where little time is left") {
    const StoreTime noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15} + 12h};
    Callback callback{.request = {.until = noon + 1h, .attempts = 3}, .attempt = 1};
    CHECK(call_again_at(callback, noon, 5min) == noon + 5min);
    CHECK(call_again_at(callback, noon, 30min) == noon + 20min);
    callback.attempt = 2;
    CHECK(call_again_at(callback, noon + 40min, 30min) == noon + 50min);
    CHECK(call_again_at(callback, noon + 2h, 5min) == noon + 2h);
}

TEST_CASE("which numbers are called") {
    Snapshot snapshot;
    Account account;
    CHECK(call_refusal("+12025550142", snapshot, account) == "no-phone-number");
    account.settings.phone_number = "+12025550199";
    CHECK(call_refusal("+12025550142", snapshot, account).empty());
    CHECK(call_refusal("+18765550123", snapshot, account) == "country");  // Jamaica
    CHECK(call_refusal("+19005550142", snapshot, account) == "special_rate");

    snapshot.dial_rules = {{"+1876"}, {"+18765550199"}};
    CHECK(call_refusal("+18765550123", snapshot, account).empty());
    CHECK(call_refusal("+18765550199", snapshot, account) == "dial-rules");
    CHECK(call_refusal("+12025550142", snapshot, account) == "dial-rules");
}

TEST_CASE("who answered, as Twilio tells") {
    for (const char* machine : {"machine_start", "machine_end_beep", "machine_end_other", "fax"})
        CHECK(is_machine(machine));
    for (const char* person : {"human", "unknown", ""})
        CHECK_FALSE(is_machine(person));
}
