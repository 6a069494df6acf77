#include "flows/engine/phone_number.hpp"

#include <catch2/catch.hpp>

using flows::number_block;
using flows::number_facts;
using flows::NumberKind;
using flows::phone_from_keys;

namespace {

std::string region(std::string_view e164) {
    const auto facts = number_facts(e164);
    return facts ? facts->region : "none";
}

NumberKind kind(std::string_view e164) { return number_facts(e164).value().kind; }

}  // namespace

TEST_CASE("a national number is completed with the caller's country") {
    CHECK(phone_from_keys("2025550123", "US") == "+12025550123");
    CHECK(phone_from_keys("12025550123", "US") == "+12025550123");
    CHECK(phone_from_keys("02079460018", "GB") == "+442079460018");
    CHECK(phone_from_keys("030901820", "DE") == "+4930901820");
}

TEST_CASE("an international number begins with the country's exit code, or +") {
    CHECK(phone_from_keys("011442079460018", "US") == "+442079460018");
    CHECK(phone_from_keys("0012025550123", "GB") == "+12025550123");
    CHECK(phone_from_keys("+442079460018", "US") == "+442079460018");
}

TEST_CASE("an unknown country is taken for the US") {
    for (const auto* country : {"", "ZZ", "us", "anything"})
        CHECK(phone_from_keys("2025550123", country) == "+12025550123");
}

TEST_CASE("what cannot be a number is none") {
    for (const auto* keys : {"", "1", "911", "5550123", "20255501234567", "202555#0123",
                             "*12025550123", "0000000000000000000000000", "+", "abc"})
        CHECK_FALSE(phone_from_keys(keys, "US"));
}

TEST_CASE("a number belongs to a country, within +1 to a real one") {
    CHECK(region("+12025550123") == "US");
    CHECK(region("+14165550123") == "CA");
    CHECK(region("+18765550123") == "JM");
    CHECK(region("+17875550123") == "PR");
    CHECK(region("+442079460018") == "GB");
    CHECK(region("+441534440500") == "JE");
    CHECK(region("+4930901820") == "DE");
    CHECK(region("+77272581434") == "KZ");
    CHECK(region("+79161234567") == "RU");
}

TEST_CASE("what cannot be a number has no facts") {
    for (const auto* text :
         {"", "+", "12025550123", "911", "+1202555012", "+120255501234", "+0123456", "+99912345678",
          "anonymous", "+1 202 555 0123", "client:alice", "+12345678901234567"})
        CHECK(region(text) == "none");
}

TEST_CASE("a new area code of +1 is taken for the US, one for other purposes is not") {
    CHECK(region("+14515550123") == "US");
    CHECK_FALSE(number_facts("+14515550123")->is_valid);
    CHECK(number_facts("+14515550123")->kind == NumberKind::unknown);
    CHECK(region("+12005550123").empty());  // 200: the last two digits are alike
    CHECK(region("+12995550123").empty());  // N9X
    CHECK(region("+12020550123").empty());  // no exchange begins with 0
}

TEST_CASE("the numbering plan tells what a call to a number is") {
    CHECK(kind("+12025550123") == NumberKind::fixed_or_mobile);
    CHECK(kind("+18005550123") == NumberKind::toll_free);
    CHECK(kind("+19005550123") == NumberKind::premium);
    CHECK(kind("+447400123456") == NumberKind::mobile);
    CHECK(kind("+447012345678") == NumberKind::personal);
    CHECK(kind("+448431234567") == NumberKind::premium);
    CHECK(kind("+979123456789") == NumberKind::premium);
    CHECK(kind("+80812345678") == NumberKind::shared_cost);
}

TEST_CASE("satellite and international networks belong to no country") {
    for (const auto* number :
         {"+870773111632", "+881612345678", "+8821612345678", "+883510012345"}) {
        CAPTURE(number);
        CHECK(kind(number) == NumberKind::satellite);
        CHECK(region(number).empty());
    }
}

TEST_CASE("numbers that begin alike are counted together") {
    CHECK(number_block("+12025550123") == "+1202555");
    CHECK(number_block("+442079460018") == "+44207946");
    for (const auto* text : {"", "+", "+123", "+1234"})
        CHECK(number_block(text).empty());
}
