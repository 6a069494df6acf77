// Every row of reference/messages-and-verify.md, chapter 7, over real HTTPS, and those of chapter 3
// that are about codes.
#include "server/effects/twilio_verify.hpp"
#include "tests/server/effects/twilio_double.hpp"

using namespace std::chrono_literals;
using server::TwilioVerify;
using server::VerificationChannel;
using server::VerificationChecked;
using server::VerificationStarted;
using server::testing::Accident;
using server::testing::Answer;
using server::testing::error;
using server::testing::Heard;
using server::testing::number;
using server::testing::TwilioDouble;
using server::testing::TwilioWorld;

namespace {

constexpr std::string_view verification = "VE00000000000000000000000000000001";

std::string name_of(VerificationStarted::Outcome outcome) {
    constexpr std::array names{"pending", "refused", "failed"};
    return names.at(static_cast<std::size_t>(outcome));
}
std::string name_of(VerificationChecked::Outcome outcome) {
    constexpr std::array names{"approved", "wrong", "expired", "too_many", "failed"};
    return names.at(static_cast<std::size_t>(outcome));
}

struct Row {
    const char* name;
    std::vector<Answer> answers;
    std::string outcome;
    std::size_t requests;
};

Answer status(std::string_view name) {
    return {.status = 200, .body = R"({"status": ")" + std::string{name} + R"("})"};
}

const Answer reset_before{.accident = Accident::reset_before};
const Answer reset_after{.accident = Accident::reset_after};

}  // namespace

TEST_CASE("a code is asked for as Verify wants it, and its sid is kept") {
    TwilioWorld world;
    TwilioVerify verify{*world.rest};
    const auto started = world.wait_for(verify.start(
        {.to = number(), .channel = VerificationChannel::whatsapp, .locale = "es", .timeout = 5s}));
    CHECK(name_of(started.outcome) == "pending");
    CHECK(started.verification_sid == verification);
    const Heard& heard = world.twilio.server().heard().front();
    CHECK(heard.target == "/v2/Services/VA00000000000000000000000000000001/Verifications");
    CHECK(heard.body == "To=%2B12025550123&Channel=whatsapp&Locale=es");
}

TEST_CASE("how the start of a code ends") {
    const std::vector<Row> rows{
        {"2xx, pending", {}, "pending", 1},
        {"a lost answer is asked for once more, which sends the same code",
         {reset_after},
         "pending",
         2},
        {"two lost answers: the code may be on its way", {reset_after, reset_before}, "pending", 2},
        {"a lost answer, then an error: still", {reset_after, error(500, 20500)}, "pending", 2},
        {"a lost answer, then nobody to ask: still",
         {reset_after, error(401, 20003)},
         "pending",
         2},
        {"a lost answer, then refused", {reset_after, error(403, 60410)}, "refused", 2},
        {"an error of Twilio's own, asked for once more", {error(503, 20503)}, "pending", 2},
        {"an error of Twilio's own, twice", {error(503, 20503), error(500, 20500)}, "failed", 2},
        {"429 / 20429", {error(429, 20429)}, "pending", 2},
        {"429 / 25109", {error(429, 25109)}, "pending", 2},
        {"429 / 60203: sent too often, the old code still works",
         {error(429, 60203)},
         "pending",
         1},
        {"429 / 60212: too many at once, one counts", {error(429, 60212)}, "pending", 1},
        {"60200: a bad number", {error(400, 60200)}, "refused", 1},
        {"60205: a landline", {error(400, 60205)}, "refused", 1},
        {"60410: Fraud Guard", {error(403, 60410)}, "refused", 1},
        {"60605: country not allowed", {error(403, 60605)}, "refused", 1},
        {"60220: country not allowed", {error(403, 60220)}, "refused", 1},
        {"60223: channel switched off", {error(403, 60223)}, "failed", 1},
        {"60207: the service's limits", {error(400, 60207)}, "failed", 1},
        {"404: no such service", {error(404, 20404)}, "failed", 1},
        {"401 / 20003", {error(401, 20003)}, "failed", 1},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        TwilioWorld world;
        world.twilio.script("/Verifications", row.answers);
        TwilioVerify verify{*world.rest};
        const auto started = world.wait_for(verify.start({.to = number(), .timeout = 5s}));
        INFO(started.reason);
        CHECK(name_of(started.outcome) == row.outcome);
        CHECK(world.twilio.server().heard().size() == row.requests);
    }
}

TEST_CASE("how the check of a code ends") {
    const std::vector<Row> rows{
        {"approved", {}, "approved", 1},
        {"pending: wrong", {status("pending")}, "wrong", 1},
        {"404 / 20404: expired, approved before, used up or canceled",
         {error(404, 20404)},
         "expired",
         1},
        {"429 / 60202: five checks used up", {error(429, 60202)}, "too_many", 1},
        {"429 / 20429: slow down, and once more", {error(429, 20429)}, "approved", 2},
        {"canceled", {status("canceled")}, "expired", 1},
        {"expired", {status("expired")}, "expired", 1},
        {"deleted", {status("deleted")}, "expired", 1},
        {"max_attempts_reached", {status("max_attempts_reached")}, "too_many", 1},
        {"failed", {status("failed")}, "failed", 1},
        {"a status that nobody knows", {status("odd")}, "failed", 1},
        {"a lost answer to the right code: Attempts says converted", {reset_after}, "approved", 2},
        {"a lost answer that did not count: it may be keyed again", {reset_before}, "wrong", 2},
        {"an error of Twilio's own that did not count", {error(500, 20500)}, "wrong", 2},
        {"60200", {error(400, 60200)}, "failed", 1},
        {"401 / 20003", {error(401, 20003)}, "failed", 1},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        TwilioWorld world;
        world.twilio.script("/VerificationCheck", row.answers);
        TwilioVerify verify{*world.rest};
        const auto checked =
            world.wait_for(verify.check({.verification_sid = std::string{verification},
                                         .to = number(),
                                         .code = std::string{TwilioDouble::right_code},
                                         .timeout = 5s}));
        INFO(checked.reason);
        CHECK(name_of(checked.outcome) == row.outcome);
        CHECK(world.twilio.server().heard().size() == row.requests);
    }
}

TEST_CASE("a wrong code is wrong, and may be keyed again") {
    TwilioWorld world;
    TwilioVerify verify{*world.rest};
    const auto check = [&](std::string code) {
        return name_of(world
                           .wait_for(verify.check({.verification_sid = std::string{verification},
                                                   .to = number(),
                                                   .code = std::move(code)}))
                           .outcome);
    };
    CHECK(check("000000") == "wrong");
    CHECK(check("123456") == "approved");
    CHECK(check("123456") == "expired");
    CHECK(world.twilio.server().heard()[0].body ==
          "VerificationSid=VE00000000000000000000000000000001&Code=000000");
}

TEST_CASE("a lost check is looked up among the attempts, and failed where these do not answer") {
    TwilioWorld world;
    TwilioVerify verify{*world.rest};
    world.twilio.script("/VerificationCheck", {reset_after});
    world.twilio.script("/Attempts", {error(500, 20500)});
    const auto checked = world.wait_for(verify.check({.verification_sid = std::string{verification},
                                                      .to = number(),
                                                      .code = "123456",
                                                      .timeout = 5s}));
    CHECK(name_of(checked.outcome) == "failed");
    CHECK(world.twilio.server().heard().back().target ==
          "/v2/Attempts?VerifyServiceSid=VA00000000000000000000000000000001&"
          "VerificationSid=VE00000000000000000000000000000001");
}

TEST_CASE("without a sid the number is checked, and a lost answer cannot be looked up") {
    TwilioWorld world;
    TwilioVerify verify{*world.rest};
    CHECK(name_of(world.wait_for(verify.check({.to = number(), .code = "000000"})).outcome) ==
          "wrong");
    CHECK(world.twilio.server().heard().front().body == "To=%2B12025550123&Code=000000");
    world.twilio.script("/VerificationCheck", {reset_after});
    CHECK(name_of(world.wait_for(verify.check({.to = number(), .code = "123456"})).outcome) ==
          "failed");
    CHECK(world.twilio.server().heard().size() == 2);
}

TEST_CASE("a check by whom nobody can be asked any more is looked up, and not made") {
    TwilioWorld world;
    TwilioVerify verify{*world.rest};
    const auto look_back = [&](std::string sid) {
        return name_of(
            world
                .wait_for(verify.look_back(
                    {.verification_sid = std::move(sid), .to = number(), .code = "123456"}))
                .outcome);
    };
    CHECK(look_back(std::string{verification}) == "wrong");  // it never came to Twilio
    CHECK(world.twilio.server().heard().size() == 1);
    CHECK(name_of(world
                      .wait_for(verify.check({.verification_sid = std::string{verification},
                                              .to = number(),
                                              .code = "123456"}))
                      .outcome) == "approved");
    CHECK(look_back(std::string{verification}) == "approved");
    CHECK(look_back({}) == "failed");
    CHECK(world.twilio.server().heard().size() == 3);
}
