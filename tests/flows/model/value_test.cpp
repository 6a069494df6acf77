#include "flows/model/value.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <limits>

using namespace flows;
using namespace std::chrono_literals;

namespace {

// Decimals as small fractions whose exact results fit 64 bits: the simple oracle.
struct Small {
    std::int64_t units;
    int scale;
    Decimal decimal() const { return *Decimal::from(units, scale); }
    std::int64_t thousandths() const {
        std::int64_t result = units;
        for (int i = scale; i < 3; ++i)
            result *= 10;
        return result;
    }
};
Small any_small() {
    return {*rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000), *rc::gen::inRange(0, 4)};
}

Type type(std::string_view text) { return *parse_type(text); }
std::string again(std::string_view text, std::string_view of) {
    const auto value = convert(text, type(of));
    return value ? plain_text(*value) : "refused";
}
Decimal number(std::string_view text) { return *Decimal::parse(text); }

}  // namespace

TEST_CASE("decimals are read and written without loss") {
    for (const auto* text : {"0", "1", "-1", "12.5", "-0.05", "0.000000001", "9223372036854775807",
                             "-9223372036854775808", "9223372036.854775807"}) {
        CAPTURE(text);
        CHECK(number(text).str() == text);
    }
    CHECK(number("12.500").str() == "12.5");
    CHECK(number("007").str() == "7");
    CHECK(number("-0.0").str() == "0");
    CHECK(number("1.000000000000000").str() == "1");
}

TEST_CASE("what is no decimal, or more than one can hold, is refused") {
    for (const auto* text : {"", "-", ".5", "5.", "1e3", "+1", "1,000", " 1", "1 ", "--1", "1.2.3",
                             "٣", "9223372036854775808", "0.0000000001",
                             "99999999999999999999999999999999999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(Decimal::parse(text));
    }
}

TEST_CASE("decimal arithmetic agrees with whole thousandths") {
    CHECK(rc::check([] {
        const Small a = any_small();
        const Small b = any_small();
        RC_ASSERT(*add(a.decimal(), b.decimal()) ==
                  *Decimal::from(a.thousandths() + b.thousandths(), 3));
        RC_ASSERT(*subtract(a.decimal(), b.decimal()) ==
                  *Decimal::from(a.thousandths() - b.thousandths(), 3));
        RC_ASSERT(*multiply(a.decimal(), b.decimal()) ==
                  *Decimal::from(a.thousandths() * b.thousandths(), 6));
        RC_ASSERT((a.decimal() <=> b.decimal()) == (a.thousandths() <=> b.thousandths()));
        RC_ASSERT((a.decimal() == b.decimal()) == (a.thousandths() == b.thousandths()));
    }));
}

TEST_CASE("a product divided by one factor is the other") {
    CHECK(rc::check([] {
        const Small a = any_small();
        const Small b = any_small();
        RC_PRE(b.units != 0);
        RC_ASSERT(*divide(*multiply(a.decimal(), b.decimal()), b.decimal()) == a.decimal());
    }));
}

TEST_CASE("reading what was written gives the same decimal, whatever it is") {
    CHECK(rc::check([](std::int64_t units) {
        const auto decimal = *Decimal::from(units, *rc::gen::inRange(0, 10));
        RC_ASSERT(*Decimal::parse(decimal.str()) == decimal);
        RC_ASSERT(decimal.scale() == 0 || decimal.units() % 10 != 0);
    }));
}

TEST_CASE("division rounds half to even at nine places") {
    CHECK(divide(number("1"), number("3"))->str() == "0.333333333");
    CHECK(divide(number("2"), number("3"))->str() == "0.666666667");
    CHECK(divide(number("-2"), number("3"))->str() == "-0.666666667");
    CHECK(divide(number("0.000000001"), number("2"))->str() == "0");
    CHECK(divide(number("0.000000003"), number("2"))->str() == "0.000000002");
    CHECK(divide(number("-0.000000003"), number("-2"))->str() == "0.000000002");
    CHECK(divide(number("0.000000003"), number("-2"))->str() == "-0.000000002");
}

TEST_CASE("overflow and division by zero have no result") {
    const auto most = *Decimal::from(std::numeric_limits<std::int64_t>::max(), 0);
    const auto least = *Decimal::from(std::numeric_limits<std::int64_t>::min(), 0);
    CHECK_FALSE(add(most, number("1")));
    CHECK_FALSE(subtract(least, number("1")));
    CHECK_FALSE(multiply(most, number("2")));
    CHECK_FALSE(multiply(least, least));
    CHECK_FALSE(divide(least, number("-1")));
    CHECK_FALSE(divide(most, number("0.1")));
    CHECK_FALSE(divide(number("1"), number("0")));
    CHECK(add(most, least)->str() == "-1");
}

TEST_CASE("values from outside fit their type or are refused") {
    CHECK(again("0042", "digits(4)") == "0042");
    CHECK(again("42", "digits(4)") == "refused");
    CHECK(again("4 42", "digits(4)") == "refused");
    CHECK(again("", "digits") == "refused");
    CHECK(again("1250.50", "money(USD)") == "1250.5");
    CHECK(again("2026-11-24", "date") == "2026-11-24");
    CHECK(again("2026-02-29", "date") == "refused");
    CHECK(again("2026-2-9", "date") == "refused");
    CHECK(again("9:30", "time") == "09:30");
    CHECK(again("23:59", "time") == "23:59");
    CHECK(again("24:00", "time") == "refused");
    CHECK(again("9:5", "time") == "refused");
    CHECK(again("true", "bool") == "true");
    CHECK(again("yes", "bool") == "refused");
    CHECK(again("+12025550123", "phone") == "+12025550123");
    CHECK(again("12025550123", "phone") == "refused");
    CHECK(again("+02025550123", "phone") == "refused");
    CHECK(again("+1234567890123456", "phone") == "refused");
    CHECK(again("gold", "one_of(gold, silver)") == "gold");
    CHECK(again("Gold", "one_of(gold, silver)") == "refused");
    CHECK(again("https://crm.test/a?b=1", "url") == "https://crm.test/a?b=1");
    CHECK(again("ftp://crm.test", "url") == "refused");
    CHECK(again("https://", "url") == "refused");
    CHECK(again("https://user@crm.test", "url") == "refused");
    CHECK(again("https://crm.test/a b", "url") == "refused");
    CHECK(again("anything", "recording") == "refused");
}

TEST_CASE("text is counted in characters, and bounded in bytes too") {
    CHECK(again("ñandú", "text(5)") == "ñandú");
    CHECK(again("ñandúe", "text(5)") == "refused");
    CHECK(again("漢字", "text(3)") == "漢字");
    CHECK(again("漢字漢", "text(3)") == "refused");
    CHECK(again("", "text") == "");
    CHECK(again("\xff", "text") == "refused");
    CHECK(again("a\x01", "text") == "refused");
}

TEST_CASE("a value is fitted into the type of the variable that takes it") {
    CHECK(fit(Value{std::string{"abc"}}, type("text(2)")) == std::nullopt);
    CHECK(fit(Value{std::string{"+12025550123"}}, type("phone")) ==
          Value{std::string{"+12025550123"}});
    CHECK(fit(Value{std::string{"sip:x@example.com"}}, type("phone")) == std::nullopt);
    CHECK(fit(Value{number("5")}, type("money(USD)")) == Value{number("5")});
    CHECK(fit(Value{true}, type("number")) == std::nullopt);
    CHECK(fit(Value{Unset{}}, type("text")) == std::nullopt);
}

TEST_CASE("a moment reads as day and time, a recording as its address") {
    CHECK(plain_text(Moment{.day = std::chrono::year{2026} / 1 / 6, .since_midnight = 9h + 5min}) ==
          "2026-01-06 09:05");
    CHECK(plain_text(Recording{"ACx", "REy", 3s}) ==
          "https://api.twilio.com/2010-04-01/Accounts/ACx/Recordings/REy");
    CHECK(plain_text(Unset{}).empty());
}
