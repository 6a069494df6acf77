// What the desk says of senders, their registration and Verify, by what Twilio answers.
#include "server/desk/service_answers.hpp"
#include "server/desk/twilio_desk.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace {

using boost::json::parse;
using Standing = server::DeskFinding::Standing;

}  // namespace

TEST_CASE("texts to a messaging service come here by its own URL or by its numbers'") {
    const auto judge = [](const char* text) {
        return server::judge_messaging_service("MG1", parse(text));
    };
    CHECK(judge(R"({"use_inbound_webhook_on_number": true})")[0].standing == Standing::fine);
    CHECK(judge(R"({"inbound_request_url": "https://ivr.example.com/sms"})")[0].standing ==
          Standing::fine);
    const auto found = judge(R"({"use_inbound_webhook_on_number": false})");
    CHECK(found[0].what ==
          "texts to its senders do not come here: who writes STOP is not heard of");
    CHECK_FALSE(found[0].mend.empty());
}

TEST_CASE(
    "of a registration the first thing that is not done is told: the brand, then the campaign") {
    const char* const approved = R"({"data": [{"sid": "BN1", "status": "APPROVED"}]})";
    const auto judge = [](const char* campaigns, const char* brands) {
        return server::judge_campaigns("MG1", parse(campaigns), parse(brands));
    };
    const char* const none = R"({"compliance": []})";
    CHECK(judge(none, R"({"data": []})").what ==
          "no brand is registered: US carriers block its texts (30034)");
    for (const std::string waits : {"PENDING", "IN_REVIEW"}) {
        const std::string brands = R"({"data": [{"sid": "BN1", "status": ")" + waits + R"("}]})";
        CHECK(judge(none, brands.c_str()).what ==
              "its brand is " + waits +
                  ": no campaign counts until it is approved, and US "
                  "carriers block its texts (30034)");
    }
    CHECK(judge(none, R"({"data": [{"status": "FAILED", "failure_reason": "no such company"}]})")
              .what == "its brand was refused: no such company");
    CHECK(judge(none, R"({"data": [{"status": "FAILED",
                                    "errors": [{"description": "no such company"}]}]})")
              .what == "its brand was refused: no such company");
    CHECK(judge(none, approved).what ==
          "no campaign is registered: US carriers block its texts (30034)");
    CHECK(judge(R"({"compliance": [{"campaign_status": "IN_PROGRESS"}]})", approved).what ==
          "its campaign is IN_PROGRESS: US carriers block its texts until it is verified (30034)");
    CHECK(judge(R"({"compliance": [{"campaign_status": "FAILED",
                    "errors": [{"description": "no opt-in named"}, {"description": "no link"}]}]})",
                approved)
              .what == "its campaign was refused: no opt-in named; no link");
    CHECK(judge(R"({"compliance": [{"campaign_status": "FAILED"},
                                   {"campaign_status": "VERIFIED"}]})",
                R"({"data": []})")
              .standing == Standing::fine);
}

TEST_CASE("the brand that counts is the one that the campaign names") {
    const auto found =
        server::judge_campaigns("MG1", parse(R"({"compliance": [{"campaign_status": "IN_PROGRESS",
                                  "brand_registration_sid": "BN2"}]})"),
                                parse(R"({"data": [{"sid": "BN1", "status": "APPROVED"},
                           {"sid": "BN2", "status": "IN_REVIEW"}]})"));
    CHECK(found.what.starts_with("its brand is IN_REVIEW"));
}

TEST_CASE("a messaging service sends from numbers of its own") {
    const auto judge = [](std::string_view number, const char* page) {
        return server::judge_pool("MG1", number, parse(page));
    };
    const char* const one = R"({"phone_numbers": [{"phone_number": "+12025550100"}]})";
    CHECK(judge("+12025550100", one).standing == Standing::fine);
    CHECK(judge("", one).standing == Standing::fine);
    CHECK(judge("+12025550111", one).what ==
          "+12025550111 is none of its numbers: its registration does not count for texts from "
          "there (30034)");
    CHECK(judge("", R"({"phone_numbers": []})").what ==
          "it has no numbers to send from: texts are refused (21704)");
}

TEST_CASE("countries that flows may text and Twilio not, or the other way round, are told") {
    const auto judge = [](const std::vector<std::string>& countries) {
        return server::judge_geo_permissions(countries, parse(R"({"permissions": [
                {"country_code": "US", "enabled": true}, {"country_code": "CA", "enabled": false},
                {"country_code": "LV", "enabled": true}, {"country_code": "DE", "enabled": true}]})"));
    };
    const auto found = judge({"US", "CA"});
    REQUIRE(found.size() == 2);
    CHECK(found[0].standing == Standing::wrong);
    CHECK(found[0].what == "flows may text CA, and Twilio may not (21408)");
    CHECK(found[1].standing == Standing::note);
    CHECK(found[1].what ==
          "Twilio texts DE, LV, and no flow may: whoever gets at the account's credentials can");
    const auto fits = judge({"US", "LV", "DE"});
    REQUIRE(fits.size() == 1);
    CHECK(fits[0].standing == Standing::fine);
}

TEST_CASE("a toll-free number that is not verified cannot text") {
    const auto judge = [](const char* text) {
        return server::judge_toll_free("+18005550100", parse(text));
    };
    CHECK(judge(R"({"verifications": []})").standing == Standing::wrong);
    CHECK(judge(R"({"verifications": [{"status": "IN_REVIEW"}]})").what ==
          "its verification is IN_REVIEW: its texts are blocked until then (30032)");
    CHECK(judge(R"({"verifications": [{"status": "TWILIO_REJECTED",
                                       "rejection_reason": "no website"}]})")
              .what == "its verification was refused: no website");
    CHECK(judge(R"({"verifications": [{"status": "TWILIO_APPROVED"}]})").standing ==
          Standing::fine);
}

TEST_CASE("codes are as long as the flow takes them") {
    const auto judge = [](server::CodeLength keyed) {
        return server::judge_verify_service(
            "VA1",
            parse(R"({"code_length": 6, "lookup_enabled": true, "skip_sms_to_landlines": true})"),
            keyed);
    };
    for (const server::CodeLength fits : {server::CodeLength{6, 6}, {4, 10}, {0, 0}}) {
        REQUIRE(judge(fits).size() == 1);
        CHECK(judge(fits)[0].standing == Standing::fine);
    }
    CHECK(judge({4, 5})[0].what == "it sends codes of 6 digits, and a flow takes 4 to 5");
    CHECK(judge({7, 8})[0].mend == "write `secret digits(6)` in the flow");
}

TEST_CASE("a Verify service that texts landlines or takes made-up codes is told of") {
    const auto judge = [](const char* text) {
        return server::judge_verify_service("VA1", parse(text), {});
    };
    CHECK(judge(R"({"code_length": 6})")[0].what ==
          "it does not look numbers up: a text to a landline is paid for, and nobody is told");
    CHECK(judge(R"({"code_length": 6, "lookup_enabled": true})")[0].what ==
          "it looks numbers up, and texts landlines all the same");
    const auto found = judge(R"({"code_length": 6, "lookup_enabled": true,
        "skip_sms_to_landlines": true, "custom_code_enabled": true})");
    REQUIRE(found.size() == 2);
    CHECK(found[0].what == "it takes codes that others make up; flows never do");
}

TEST_CASE("the messaging API is beside the main one, in each region") {
    CHECK(server::messaging_url_beside("https://api.twilio.com") == "https://messaging.twilio.com");
    CHECK(server::messaging_url_beside("https://api.dublin.ie1.twilio.com") ==
          "https://messaging.dublin.ie1.twilio.com");
    CHECK(server::messaging_url_beside("https://localhost:8080") == "https://localhost:8080");
}
