#include "flows/engine/phone_number.hpp"

#include <catch2/catch.hpp>

using flows::phone_from_keys;

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
