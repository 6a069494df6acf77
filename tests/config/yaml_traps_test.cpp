#include "config/yaml_reader.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using config::Diagnostic;
using config::Diagnostics;

namespace {

struct Trap {
    std::string written;
    std::string code;
    int line;
    int column;
    std::string says;     // a part of the message
    std::string hints{};  // a part of the hint
};

std::string shown(const Diagnostics& findings, const std::string& text) {
    std::string result;
    for (const Diagnostic& finding : findings)
        result += to_text(finding, text);
    return result;
}

// One fault, one finding, at its place and in its words.
void check_trap(const Trap& trap) {
    CAPTURE(trap.written);
    const config::Source source{"flow.yaml", trap.written};
    Diagnostics findings;
    read_yaml(source, findings);
    INFO(shown(findings, trap.written));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == trap.code);
    CHECK(findings[0].span.begin.line == trap.line);
    CHECK(findings[0].span.begin.column == trap.column);
    CHECK(findings[0].severity == config::Severity::error);
    CHECK_THAT(findings[0].message, Catch::Contains(trap.says));
    CHECK_THAT(findings[0].hint, Catch::Contains(trap.hints));
    CHECK_FALSE(findings[0].hint.empty());
}

void check_clean(const std::string& written) {
    CAPTURE(written);
    const config::Source source{"flow.yaml", written};
    Diagnostics findings;
    const auto document = read_yaml(source, findings);
    INFO(shown(findings, written));
    CHECK(findings.empty());
    CHECK(document != nullptr);
}

const std::string not_closed = "this quote is never closed";
const std::string braces = "begins with `{{` must stand in quotes";
const std::string comment = "everything from ` #` is a comment and will not be spoken";
const std::string colon = "a colon followed by a space needs quotes around the text";
const std::string space = "a space is missing after the colon";

}  // namespace

TEST_CASE("every trap a designer falls into is explained in one finding, where it was written") {
    const std::vector<Trap> traps{
        // a quote that is never closed
        {"say: \"Hello\ngo: x\n", "SB110", 1, 6, not_closed},
        {"say: \"Hello\ngo: \"x\"\n", "SB110", 1, 6, not_closed},
        {"say: 'Hello\ngo: x\n", "SB110", 1, 6, not_closed},
        {"say: \"Hello", "SB110", 1, 6, not_closed},
        {"steps:\n  - say: \"Hello\n  - say: \"World\"\n", "SB110", 2, 10, not_closed},
        {"steps:\n  - say: \"Hello\n  - go: x\nabout: \"y\"\n", "SB110", 2, 10, not_closed},
        {"- menu:\n    say: {en: \"Hello, es: \"Hola\"}\n    go: x\n", "SB110", 2, 15, not_closed},
        {"- menu:\n    say: {en: \"Hello, es: Hola}\n    go: x\n", "SB110", 2, 15, not_closed},
        {"a: [\"one, two]\nb: c\n", "SB110", 1, 5, not_closed},
        {"\"a: b\nc: d\n", "SB110", 1, 1, not_closed},
        // braces
        {"say: {{ name }}", "SB104", 1, 6, braces},
        {"say: {{ name }} hello", "SB104", 1, 6, braces},
        {"say: {{ name }}: hello", "SB104", 1, 6, braces},
        {"- {{ name | or(\"x, y\") }}\n", "SB104", 1, 3, braces},
        {"dial: {number: {{ settings.phone }}, go: x}", "SB104", 1, 16, braces},
        {"dial: {number: [{{ a }}, \"b\"], go: x}", "SB104", 1, 17, braces},
        {"say: {en: Hello {{ name }}, es: Hola}", "SB104", 1, 11, "must stand in quotes"},
        // the star and the hash key
        {"*: repeat", "SB103", 1, 1, "the star key must be quoted", "`\"*\": repeat`"},
        {"choices:\n  1: a\n  *: repeat\n", "SB103", 3, 3, "the star key must be quoted"},
        {"anywhere: {\"0\": operator, *: again}", "SB103", 1, 27, "the star key must be quoted",
         "`\"*\": again`"},
        {"choices:\n  1: a\n  #: operator\n", "SB111", 3, 3,
         "this looks like a choice for the hash key", "`\"#\": operator`"},
        {"choices:\n  #: operator\n", "SB111", 2, 3, "this looks like a choice for the hash key"},
        {"choices: {1: a, #: operator}", "SB111", 1, 17,
         "this looks like a choice for the hash key"},
        {"choices: {#: operator}", "SB111", 1, 11, "this looks like a choice for the hash key"},
        {"choices: {\n  1: a,\n  #: operator\n}", "SB111", 3, 3, "a choice for the hash key"},
        // text cut by ` #`
        {"say: Press 1 # for sales", "SB111", 1, 14, comment},
        {"say: Press #1 for sales", "SB111", 1, 12, comment},
        {"- say: Then press #\n- hangup\n", "SB111", 1, 19, comment},
        {"finish_on: #\n", "SB111", 1, 12, comment},
        {"say: {en: Press #1 now, es: Oprima 1}", "SB111", 1, 17, comment},
        {"- #1 of all\n", "SB111", 1, 3, comment},
        // a colon in a text
        {"say: Yes: press 1", "SB101", 1, 9, colon},
        {"say: Yes: press 1: or: 2", "SB101", 1, 9, colon},
        {"- say: {en: \"a\", es: Ventas: 1}\n", "SB101", 1, 28, colon},
        {"say: Press one\n  or two: three is right\n", "SB101", 2, 9, colon},
        {"say: Please note:\n", "SB101", 1, 17, colon},
        // quotes that close early
        {"say: 'Don't hang up'", "SB101", 1, 10, "the quote closes after `Don`", "double quotes"},
        {"say: 'Don't hang up", "SB101", 1, 10, "the quote closes after `Don`"},
        {"say: \"He said \"hi\" to me\"", "SB101", 1, 15, "the quote closes after `He said `"},
        {"say: {en: 'Don't hang up', es: x}", "SB101", 1, 15, "the quote closes after `Don`"},
        {"say: \"Hello\" world", "SB101", 1, 12, "the quote closes after `Hello`"},
        // tags, anchors, aliases, merge keys, directives
        {"say: !now", "SB103", 1, 6, "tags are not used here; quote the text", "\"!now\""},
        {"say: !!str x", "SB103", 1, 6, "tags are not used here"},
        {"a: &x b\n", "SB103", 1, 4, "anchors are not used here"},
        {"a: &x\n  b: c\n", "SB103", 1, 4, "anchors are not used here"},
        {"a: *x\n", "SB103", 1, 4, "aliases are not used here"},
        {"a: {<<: b}\n", "SB103", 1, 5, "the merge key `<<`"},
        {"%YAML 1.2\n---\na: b\n", "SB103", 1, 1, "directives are not used here"},
        // characters with which no text can begin
        {"say: @home", "SB101", 1, 6, "a text cannot begin with `@`; quote it"},
        {"say: `x`", "SB101", 1, 6, "a text cannot begin with ```; quote it"},
        {"say: %50", "SB101", 1, 6, "a text cannot begin with `%`; quote it"},
        {"%50\n", "SB101", 1, 1, "a text cannot begin with `%`; quote it"},
        {"say: {en: @home, es: x}", "SB101", 1, 11, "a text cannot begin with `@`; quote it"},
        {"say: > 5", "SB101", 1, 6, "a text cannot begin with `>`; quote it"},
        {"say: ] 5", "SB101", 1, 6, "a text cannot begin with `]`; quote it"},
        {"say: ? 5", "SB101", 1, 6, "a text cannot begin with `?`; quote it"},
        {"say: - 5", "SB101", 1, 6, "a list cannot begin on the line of its key"},
        // indentation
        {"a:\n\tb: c\n", "SB101", 2, 1, "line 2 is indented with a tab", "indent with spaces"},
        {"a:\n  b: c\n\td: e\n\tf: g\n", "SB101", 3, 1, "line 3 is indented with a tab"},
        {"a:\n  - b:\n\tc: d\n      e: f\n  - g\n", "SB101", 3, 1, "line 3 is indented with a tab"},
        {"a:\n  b: c\n d: e\n", "SB101", 3, 2, "this line is indented by 1; its siblings by 2"},
        {"a: b\n  c: d\n", "SB101", 2, 3, "this line is indented by 2; its siblings by 0"},
        {"a:\n  - b: c\n   - d: e\n", "SB101", 3, 4, "this line is indented by 3"},
        {"a:\n  - b: c\n   d: e\n", "SB101", 3, 4, "this line is indented by 3; its siblings by 4"},
        {"a: {b: c}\n  d: e\n", "SB101", 2, 3, "this line is indented by 2; its siblings by 0"},
        {"a:\n    b: c\n  d: e\nf:\n g: h\n i: j\n", "SB101", 3, 3,
         "this line is indented by 2; its siblings by 4"},
        {"- say: Hello\n  - hangup\n", "SB101", 2, 3, "an item of a list stands among keys"},
        {"a:\n  - b\nc: d\n- e\n", "SB101", 4, 1, "an item of a list stands among keys"},
        {"- a: b\nc: d\n", "SB101", 2, 1, "a key stands among the items of a list"},
        // a missing space, colon, comma or bracket
        {"say:hello", "SB101", 1, 4, space, "`say: hello`"},
        {"about: x\nsay:hello\ngo: y\n", "SB101", 2, 4, space},
        {"- say:hello\n- hangup\n", "SB101", 1, 6, space},
        {"choices: {1:operator, 2: x}", "SB101", 1, 12, space},
        {"choices:\n  \"1\":operator\n", "SB101", 2, 6, space},
        {"about: x\nhangup\ngo: y\n", "SB101", 2, 1, "this line is no `key: value`"},
        {"a: {b: c\nd: e\n", "SB101", 1, 4, "this `{` is never closed"},
        {"- a: [b, c\n- d: e\n", "SB101", 1, 6, "this `[` is never closed"},
        {"a: [b, c}\nd: e\n", "SB101", 1, 9, "`}` closes the `[` of line 1", "`]`"},
        {"a: [\"b\" \"c\"]\n", "SB101", 1, 9, "a comma is missing"},
        {"a: [b] c\n", "SB101", 1, 8, "this stands behind the closing bracket"},
        {"choices: {1: a 2: b}\n", "SB101", 1, 16, "a comma is missing"},
        {"choices: {1: a, 2: b c: d, 3: e}\n", "SB101", 1, 22, "a comma is missing"},
        {"- menu: {say: Press 1. choices: {1: a}}\n", "SB101", 1, 24, "a comma is missing"},
        {"- dial: {number: \"+1\" otherwise: a}\n", "SB101", 1, 23, "a comma is missing"},
        {"- {say: Press one: sales}\n", "SB101", 1, 18, "a colon followed by a space"},
        {"a: {b: {c: d}\n   e: f}\n", "SB101", 2, 4, "a comma is missing"},
        // keys
        {"a: b\nc: d\na: e\n", "SB102", 3, 1, "the key \"a\" stands here twice", "line 1"},
        {"a: {b: c}\na: {d: e, b: f}\n", "SB102", 2, 1, "the key \"a\" stands here twice"},
        {"a: {1: b, \"1\": c}\n", "SB102", 1, 11, "the key \"1\" stands here twice"},
        {": a\n", "SB101", 1, 1, "a text cannot begin with `:`"},
        {"a: {{b: c}: d}\n", "SB104", 1, 4, braces},
        {"a: {[b]: d}\n", "SB101", 1, 5, "a list or map cannot be a key"},
        {"[a]: b\n", "SB101", 1, 1, "a list or map cannot be a key"},
        // documents
        {"a: b\n---\nc: d\n", "SB101", 2, 1, "a second document begins here"},
        {"a: b\n...\nc: d\n", "SB101", 3, 1, "a second document begins here"},
        // bytes
        {"say: caf\xE9\n", "SB112", 1, 9, "the byte 0xE9 is not UTF-8"},
        {"say: \xC3\xA9\xED\xA0\x80 x\n", "SB112", 1, 7, "is not UTF-8"},
        {"say: a\x01\n", "SB112", 1, 7, "U+0001"},
        {"say: a\xEF\xBF\xBF\n", "SB112", 1, 7, "U+FFFF"},
        {"say: \"a\\x07\"\n", "SB112", 1, 6, "a character that XML forbids"},
        {"a: b\rc: d\r", "SB101", 1, 5, "a carriage return"},
        {std::string{"a: b\0", 5}, "SB112", 1, 5, "U+0000"},
    };
    for (const Trap& trap : traps) {
        check_trap(trap);
        Trap windows = trap;
        if (trap.written.find('\r') == std::string::npos) {
            for (std::size_t at = 0; (at = windows.written.find('\n', at)) != std::string::npos;
                 at += 2) {
                windows.written.insert(at, 1, '\r');
            }
            check_trap(windows);
        }
    }
}

TEST_CASE("several faults of one file are all told at once, each once") {
    const std::string written = "say: {{ name }}\n"
                                "go: @home\n"
                                "again: 'Don't'\n"
                                "go: x\n"
                                "list: [a, {{ b }}, #c, d]\n"
                                "choices:\n"
                                "  #: operator\n"
                                "  \"#\": operator\n";
    Diagnostics findings;
    const auto document = read_yaml({"flow.yaml", written}, findings);
    sort_findings(findings);
    std::vector<std::string> told;
    for (const Diagnostic& finding : findings) {
        told.push_back(fmt::format("{}:{} {}", finding.span.begin.line, finding.span.begin.column,
                                   finding.code));
    }
    CHECK(told == std::vector<std::string>{"1:6 SB104", "2:5 SB101", "3:12 SB101", "4:1 SB102",
                                           "5:11 SB104", "5:20 SB111", "7:3 SB111", "8:3 SB102"});
    REQUIRE(document);  // every one of them was repaired as it was meant
    CHECK(document->root.find("say")->text == "{{ name }}");
    CHECK(document->root.find("go")->text == "@home");
    CHECK(document->root.find("again")->text == "Don't");
    CHECK(document->root.find("list")->items[2].text == "#c");
    CHECK(document->root.find("choices")->entries[0].key.text == "#");
}

TEST_CASE("what only looks like a trap is read without a finding") {
    check_clean("say: It's fine, don't hang up\n");
    check_clean("say: He said \"hi\" to me\n");
    check_clean("say: 'It''s fine'\nother: \"say \\\"hi\\\"\"\n");
    check_clean("url: https://acme.example:8443/a?b=c#d\n");
    check_clean("list: [https://a.example/x, sip:joe@example.com, tel:+12025550100]\n");
    check_clean("- sip:joe@example.com\n- http://a.example\n- a.b:c d\n");
    check_clean("open: {mon-fri: 09:00-17:30, sat: 10:00-14:00}\n");
    check_clean("say: {en: What now?, es: ¿Qué?}\nmore: [why?, ?x]\n");
    check_clean("a: b # comment\nc: d  # allow SB605: Spanish is filed\n");
    check_clean("- hangup # allow SB307: one-person company\n");
    check_clean("say: Hello there. # The greeting\n");
    check_clean("say: Hello there  #1 of three\n");
    check_clean("start: main # the first\n");
    check_clean("say: |\n  # not a comment\n  \"Hello: 'x'\n  {{ name }} *x &y\n\n  end\ngo: x\n");
    check_clean("- say: >-\n    one\n    two: three\n- |\n  x\n");
    check_clean("say: one\n  two # Three four\ngo: x\n");
    check_clean("say: one\n\n  two\n  three\ngo: x\n");
    check_clean("say: \"one\n  two\n\n  three\"\ngo: x\n");
    check_clean("say: {en: \"one\n    two\",\n  es: x}\n");
    check_clean("---\na: b\n...\n");
    check_clean("--- # start\na: b\n");
    check_clean("\xEF\xBB\xBF"
                "a: b\n");
    check_clean("a: [\n  b,\n  c,\n]\nd: {\n  e: f\n}\n");
    check_clean("a:\n- b\n- c\nd:\n  - e\n");
    check_clean("a:\n- b: c\n  d: e\n-\n  f: g\n- - h\n  - i\n");
    check_clean("{\"a\":1,\"b\":[true,null,{}],\n\"c\":\"d\"}\n");
    check_clean("a:\nb: ~\nc: null\nd: ''\n");
    check_clean("a: -1\nb: :x\nc: ?x\n");
    check_clean("if: x > 5 and y < 3 or \"a\" in [b]\n");
    check_clean("must: length(pin) == 4\nvalue: a | b & c ! d % e @ f * g\n");
    check_clean("a: 50% off\nb: me@home\nc: a*b\n");
    check_clean("# only a comment\n");
    check_clean("");
    check_clean("\n\n  \n");
    check_clean("text\n");
    check_clean("a: b\n\t\n  \t# c\nd: e\n");
    check_clean("a:\tb\n");
    check_clean("a: \"x\" # c\nb: [1] # d\n");
    check_clean("a: x#y\nb: [x#y]\n");
    check_clean("take: \"{{ a }}\"\nthen: x {{ a }} y\n");
    check_clean("a: b\n# c\n    # d\ne: f\n");
    check_clean("a:  # one\n  b:   # two\n    - # three\n      c\n");
    check_clean("key with blanks: x\nand-dashes: y\n1: z\n");
    check_clean("- {say: {prompt: thanks}}\n- hangup\n");
}

TEST_CASE("the flows of the language's specification read clean") {
    for (const char* name : {"acme.yaml", "house.yaml", "acme.test.yaml"}) {
        std::ifstream file{std::string{SOURCE_DIR} + "/tests/config/data/" + name};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        REQUIRE_FALSE(text.empty());
        check_clean(text);
        std::string windows;
        for (const char c : text)
            windows += c == '\n' ? std::string{"\r\n"} : std::string{c};
        check_clean(windows);
    }
}
