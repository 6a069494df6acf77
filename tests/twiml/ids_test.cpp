#include "twiml/ids.hpp"

#include <catch2/catch.hpp>

using namespace twiml;

TEST_CASE("a sid is two letters of its kind and 32 hexadecimal digits, nothing else") {
    const std::string digits = "0123456789abcdef0123456789ABCDEF";
    CHECK(CallSid::parse("CA" + digits)->str() == "CA" + digits);
    CHECK_FALSE(CallSid::parse("AC" + digits));
    CHECK_FALSE(CallSid::parse("CA" + digits.substr(1)));
    CHECK_FALSE(CallSid::parse("CA" + digits + "0"));
    CHECK_FALSE(CallSid::parse("CAg" + digits.substr(1)));
    CHECK_FALSE(CallSid::parse(""));
}

TEST_CASE("a number is a plus and 2 to 15 digits, the first not 0") {
    CHECK(E164::parse("+12025550100")->str() == "+12025550100");
    CHECK(E164::parse("+12"));
    CHECK(E164::parse("+123456789012345"));
    CHECK_FALSE(E164::parse("+1234567890123456"));
    CHECK_FALSE(E164::parse("+1"));
    CHECK_FALSE(E164::parse("+02025550100"));
    CHECK_FALSE(E164::parse("12025550100"));
    CHECK_FALSE(E164::parse("+1 2025550100"));
    CHECK_FALSE(E164::parse("+1202555010O"));
    CHECK_FALSE(E164::parse(""));
}

TEST_CASE("a token is never empty and holds no blank that a copied variable brought along") {
    CHECK(AuthToken::parse("12345")->reveal() == "12345");
    CHECK_FALSE(AuthToken::parse(""));
    CHECK_FALSE(AuthToken::parse(" 12345"));
    CHECK_FALSE(AuthToken::parse("12345\n"));
    CHECK_FALSE(AuthToken::parse("12 345"));
    CHECK_FALSE(AuthToken::parse("12345\r"));
}
