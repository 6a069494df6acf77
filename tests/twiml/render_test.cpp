#include "twiml/render.hpp"

#include <catch2/catch.hpp>
#include <pugixml.hpp>
#include <rapidcheck.h>

using namespace twiml;

namespace {

const std::string declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";

Element say(std::string text) { return {.name = "Say", .content = {Node{std::move(text)}}}; }

bool well_formed(const std::string& xml) {
    pugi::xml_document tree;
    return tree.load_buffer(xml.data(), xml.size(), pugi::parse_full).status == pugi::status_ok;
}

}  // namespace

TEST_CASE("a document is one line that begins with its declaration") {
    Element gather{
        .name = "Gather", .attributes = {{"numDigits", "1"}}, .content = {say("Press 1.")}};
    CHECK(
        render(Document{{gather, Element{.name = "Hangup"}}}) ==
        declaration +
            R"(<Response><Gather numDigits="1"><Say>Press 1.</Say></Gather><Hangup/></Response>)");
    CHECK(render(Document{}) == declaration + "<Response/>");
}

TEST_CASE("holes become paths, or full URLs where TwiML demands them") {
    Element dial{.name = "Dial", .attributes = {{"action", UrlHole{.index = 1}}}};
    Element redirect{.name = "Redirect", .content = {UrlHole{.index = 0, .absolute = true}}};
    const std::vector<FilledUrl> urls{{"/a", "https://x.example"},
                                      {"/b?s=1&t#rc=2", "https://unused.example"}};
    CHECK(render(Document{{dial, redirect}}, urls) ==
          declaration + R"(<Response><Dial action="/b?s=1&amp;t#rc=2"/>)"
                        "<Redirect>https://x.example/a</Redirect></Response>");
}

TEST_CASE("text and SSML keep their order") {
    Element emphasis{.name = "emphasis", .content = {"very"}};
    Element mixed{.name = "Say", .content = {"a ", emphasis, " b"}};
    CHECK(render(Document{{mixed}}) ==
          declaration + "<Response><Say>a <emphasis>very</emphasis> b</Say></Response>");
}

TEST_CASE("markup a caller brings is text") {
    Element attacked = say("<Hangup/> & ]]> \"'");
    attacked.attributes.push_back({"voice", "\"><Dial>"});
    const std::string xml = render(Document{{attacked}});
    pugi::xml_document tree;
    REQUIRE(tree.load_buffer(xml.data(), xml.size()));
    CHECK(std::string{tree.child("Response").child("Say").text().get()} == "<Hangup/> & ]]> \"'");
    CHECK(std::string{tree.child("Response").child("Say").attribute("voice").value()} ==
          "\"><Dial>");
    CHECK(xml.find("]]>") == std::string::npos);
}

TEST_CASE("text is made valid UTF-8 of characters that XML allows") {
    CHECK(xml_safe("K\xc3\xb6ln \xf0\x9f\x98\x80 \t\n\x7f") ==
          "K\xc3\xb6ln \xf0\x9f\x98\x80 \t\n\x7f");
    CHECK(xml_safe("a\r\nb\rc") == "a\nb\nc");
    CHECK(xml_safe(std::string_view{"a\0b\x01\x1f"
                                    "c\v\f",
                                    8}) == "abc");
    CHECK(xml_safe("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd") == "\xef\xbf\xbd");
    const std::string replacement = "\xef\xbf\xbd";
    CHECK(xml_safe("a\xff"
                   "b") == "a" + replacement + "b");
    CHECK(xml_safe("\xc3") == replacement);
    CHECK(xml_safe("\xc0\xaf") == replacement + replacement);                    // overlong
    CHECK(xml_safe("\xed\xa0\x80") == replacement + replacement + replacement);  // a surrogate
    CHECK(xml_safe("\xe2\x82") == replacement);  // cut off: one piece
    CHECK(xml_safe("\xe2\x82"
                   "a") == replacement + "a");
    CHECK(xml_safe("\xf4\x90\x80\x80") == replacement + replacement + replacement + replacement);
}

TEST_CASE("whatever bytes stand in text and attributes, the document is well-formed") {
    CHECK(rc::check([](const std::string& text, const std::string& value) {
        Element element = say(text);
        element.attributes.push_back({"voice", value});
        const Document document{{element}};
        RC_ASSERT(well_formed(render(document)));
        RC_ASSERT(well_formed(render_pretty(document)));
        RC_ASSERT(xml_safe(xml_safe(text)) == xml_safe(text));
    }));
}

TEST_CASE("rendering appends to what a buffer holds") {
    std::string out = "before";
    render(Document{}, {}, out);
    CHECK(out == "before" + declaration + "<Response/>");
}

TEST_CASE("for people a document is indented by two blanks") {
    Element gather{.name = "Gather", .content = {say("Press 1.")}};
    CHECK(render_pretty(Document{{gather}}) ==
          declaration + "\n<Response>\n  <Gather>\n    "
                        "<Say>Press 1.</Say>\n  </Gather>\n</Response>\n");
}
