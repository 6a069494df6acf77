// Run by tests/twiml/oracle/run, which has Twilio's own libraries write the file compared with.
#include "twiml/check.hpp"
#include "twiml/render.hpp"
#include "twiml/segments.hpp"
#include "twiml/signature.hpp"
#include "twiml/smart_encoding.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

using namespace twiml;
namespace json = boost::json;

namespace {

const json::object& oracle() {
    static const json::value parsed = [] {
        const char* const path = std::getenv("SWITCHBOARD_ORACLE");
        REQUIRE(path);
        std::ifstream file{path};
        return json::parse(std::string{std::istreambuf_iterator<char>{file}, {}});
    }();
    return parsed.as_object();
}

// Where the library's types and the documentation disagree: twiml/README.md names them.
struct Deviation {
    int code = 0;
    std::string_view in{};  // what such a document holds
};
constexpr std::array deviations{
    // Boolean in the library, none|dtmf|speech|any in the docs.
    Deviation{64106, "reportInputDuringAgentSpeech="},
    // Typed for every <Stream>; the docs allow inbound_track alone in <Connect>.
    Deviation{31941, "<Connect><Stream "},
    // Typed for every <Play>; the docs forbid it in <Gather>.
    Deviation{13430, "<Gather><Play digits="},
};

bool is_known(const Finding& finding, std::string_view xml) {
    return std::ranges::any_of(deviations, [&](const Deviation& known) {
        return known.code == finding.code && xml.find(known.in) != std::string_view::npos;
    });
}

SegmentCount count_of(const json::value& count) {
    return {count.at("encoding").as_string() == "GSM-7" ? TextEncoding::gsm7 : TextEncoding::ucs2,
            count.at("units").to_number<std::size_t>(),
            count.at("segments").to_number<std::size_t>()};
}

std::string utf8(char32_t c) {  // of the basic plane
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    return {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
            static_cast<char>(0x80 | (c & 0x3f))};
}

}  // namespace

TEST_CASE("we sign as Twilio's library signs", "[.][oracle]") {
    const json::array& all = oracle().at("signatures").as_array();
    REQUIRE(all.size() == 500);
    for (const json::value& one : all) {
        const std::string url{one.at("url").as_string()};
        const std::string expected{one.at("signature").as_string()};
        const std::vector<AuthToken> tokens{*AuthToken::parse(one.at("token").as_string())};
        Params form;
        for (const json::value& field : one.at("fields").as_array())
            form.add(field.at(0).as_string(), field.at(1).as_string());
        INFO(string_to_sign(url, form));
        CHECK(sign(url, form, tokens[0]) == expected);
        CHECK(signed_by(expected, {.url = url, .form = &form}, tokens) == std::size_t{0});
        // What travelled as a body is the same again.
        Params received;
        const std::string body = encode_form(form.fields());
        received.decode(body);
        CHECK(signed_by(expected, {.url = url, .form = &received}, tokens) == std::size_t{0});
    }
}

TEST_CASE("we accept every document Twilio's library renders", "[.][oracle]") {
    const json::array& all = oracle().at("documents").as_array();
    REQUIRE(all.size() > 4000);
    for (const json::value& one : all) {
        const std::string xml{one.as_string()};
        for (const Finding& finding : check_text(xml)) {
            INFO(xml);
            INFO(finding.code << " " << finding.message);
            CHECK(is_known(finding, xml));
        }
    }
}

TEST_CASE("what Twilio's library renders is the same document when we render it", "[.][oracle]") {
    for (const json::value& one : oracle().at("documents").as_array()) {
        const auto parsed = parse(std::string_view{one.as_string()});
        REQUIRE(parsed.has_value());
        const auto again = parse(render(parsed->document));
        REQUIRE(again.has_value());
        CHECK(again->document == parsed->document);
    }
}

TEST_CASE("we count segments as Twilio's calculator counts them", "[.][oracle]") {
    const json::array& all = oracle().at("texts").as_array();
    REQUIRE(all.size() == 500);
    for (const json::value& one : all) {
        const std::string_view text = one.at("text").as_string();
        INFO(text);
        CHECK((count_segments(text) == count_of(one.at("plain"))));
        CHECK((count_smart_encoded(text) == count_of(one.at("smart"))));
    }
}

TEST_CASE("the GSM alphabet and the twins of other characters are Twilio's", "[.][oracle]") {
    std::map<char32_t, std::size_t> septets;
    for (const json::value& one : oracle().at("septets").as_array())
        septets[one.at(0).to_number<char32_t>()] = one.at(1).to_number<std::size_t>();
    std::map<char32_t, std::string> twins;
    for (const json::value& one : oracle().at("smart").as_array())
        twins[one.at(0).to_number<char32_t>()] = std::string{one.at(1).as_string()};
    REQUIRE(twins.size() > 200);
    for (char32_t c = 0; c < 0x10000; ++c) {
        if (c >= 0xd800 && c < 0xe000) continue;  // surrogates are no characters
        INFO(static_cast<unsigned>(c));
        const SegmentCount count = count_segments(utf8(c));
        const auto in_alphabet = septets.find(c);
        if ((count.encoding == TextEncoding::gsm7) != (in_alphabet != septets.end())) FAIL();
        if (in_alphabet != septets.end()) CHECK(count.units == in_alphabet->second);
        const auto twin = twins.find(c);
        const auto ours = gsm_twin(c);
        if (ours.has_value() != (twin != twins.end())) FAIL();
        if (ours) CHECK(*ours == twin->second);
    }
}
