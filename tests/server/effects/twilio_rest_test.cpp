#include "server/effects/twilio_rest.hpp"
#include "tests/server/effects/twilio_double.hpp"

using namespace std::chrono_literals;
using server::RestOutcome;
using server::TwilioRest;
using server::TwilioRules;
using server::testing::Accident;
using server::testing::error;
using server::testing::TwilioWorld;

namespace {

TwilioRest::Request a_request(const TwilioWorld& world, std::chrono::milliseconds time = 5s) {
    return {.url = world.rest->account_url("Messages.json"),
            .form = {{"To", "+12025550123"}},
            .deadline = TwilioRest::Clock::now() + time};
}

RestOutcome outcome(TwilioWorld& world, std::chrono::milliseconds time = 5s) {
    return world.wait_for(world.rest->send(a_request(world, time))).verdict.outcome;
}

}  // namespace

TEST_CASE("refused credentials stop everything for half a minute, over all of REST") {
    for (const auto& refusal : {error(401, 20003), error(403, 20005), error(401, 0)}) {
        TwilioWorld world;
        world.twilio.script("/Messages.json", {refusal});
        CHECK(outcome(world) == RestOutcome::failed);
        CHECK(world.rest->is_broken());

        TwilioRest::Request verification{.url = world.rest->verify_service_url("Verifications"),
                                         .deadline = TwilioRest::Clock::now() + 5s};
        const auto reply = world.wait_for(world.rest->send(verification));
        CHECK(reply.verdict.outcome == RestOutcome::failed);
        CHECK_THAT(reply.verdict.reason, Catch::Contains("credentials"));
        world.now += 29999ms;
        CHECK(outcome(world) == RestOutcome::failed);
        CHECK(world.twilio.server().heard().size() == 1);

        world.now += 1ms;
        CHECK(outcome(world) == RestOutcome::accepted);
        CHECK(world.twilio.server().heard().size() == 2);
    }
}

TEST_CASE("fewer requests at a time after 20429, until successes have brought them back") {
    TwilioWorld world{TwilioRules{.most_at_once = 4}};
    world.twilio.script("/Messages.json", {error(429, 20429)});
    CHECK(outcome(world) == RestOutcome::accepted);
    CHECK(world.rest->most_at_once() == 2);
    for (int i = 0; i < 10; ++i)
        CHECK(outcome(world) == RestOutcome::accepted);
    CHECK(world.rest->most_at_once() == 4);
    // Other errors are no reason.
    world.twilio.script("/Messages.json", {error(500, 20500), error(400, 21211)});
    CHECK(outcome(world) == RestOutcome::unknown);
    CHECK(outcome(world) == RestOutcome::refused);
    CHECK(world.rest->most_at_once() == 4);
}

TEST_CASE("who finds no room until the deadline has not asked") {
    TwilioWorld world{TwilioRules{.most_at_once = 1}};
    world.twilio.script("/Messages.json", {{.accident = Accident::never}});
    std::vector<RestOutcome> outcomes;
    for (int i = 0; i < 2; ++i)
        boost::asio::co_spawn(world.loop, world.rest->send(a_request(world, 200ms)),
                              [&](const std::exception_ptr&, const TwilioRest::Reply& reply) {
                                  outcomes.push_back(reply.verdict.outcome);
                              });
    server::testing::run_until(world.loop, [&] { return outcomes.size() == 2; });
    CHECK(std::ranges::count(outcomes, RestOutcome::unknown) == 1);
    CHECK(std::ranges::count(outcomes, RestOutcome::failed) == 1);
    CHECK(world.twilio.messages() == 1);
}

TEST_CASE("with an API key the key signs in, not the account's token") {
    TwilioWorld world;
    config::AccountSettings account;
    account.sid = server::testing::account_sid;
    account.auth_tokens.emplace_back("token");
    account.api_key_sid = "SK1";
    account.api_key_secret = config::Secret{"s"};
    const std::string url = world.twilio.server().url();
    TwilioRest rest{*world.client, account, {.api_url = url, .verify_url = url}};
    auto request = a_request(world);
    CHECK(world.wait_for(rest.send(request)).verdict.outcome == RestOutcome::accepted);
    CHECK(world.twilio.server().heard().front().header("Authorization") == "Basic U0sxOnM=");
}

TEST_CASE("a text of an answer is taken out of its object, or is empty") {
    CHECK(server::text_in(R"({"sid": "SM1", "n": 1})", "sid") == "SM1");
    for (const char* json : {"", "[]", "{}", R"({"sid": 1})", R"({"sid": "SM1")"})
        CHECK(server::text_in(json, "sid").empty());
}
