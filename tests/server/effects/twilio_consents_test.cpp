#include "server/effects/twilio_consents.hpp"
#include "tests/server/effects/twilio_double.hpp"

using namespace std::chrono_literals;
using server::ConsentToTell;
using server::TwilioConsents;
using server::testing::error;
using server::testing::number;
using server::testing::TwilioWorld;

namespace {

ConsentToTell an_opt_out() {
    return {.number = number(),
            .sender = "MG00000000000000000000000000000001",
            .call_sid = "CA000000000000000000000000000000ab",
            .timeout = 5s};
}

}  // namespace

TEST_CASE("an opt-out is told as Twilio wants it") {
    TwilioWorld world;
    world.twilio.script("/Consents/Bulk", {{.status = 201, .body = "{}"}});
    TwilioConsents consents{*world.rest};
    CHECK(world.wait_for(consents.tell(an_opt_out())).empty());
    const auto& heard = world.twilio.server().heard().front();
    CHECK(heard.target == "/v1/Consents/Bulk");
    CHECK(heard.field("Items") ==
          R"({"contact_id":"+12025550123","correlation_id":"000000000000000000000000000000ab",)"
          R"("sender_id":"MG00000000000000000000000000000001","status":"opt-out",)"
          R"("source":"others"})");
}

TEST_CASE("what Twilio does not take is said without the number") {
    TwilioWorld world;
    world.twilio.script("/Consents/Bulk", {error(400, 20001)});
    TwilioConsents consents{*world.rest};
    const std::string why = world.wait_for(consents.tell(an_opt_out()));
    CHECK_FALSE(why.empty());
    CHECK(why.find("2025550123") == std::string::npos);
}
