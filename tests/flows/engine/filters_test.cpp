#include "flows/engine/filters.hpp"

#include <catch2/catch.hpp>

using namespace flows;

namespace {

std::string say(std::string_view text, std::string_view type, Filter filter,
                std::string_view language = "en-US") {
    const Type as = *parse_type(type);
    return say_as(*convert(text, as), as, filter, language).value_or("nothing");
}
std::string plain(std::string_view text, std::string_view type,
                  std::string_view language = "en-US") {
    const Type as = *parse_type(type);
    return say_plain(*convert(text, as), as, language);
}
const Moment tuesday{.day = std::chrono::year{2026} / 1 / 6,
                     .since_midnight = std::chrono::hours{9}};
const Type moment{.kind = TypeKind::moment};

}  // namespace

TEST_CASE("digits are said one by one") {
    CHECK(say("123", "digits", Filter::digits) == "1 2 3");
    CHECK(say("+12025550123", "phone", Filter::digits) == "1 2 0 2 5 5 5 0 1 2 3");
    CHECK(say("A-12 b", "text", Filter::digits) == "A 1 2 b");
}

TEST_CASE("a text is spelled character by character, accents with their letters") {
    CHECK(say("Ñu 7", "text", Filter::spell) == "Ñ u 7");
    CHECK(say("", "text", Filter::spell).empty());
}

TEST_CASE("numbers are said in the language's figures") {
    CHECK(say("1250.5", "number", Filter::number) == "1,250.5");
    CHECK(say("1250.5", "number", Filter::number, "de-DE") == "1.250,5");
    CHECK(say("-3", "number", Filter::number) == "-3");
    CHECK(say("0042", "digits", Filter::number) == "42");
    CHECK(say("9223372036854775807", "number", Filter::number) == "9,223,372,036,854,775,807");
}

TEST_CASE("ordinals are those of the language, and what is not whole is a number") {
    CHECK(say("1", "number", Filter::ordinal) == "1st");
    CHECK(say("3", "number", Filter::ordinal) == "3rd");
    CHECK(say("11", "number", Filter::ordinal) == "11th");
    CHECK(say("2.5", "number", Filter::ordinal) == "2.5");
}

TEST_CASE("money is said with its sign, or its name where the sign would be letters") {
    CHECK(say("12.5", "money(USD)", Filter::money) == "$12.50");
    CHECK(say("12.5", "money(EUR)", Filter::money) == "€12.50");
    CHECK(say("12.5", "money(EUR)", Filter::money, "de-DE") == "12,50 €");
    CHECK(say("12.5", "money(MXN)", Filter::money, "es-MX") == "$12.50");
    CHECK(say("12.5", "money(USD)", Filter::money, "es-MX") == "12.50 dólares estadounidenses");
    CHECK(say("12", "money(MXN)", Filter::money) == "12 Mexican pesos");
    CHECK(say("500", "money(JPY)", Filter::money, "ja-JP").find("500") != std::string::npos);
}

TEST_CASE("dates and times are said as the language says them") {
    CHECK(say("2026-01-06", "date", Filter::date) == "January 6, 2026");
    CHECK(say("2026-01-06", "date", Filter::date, "es-MX") == "6 de enero de 2026");
    CHECK(say("2026-01-06", "date", Filter::date, "de-DE") == "6. Januar 2026");
    CHECK(say("17:30", "time", Filter::time) == "5:30 PM");
    CHECK(say("17:30", "time", Filter::time, "de-DE") == "17:30");
    CHECK(say_as(tuesday, moment, Filter::day_and_time, "en-US") ==
          "Tuesday, January 6 at 9:00 AM");
    CHECK(say_as(tuesday, moment, Filter::date, "en-US") == "January 6, 2026");
    CHECK(say_as(tuesday, moment, Filter::time, "en-US") == "9:00 AM");
}

TEST_CASE("a phone number is said in groups with a rest between them") {
    CHECK(say("+12025550123", "phone", Filter::phone) == "2 0 2, 5 5 5, 0 1 2 3");
    CHECK(say("+442079460018", "phone", Filter::phone) == "4 4 2, 0 7 9, 4 6 0, 0 1 8");
    CHECK(say("+4930901820", "phone", Filter::phone) == "4 9 3, 0 9 0, 1 8 2 0");
}

TEST_CASE("masked says the end only, and never more than half") {
    CHECK(say("+12025550123", "phone", Filter::masked) == "0 1 2 3");
    CHECK(say("123456", "digits", Filter::masked) == "4 5 6");
    CHECK(say("1", "digits", Filter::masked).empty());
}

TEST_CASE("without a filter a value is said as its type is") {
    CHECK(plain("12345678", "digits(8)") == "12345678");
    CHECK(plain("1250.5", "money(USD)") == "$1,250.50");
    CHECK(plain("2026-01-06", "date") == "January 6, 2026");
    CHECK(plain("true", "bool") == "true");
    CHECK(say_plain(Unset{}, {}, "en-US").empty());
}

TEST_CASE("an unset value cannot be said, and no language is unknown enough to fail") {
    CHECK_FALSE(say_as(Unset{}, {}, Filter::digits, "en-US"));
    CHECK(say("12.5", "money(USD)", Filter::money, "xx-YY").find("12.5") != std::string::npos);
    CHECK_FALSE(say("3", "number", Filter::number, "not a tag").empty());
}
