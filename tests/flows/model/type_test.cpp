#include "flows/model/type.hpp"

#include <catch2/catch.hpp>

using namespace flows;

TEST_CASE("every type of the language is read and written back as a designer writes it") {
    for (const auto* text :
         {"text", "text(80)", "digits", "digits(8)", "digits(4-6)", "number", "money(USD)", "date",
          "time", "phone", "bool", "url", "one_of(a, b)", "recording", "secret text",
          "secret digits(4)", "one_of(gold, silver card, ñandú)"}) {
        CAPTURE(text);
        const auto type = parse_type(text);
        REQUIRE(type);
        CHECK(to_text(*type) == text);
        CHECK(parse_type(to_text(*type)) == type);
    }
}

TEST_CASE("text alone is text(160), digits alone are one to twenty") {
    CHECK(parse_type("text") == parse_type("text(160)"));
    CHECK(parse_type("digits") == parse_type("digits(1-20)"));
    CHECK(parse_type("digits(8)") == parse_type("digits(8-8)"));
}

TEST_CASE("blanks do not matter inside a type") {
    CHECK(parse_type("  secret   digits( 4 - 6 ) ") == parse_type("secret digits(4-6)"));
    CHECK(parse_type("one_of(a,b ,  c)") == parse_type("one_of(a, b, c)"));
}

TEST_CASE("what is no type is refused") {
    for (const auto* text : {"",
                             "string",
                             "int",
                             "Text",
                             "text()",
                             "text(0)",
                             "text(-1)",
                             "text(4097)",
                             "text(8",
                             "text(8) x",
                             "digits(0)",
                             "digits(6-4)",
                             "digits(a)",
                             "digits(1-65)",
                             "money",
                             "money(usd)",
                             "money(QQQ)",
                             "money(DOLLARS)",
                             "one_of()",
                             "one_of(a, )",
                             "one_of(a, a)",
                             "one_of",
                             "secret",
                             "secretdigits",
                             "date()",
                             "moment",
                             "list",
                             "number(2)",
                             "secret secret text",
                             "text(99999999999999999999)"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_type(text));
    }
}

TEST_CASE("a type bounds the bytes its values take in a state") {
    CHECK(state_bytes(*parse_type("digits(8)")) == 11);
    CHECK(state_bytes(*parse_type("text(40)")) == 83);
    CHECK(state_bytes(*parse_type("one_of(no, maybe)")) == 8);
    CHECK(state_bytes(*parse_type("bool")) < state_bytes(*parse_type("number")));
}
