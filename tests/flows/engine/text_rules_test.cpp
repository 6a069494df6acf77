#include "flows/engine/text_rules.hpp"

#include <catch2/catch.hpp>

using flows::countries_of;
using flows::text_refusal;
using flows::TextRefusal;

namespace {

using Countries = std::vector<std::string>;
const Countries us{"US"};

}  // namespace

TEST_CASE("a number of an allowed country may be texted") {
    CHECK_FALSE(text_refusal("+12025550123", us));
    CHECK_FALSE(text_refusal("+18005550123", us));
    CHECK_FALSE(text_refusal("+447400123456", {"US", "GB"}));
}

TEST_CASE("within +1 a country is meant, not the code") {
    CHECK(text_refusal("+18765550123", us) == TextRefusal::country);
    CHECK(text_refusal("+14165550123", us) == TextRefusal::country);
    CHECK_FALSE(text_refusal("+14165550123", {"US", "CA"}));
    CHECK(text_refusal("+441534440500", {"GB"}) == TextRefusal::country);
}

TEST_CASE("other countries are refused, and without any named every country is") {
    CHECK(text_refusal("+447400123456", us) == TextRefusal::country);
    CHECK(text_refusal("+12025550123", {}) == TextRefusal::country);
}

TEST_CASE("who hides the number, and what is none, is refused before a number is looked for") {
    for (const auto* caller : {"", "anonymous", "Restricted", "+266696687", "+7378742833"})
        CHECK(text_refusal(caller, us) == TextRefusal::withheld);
    for (const auto* caller : {"client:alice", "sip:bob@example.com"})
        CHECK(text_refusal(caller, us) == TextRefusal::not_a_number);
    for (const auto* caller : {"911", "12345", "55555555"})
        CHECK(text_refusal(caller, us) == TextRefusal::short_number);
    for (const auto* caller : {"+1202555012", "+99912345678"})
        CHECK(text_refusal(caller, us) == TextRefusal::impossible);
}

TEST_CASE("numbers that somebody earns on are refused wherever they are") {
    const Countries many{"US", "GB"};
    for (const auto* number : {"+19005550123", "+447012345678", "+448431234567", "+979123456789"})
        CHECK(text_refusal(number, many) == TextRefusal::special_rate);
    for (const auto* number : {"+870773111632", "+881612345678", "+8821612345678"})
        CHECK(text_refusal(number, many) == TextRefusal::satellite);
}

TEST_CASE("a number that no country is known for is refused, but in a new area code of +1") {
    CHECK(text_refusal("+12995550123", us) == TextRefusal::unknown_region);
    CHECK_FALSE(text_refusal("+14515550123", us));
    CHECK(text_refusal("+14515550123", {"CA"}) == TextRefusal::country);
}

TEST_CASE("without a list the country of our own number is allowed") {
    CHECK(countries_of("+12025550100") == us);
    CHECK(countries_of("+14165550100") == Countries{"CA"});
    CHECK(countries_of("+18005550100") == us);
    CHECK(countries_of("+442079460018") == Countries{"GB"});
    for (const auto* none : {"", "12345", "+870773111632"})
        CHECK(countries_of(none).empty());
}

TEST_CASE("every reason has a name for metrics and logs") {
    CHECK(flows::to_text(TextRefusal::withheld) == "withheld");
    CHECK(flows::to_text(TextRefusal::not_a_number) == "not_a_number");
    CHECK(flows::to_text(TextRefusal::short_number) == "short_number");
    CHECK(flows::to_text(TextRefusal::impossible) == "impossible");
    CHECK(flows::to_text(TextRefusal::special_rate) == "special_rate");
    CHECK(flows::to_text(TextRefusal::satellite) == "satellite");
    CHECK(flows::to_text(TextRefusal::unknown_region) == "unknown_region");
    CHECK(flows::to_text(TextRefusal::country) == "country");
}
