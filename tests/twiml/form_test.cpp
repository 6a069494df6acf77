#include "twiml/form.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <utility>

using namespace twiml;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(const Params& params) {
    Pairs pairs;
    for (const Param& field : params)
        pairs.emplace_back(field.name, field.value);
    return pairs;
}

Pairs decoded(std::string_view text) {
    Params params;
    params.decode(text);
    return pairs_of(params);
}

}  // namespace

TEST_CASE("a form keeps order and repeats") {
    CHECK(decoded("b=1&a=2&b=1") == Pairs{{"b", "1"}, {"a", "2"}, {"b", "1"}});
}

TEST_CASE("a plus and %20 are both a space, in names as in values") {
    CHECK(decoded("a+b=c+d&a%20b=c%20d") == Pairs{{"a b", "c d"}, {"a b", "c d"}});
}

TEST_CASE("escapes are bytes, whatever the case of their digits") {
    CHECK(decoded("From=%2B12025550100&City=K%c3%B6ln&%00=%ff") ==
          Pairs{{"From", "+12025550100"}, {"City", "K\xc3\xb6ln"}, {std::string(1, '\0'), "\xff"}});
}

TEST_CASE("an escape that is none stays as it is written") {
    CHECK(decoded("a=%&b=%4&c=%zz&d=100%25%&e=%4%41") ==
          Pairs{{"a", "%"}, {"b", "%4"}, {"c", "%zz"}, {"d", "100%%"}, {"e", "%4A"}});
}

TEST_CASE("a name without an equals sign has an empty value; empty pieces are no fields") {
    CHECK(decoded("a&b=&=c&&d=e=f&") == Pairs{{"a", ""}, {"b", ""}, {"", "c"}, {"d", "e=f"}});
    CHECK(decoded("").empty());
    CHECK(decoded("&&&").empty());
}

TEST_CASE("find gives the first value, and tells absent from empty") {
    Params params;
    params.decode("Digits=&Digits=5&To=x");
    CHECK(params.find("Digits") == std::optional<std::string_view>{""});
    CHECK(params.find("digits") == std::nullopt);
    CHECK(params.get("To") == "x");
    CHECK(params.get("From").empty());
}

TEST_CASE("a Params used again, moved or added to keeps its views whole") {
    Params params;
    params.decode("a=%41&b=" + std::string(5000, '+'));
    params.decode("c=%42%43&d=plain");
    for (int i = 0; i < 500; ++i)
        params.add("name " + std::to_string(i), std::string(20, 'v'));
    Params moved = std::move(params);
    CHECK(moved.size() == 502);
    CHECK(moved.get("c") == "BC");
    CHECK(moved.get("name 0") == std::string(20, 'v'));
    CHECK(moved.get("name 499") == std::string(20, 'v'));
    params = Params{};
    params.add("x", "y");
    CHECK(pairs_of(params) == Pairs{{"x", "y"}});
    moved.clear();
    CHECK(moved.empty());
}

TEST_CASE("a path segment keeps unreserved characters alone") {
    CHECK(percent_encode("a-b_c.d~e f/g?h+\xc3\xa9") == "a-b_c.d~e%20f%2Fg%3Fh%2B%C3%A9");
    CHECK(percent_decode("a%20b+c%2") == "a b+c%2");
}

TEST_CASE("decode undoes encode, for any bytes") {
    CHECK(rc::check("form", [](const Pairs& pairs) {
        std::vector<Param> fields;
        for (const auto& [name, value] : pairs)
            fields.push_back({name, value});
        RC_ASSERT(decoded(encode_form(fields)) == pairs);
    }));
    CHECK(rc::check("percent", [](const std::string& text) {
        RC_ASSERT(percent_decode(percent_encode(text)) == text);
    }));
}

TEST_CASE("decoding takes any bytes, and what it makes survives a round trip") {
    CHECK(rc::check([](const std::vector<char>& bytes) {
        const auto pick = std::string{"%+&=aF0 \xff"};
        std::string text;
        for (const char c : bytes)
            text += pick[static_cast<unsigned char>(c) % pick.size()];
        Params params;
        params.decode(text);
        RC_ASSERT(decoded(encode_form(params.fields())) == pairs_of(params));
    }));
}
