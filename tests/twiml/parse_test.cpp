#include "twiml/parse.hpp"
#include "twiml/render.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace twiml;

namespace {

const std::string head = R"(<?xml version="1.0" encoding="UTF-8"?>)";

// The place of the fault that "@" marks, and what is said there.
void refuses(std::string marked, int code, const std::string& message) {
    INFO(marked);
    const std::size_t at = marked.find('@');
    REQUIRE(at != std::string::npos);
    marked.erase(at, 1);
    const auto parsed = parse(marked);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().code == code);
    CHECK(parsed.error().message == message);
    CHECK(parsed.error().offset == at);
    CHECK_FALSE(parsed.error().hint.empty());
}

// Documents as render takes them: no empty texts, no two texts next to each other.
std::string name_of(unsigned n) {
    static const std::vector<std::string> names{"Say", "Gather", "say-as", "p", "x_1.y", "a:b"};
    return names[n % names.size()];
}

std::string text_from(const std::vector<unsigned>& seed) {
    static const std::vector<std::string> pieces{"a",
                                                 " ",
                                                 "&",
                                                 "<",
                                                 ">",
                                                 "\"",
                                                 "'",
                                                 "\n",
                                                 "\t",
                                                 "]]>",
                                                 "--",
                                                 "\xc3\xb6",
                                                 "\xf0\x9f\x98\x80",
                                                 "&amp;",
                                                 "{{",
                                                 "\x7f",
                                                 "\xef\xbf\xbd"};
    std::string text;
    for (const unsigned piece : seed)
        text += pieces[piece % pieces.size()];
    return text;
}

Element element_from(const std::vector<std::vector<unsigned>>& seeds, std::size_t& next,
                     int depth) {
    const auto take = [&]() -> std::vector<unsigned> {
        return next < seeds.size() ? seeds[next++] : std::vector<unsigned>{};
    };
    const auto shape = take();
    Element element{.name = name_of(shape.empty() ? 0 : shape[0])};
    for (std::size_t i = 0; i < shape.size() % 4; ++i)
        element.attributes.push_back({"a" + std::to_string(i), text_from(take())});
    for (std::size_t i = 0; depth > 0 && i < shape.size() % 3; ++i) {
        if (std::string text = text_from(take()); !text.empty()) element.content.emplace_back(text);
        element.content.emplace_back(element_from(seeds, next, depth - 1));
    }
    return element;
}

}  // namespace

TEST_CASE("a document is read with its attributes, text and children in order") {
    const auto parsed =
        parse(head + R"(<Response><Gather numDigits="1" action="/a?b=1&amp;c=2">)"
                     R"(<Say>Press &quot;1&#34;.</Say></Gather><Hangup/></Response>)");
    REQUIRE(parsed.has_value());
    const Element say{.name = "Say", .content = {R"(Press "1".)"}};
    const Element gather{.name = "Gather",
                         .attributes = {{"numDigits", "1"}, {"action", "/a?b=1&c=2"}},
                         .content = {say}};
    CHECK(parsed->document == Document{{gather, Element{.name = "Hangup"}}});
}

TEST_CASE("blanks between elements, comments and instructions are ignored") {
    const auto parsed = parse("<Response>\n  <!-- a -->\n  <Say>a<!-- b -->b<![CDATA[<c>]]></Say>\n"
                              "  <?php no ?>\n</Response>\n<!-- end -->\n");
    REQUIRE(parsed.has_value());
    CHECK(parsed->document == Document{{Element{.name = "Say", .content = {"ab<c>"}}}});
}

TEST_CASE("blanks beside words are kept") {
    const auto parsed = parse("<Response><Say>a <break/> <p>b</p> c</Say></Response>");
    REQUIRE(parsed.has_value());
    const Element p{.name = "p", .content = {"b"}};
    CHECK(parsed->document ==
          Document{
              {Element{.name = "Say", .content = {"a ", Element{.name = "break"}, " ", p, " c"}}}});
}

TEST_CASE("everything knows its place") {
    const std::string xml = head + "\n<Response>\n  <Gather timeout='5' input=\"dtmf\">\n"
                                   "    <Say>\n  hello</Say></Gather></Response>";
    const auto parsed = parse(xml);
    REQUIRE(parsed.has_value());
    REQUIRE(parsed->places.size() == 3);
    CHECK(parsed->places[0].element == xml.find("<Response"));
    CHECK(parsed->places[1].element == xml.find("<Gather"));
    CHECK(parsed->places[1].attributes[0].name == xml.find("timeout"));
    CHECK(parsed->places[1].attributes[0].value == xml.find("5'"));
    CHECK(parsed->places[1].attributes[1].value == xml.find("dtmf"));
    CHECK(parsed->places[1].text == xml.find("<Gather"));
    CHECK(parsed->places[2].text == xml.find("hello"));
}

TEST_CASE("what is no XML is refused at its place") {
    refuses("@", 12100, "the document is empty");
    refuses("@ " + head + "<Response/>", 12100, "blanks stand before <?xml");
    refuses("@\n" + head + "<Response/>", 12100, "blanks stand before <?xml");
    refuses("@\xef\xbb\xbf" + head + "<Response/>", 12100,
            "a byte order mark stands before the document");
    refuses("@   ", 12100, "the document holds no element");
    refuses("@plain text", 12100, "text stands outside the root element");
    refuses("<Response/>@ok", 12100, "text stands outside the root element");
    refuses("<Response/>@<Response/>", 12100, "a second element stands behind the root");
    refuses("@<Response>", 12100, "<Response> is not closed");
    refuses("<Response><Say>a@</Response>", 12100, "</Response> stands where </Say> was expected");
    refuses("<Response><Say>a@</say></Response>", 12100, "</say> stands where </Say> was expected");
    refuses("<Response>@</Say></Response>", 12100, "</Say> stands where </Response> was expected");
    refuses("<Response><Redirect>/a?b=1@&c=2</Redirect></Response>", 12100, "an & stands alone");
    refuses("<Response><Say>a @& b; c</Say></Response>", 12100, "an & stands alone");
    refuses("<Response><Say>a@&nbsp;b</Say></Response>", 12100, "&nbsp; is not known in XML");
    refuses("<Response><Say>@&#0;</Say></Response>", 12100, "&#0; is no character that XML allows");
    refuses("<Response><Say>@&#xD800;</Say></Response>", 12100,
            "&#xD800; is no character that XML allows");
    refuses("<Response><Say>@]]></Say></Response>", 12100, "]]> stands in text");
    refuses("<Response><Say>a@\x01</Say></Response>", 12100,
            "the character U+0001 is forbidden in XML");
    refuses("<Response><Say>@\xff</Say></Response>", 12100, "these bytes are no UTF-8");
    refuses("<Response><Say loop=@1>a</Say></Response>", 12100,
            "the value of loop stands without quotation marks");
    refuses("<Response><Say loop@>a</Say></Response>", 12100, "the attribute loop has no value");
    refuses("<Response><Say loop=\"1\" @loop=\"2\">a</Say></Response>", 12100,
            "the attribute loop stands twice");
    refuses("<Response><Say loop=\"1\"@voice=\"man\">a</Say></Response>", 12100,
            "something unexpected stands in <Say");
    refuses("<Response><Say voice=\"@<\">a</Say></Response>", 12100,
            "a < stands in the value of voice");
    refuses("<Response><Say voice=@\"man>a", 12100, "the value of voice is not closed");
    refuses("<Response><Say>1 <@ 2</Say></Response>", 12100, "an element's name is missing here");
    refuses("<Response>@<!-- a", 12100, "the comment <!-- is not closed");
    refuses("<Response>@<!-- a -- b --></Response>", 12100, "a comment holds --");
    refuses("<Response>@<![CDATA[ a</Response>", 12100, "<![CDATA[ is not closed");
    refuses("<Response>@" + head + "</Response>", 12100, "<?xml stands in the middle");
    refuses("@<?xml encoding=\"UTF-8\"?><Response/>", 12100, "the declaration names no version");
    refuses("<?xml version=\"1.0\" @encoding=\"ISO-8859-1\"?><Response/>", 12100,
            "the document declares another encoding than UTF-8");
    refuses("@<!DOCTYPE r [<!ENTITY a \"b\">]><Response/>", 12100,
            "a document type with declarations of its own");
    refuses("@<!DOCTYPE", 12100, "<!DOCTYPE is not closed");
    refuses("@<!DOCTYPE Response SYSTEM \"a><Response/>", 12100,
            "a value in <!DOCTYPE is not closed");
    for (const std::string type :
         {"<!DOCTYPE>", "<!DOCTYPE\"a\">", "<!DOCTYPEResponse>", "<!DOCTYPE Response Response>",
          "<!DOCTYPE Response \"a\">", "<!DOCTYPE Response PUBLIC \"a\">",
          "<!DOCTYPE Response <!-- -->>"})
        CHECK(parse(type + "<Response/>").has_error());
    refuses("<!DOCTYPE Response>@<!DOCTYPE Response><Response/>", 12100, "a second <!DOCTYPE");
}

// pugixml reads an instruction there and went beyond the > that ends the type.
TEST_CASE("no instruction hides in a document type") {
    refuses("@<!DOCTYPE<?x=l version=\"1.0\"?><Response>/Dial></Response>", 12100,
            "the <!DOCTYPE is not one that XML knows");
}

TEST_CASE("another root is refused") {
    refuses("@<response/>", 12102, "the root element is <response>");
    refuses(head + "\n@<html><body/></html>", 12102, "the root element is <html>");
}

TEST_CASE("a document longer than 64 KB is refused") {
    const std::string around = "<Response><Say></Say></Response>";
    std::string xml = around;
    xml.insert(15, std::string(max_document_bytes - around.size(), 'a'));
    CHECK(parse(xml).has_value());
    xml.insert(15, "a");
    CHECK(parse(xml).error().code == 11750);
}

TEST_CASE(
    "what XML allows is read: declarations, doctypes, references, any order of quotation marks") {
    for (const std::string& good :
         {head + "<Response/>", std::string{"<?xml version='1.0'?>\n<Response></Response >"},
          std::string{"  <Response/>"}, std::string{"<!DOCTYPE Response><Response/>"},
          std::string{"<!-- a --><Response a = 'b\"' >&lt;&gt;&apos;&#10;&#xf6;</Response>"},
          std::string{"<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\"?><Response/>"},
          std::string{"<!DOCTYPE a:Response SYSTEM 'a>b<\"' ><Response/>"},
          std::string{"<!DOCTYPE Response PUBLIC \"-//a\" 'b'>\n<Response/>"},
          std::string{"<Response><\xc3\x96/></Response>"}}) {
        INFO(good);
        CHECK(parse(good).has_value());
    }
}

TEST_CASE("a carriage return is a line end, also where a reference brings it in") {
    const auto parsed = parse("<Response a=\"1&#13;2\">3&#13;&#10;4\r\n5&#xD;</Response>");
    REQUIRE(parsed.has_value());
    CHECK(std::get<std::string>(parsed->root_attributes.at(0).value) == "1\n2");
    CHECK(std::get<std::string>(parsed->document.verbs.at(0)) == "3\n4\n5\n");
    const auto again = parse(render(parsed->document));
    REQUIRE(again.has_value());
    CHECK(again->document == parsed->document);
}

TEST_CASE("elements nested too deep are refused, not followed") {
    std::string xml;
    for (int i = 0; i < 10000; ++i)
        xml += "<p>";
    CHECK(parse("<Response>" + xml).error().message == "elements are nested more than 64 deep");
}

TEST_CASE("a fragment is read with its own places") {
    const std::string text = "Your <say-as interpret-as=\"digits\">12</say-as> and";
    const auto parsed = parse_fragment(text);
    REQUIRE(parsed.has_value());
    const Element spelled{
        .name = "say-as", .attributes = {{"interpret-as", "digits"}}, .content = {"12"}};
    CHECK(parsed->nodes == std::vector<Node>{"Your ", spelled, " and"});
    REQUIRE(parsed->places.size() == 2);
    CHECK(parsed->places[0].text == 0);
    CHECK(parsed->places[1].element == text.find('<'));
    CHECK(parse_fragment("")->nodes.empty());
    CHECK(parse_fragment("plain")->nodes == std::vector<Node>{"plain"});
    CHECK(parse_fragment("<Say>a</Say>\n<Hangup/>\n")->nodes.size() == 2);
    CHECK(parse_fragment("a < b").error().offset == 3);
    CHECK(parse_fragment("</Say>").error().offset == 0);
    CHECK(parse_fragment("a & b").error().code == 12100);
}

TEST_CASE("parsing what was rendered gives the document back") {
    CHECK(rc::check([](const std::vector<std::vector<unsigned>>& seeds) {
        Document document;
        for (std::size_t next = 0; next < seeds.size();)
            document.verbs.emplace_back(element_from(seeds, next, 3));
        const auto parsed = parse(render(document), Blanks::keep);
        RC_ASSERT(parsed.has_value());
        RC_ASSERT(parsed->document == document);
    }));
}

TEST_CASE("any text at all is read or refused") {
    CHECK(rc::check([](const std::vector<unsigned>& seed) {
        static const std::vector<std::string> pieces{
            "<",   ">",  "/",  "Response", "<Response>", "</Response>", "<Say", " a",   "=",
            "\"",  "'",  "&",  "amp;",     "#",          ";",           "<!--", "-->",  "<![CDATA[",
            "]]>", "<?", "?>", "xml",      "!",          "\n",          "\xc3", "\xb6", "x"};
        std::string xml;
        for (const unsigned piece : seed)
            xml += pieces[piece % pieces.size()];
        const auto parsed = parse(xml);
        if (parsed) {
            RC_ASSERT(parse(render(parsed->document)).has_value());
        } else {
            RC_ASSERT(parsed.error().offset <= xml.size());
        }
        const auto fragment = parse_fragment(xml);
        RC_ASSERT(fragment.has_value() || fragment.error().offset <= xml.size());
    }));
}
