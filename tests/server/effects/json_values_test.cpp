#include "server/effects/json_values.hpp"

#include <catch2/catch.hpp>

using Values = std::vector<std::optional<std::string>>;

namespace {

Values values(std::string_view json, const std::vector<std::string>& pointers) {
    const auto found = server::values_in(json, pointers);
    INFO((found ? "" : found.error()));
    REQUIRE(found.has_value());
    return *found;
}
std::optional<std::string> value(std::string_view json, std::string pointer = "/x") {
    return values(json, {std::move(pointer)}).front();
}
bool is_refused(std::string_view json) { return !server::values_in(json, {}); }

constexpr auto nothing = std::nullopt;

}  // namespace

TEST_CASE("a number stays as it was written, digit for digit") {
    for (const char* number :
         {"0", "-0", "7", "-42", "1250.10", "-0.50", "0.1", "1.000", "12345678901234567890",
          "123456789012345678901234567890.123456789", "1e5", "1E+05", "-1.5e-3", "1e400",
          "9007199254740993", "18446744073709551615", "-9223372036854775808"}) {
        INFO(number);
        CHECK(value(std::string{R"({"x": )"} + number + "}") == number);
        CHECK(value(std::string{"["} + number + "]", "/0") == number);
        CHECK(value(number, "") == number);
    }
}

TEST_CASE(
    "texts, true and false are themselves; null, arrays, objects and what is missing nothing") {
    const char* json = R"({"t": "Ann \"A\" Lee", "u": "Gr\u00fc\u00dfe \ud83d\ude00", "e": "",
                           "y": true, "n": false, "z": null, "a": [1], "o": {"p": 1}})";
    CHECK(values(json, {"/t", "/u", "/e", "/y", "/n", "/z", "/a", "/o", "/missing"}) ==
          Values{"Ann \"A\" Lee", "Grüße 😀", "", "true", "false", nothing, nothing, nothing,
                 nothing});
}

TEST_CASE("pointers lead through objects and arrays, as RFC 6901 has it") {
    const char* json = R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "m~n": 8, " ": 7,
                           "deep": {"list": [[{"x": "here"}]]}, "01": "name"})";
    CHECK(values(json, {"/foo/0", "/foo/1", "/", "/a~1b", "/c%d", "/m~0n", "/ ", "/deep/list/0/0/x",
                        "/01"}) == Values{"bar", "baz", "0", "1", "2", "8", "7", "here", "name"});
    CHECK(values(json, {"/foo/2", "/foo/-", "/foo/00", "/foo/x", "/foo/", "/foo/0/x", "foo", "/m~n",
                        "/m~", "/foo/99999999999999999999999"}) == Values(10, nothing));
}

TEST_CASE("of members with the same name the last one counts") {
    CHECK(value(R"({"x": 1, "x": {"y": 2}, "x": 3})") == "3");
}

TEST_CASE("what is no JSON is refused whole") {
    for (const char* json :
         {"", " ", "{", "[1,]", "{\"x\": 1,}", "nul", "01", "1.", ".5", "+1", "NaN", "'x'", "{} {}",
          "[1] x", "\"\\x\"", "// c\n1", "\"\xff\"", "\"\xed\xa0\x80\"", "\"a\nb\""}) {
        INFO(json);
        CHECK(is_refused(json));
    }
    CHECK_FALSE(is_refused(" \n{} \n"));
}

TEST_CASE("an answer that nests without end, or holds too much, is refused") {
    CHECK_FALSE(is_refused(std::string(32, '[') + std::string(32, ']')));
    CHECK(is_refused(std::string(33, '[') + std::string(33, ']')));
    std::string many = "[0";
    for (int i = 0; i < 19'998; ++i)
        many += ",0";
    CHECK_FALSE(is_refused(many + "]"));
    CHECK(is_refused(many + ",0]"));
}
