// The ordinary way against Twilio's REST API as somebody else reads its documentation: the npm
// package `emulate`, which tests/e2e/emulator.test.mjs starts. Hidden: it needs the emulator.
#include "server/effects/twilio_calls.hpp"
#include "server/effects/twilio_messages.hpp"
#include "server/effects/twilio_verify.hpp"
#include "tests/support/run_loop.hpp"

#include <cstdlib>

using namespace server;
using namespace std::chrono_literals;

namespace {

// What the emulator is seeded with.
constexpr const char* account = "AC00000000000000000000000000000000";
constexpr const char* token = "twilio_test_auth_token";
constexpr const char* service = "VA00000000000000000000000000000000";
constexpr const char* number_of_ours = "+15551234567";
constexpr const char* right_code = "123456";

twiml::E164 number(const char* text) { return *twiml::E164::parse(text); }

}  // namespace

TEST_CASE("messages, calls and codes go the ordinary way through an emulator", "[.emulator]") {
    const char* const url = std::getenv("TWILIO_EMULATOR");
    REQUIRE(url);
    net::io_context loop{1};
    SystemResolver names{1};
    const std::vector<std::string> urls{url};
    const auto made = OutboundClient::make(names, {.policy = HostPolicy::trusting(urls)});
    REQUIRE(made);
    config::AccountSettings settings;
    settings.sid = account;
    settings.auth_tokens.emplace_back(token);
    settings.verify_service = service;
    TwilioRest rest{**made, settings, {.api_url = url, .verify_url = std::string{url} + "/verify"}};

    TwilioMessages messages{rest};
    const OutgoingMessage hello{
        .to = number("+12025550123"), .sender = number_of_ours, .text = "Grüße & 1+1"};
    const auto sent = testing::run(loop, messages.send(hello));
    INFO(sent.reason);
    CHECK(sent.outcome == MessageResult::Outcome::sent);
    CHECK(sent.message_sid.starts_with("SM"));

    TwilioCalls calls{rest};
    const CallToPlace call{.to = number("+12025550123"),
                           .from = number(number_of_ours),
                           .url = "http://127.0.0.1:9/voice/main"};
    const auto placed = testing::run(loop, calls.place(call));
    INFO(placed.reason);
    CHECK(placed.outcome == PlacedCall::Outcome::placed);
    CHECK(placed.call_sid.starts_with("CA"));

    TwilioVerify verify{rest};
    const auto started = testing::run(loop, verify.start({.to = number("+12025550123")}));
    INFO(started.reason);
    CHECK(started.outcome == VerificationStarted::Outcome::pending);
    const auto check = [&](const char* code) {
        const VerificationCheck request{.verification_sid = started.verification_sid,
                                        .to = number("+12025550123"),
                                        .code = code};
        return testing::run(loop, verify.check(request)).outcome;
    };
    CHECK(check("000000") == VerificationChecked::Outcome::wrong);
    CHECK(check(right_code) == VerificationChecked::Outcome::approved);
}
