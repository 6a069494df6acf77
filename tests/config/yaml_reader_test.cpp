#include "config/yaml_reader.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <memory>
#include <string>
#include <utility>

using namespace config;

namespace {

std::unique_ptr<YamlDocument> yaml(const std::string& text) {
    Diagnostics findings;
    auto document = read_yaml({"flow.yaml", text}, findings);
    std::string all;
    for (const Diagnostic& finding : findings)
        all += to_text(finding, text);
    INFO(all);
    REQUIRE(document);
    return document;
}

Span span(int line, int begin, int end) { return {{line, begin}, {line, end}}; }

void check_refused(const std::string& text, const std::string& code) {
    Diagnostics findings;
    CHECK(read_yaml({"flow.yaml", text}, findings) == nullptr);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == code);
}

bool same(const YamlNode& left, const YamlNode& right) {
    if (left.kind != right.kind || left.text != right.text) return false;
    if (left.items.size() != right.items.size()) return false;
    if (left.entries.size() != right.entries.size()) return false;
    for (std::size_t i = 0; i < left.items.size(); ++i) {
        if (!same(left.items[i], right.items[i])) return false;
    }
    for (std::size_t i = 0; i < left.entries.size(); ++i) {
        if (left.entries[i].key.text != right.entries[i].key.text) return false;
        if (!same(left.entries[i].value, right.entries[i].value)) return false;
    }
    return true;
}

YamlNode scalar(std::string text) {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = std::move(text);
    return node;
}

// The smallest writer that there can be: brackets and double quotes, or blocks and single quotes.
std::string emit(const YamlNode& node) {
    if (node.is_scalar()) {
        std::string result = "\"";
        for (const char c : node.text) {
            if (c == '"' || c == '\\') result += '\\';
            result += c;
        }
        return result + '"';
    }
    std::string result;
    for (const YamlNode& item : node.items)
        result += (result.empty() ? "" : ", ") + emit(item);
    for (const YamlNode::Entry& entry : node.entries) {
        result += (result.empty() ? "" : ", ") + emit(entry.key) + ": " + emit(entry.value);
    }
    return node.is_list() ? "[" + result + "]" : "{" + result + "}";
}

std::string emit_block(const YamlNode& node, const std::string& indent) {
    std::string result;
    if (node.is_scalar()) {
        result = " '";
        for (const char c : node.text)
            result += c == '\'' ? std::string{"''"} : std::string{c};
        return result + "'\n";
    }
    if (node.items.empty() && node.entries.empty()) return node.is_list() ? " []\n" : " {}\n";
    for (const YamlNode& item : node.items) {
        result += indent + "-" + emit_block(item, indent + "  ");
    }
    for (const YamlNode::Entry& entry : node.entries) {
        result += indent + emit(entry.key) + ":" + emit_block(entry.value, indent + "  ");
    }
    return "\n" + result;
}

rc::Gen<std::string> texts() {
    return rc::gen::container<std::string>(
        rc::gen::elementOf(std::string{"abc xyz019 #:*{}[],&!|>'\"%@`-?\\"}));
}

YamlNode arbitrary_tree(int depth) {
    const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 3);
    if (kind == 0) return scalar(*texts());
    YamlNode node;
    node.kind = kind == 1 ? YamlNode::Kind::list : YamlNode::Kind::map;
    const int count = *rc::gen::inRange(0, 4);
    for (int i = 0; i < count; ++i) {
        YamlNode child = arbitrary_tree(depth - 1);
        if (kind == 1) {
            node.items.push_back(std::move(child));
        } else {
            node.entries.push_back({scalar(std::to_string(i) + *texts()), std::move(child)});
        }
    }
    return node;
}

}  // namespace

TEST_CASE("YAML decides no types: every scalar is its text") {
    const auto document =
        yaml("a: 0800\nb: no\nc: 1:30\nd: ~\ne: null\nf: 'x'\ng: \"y\"\nh: |\n  z\n");
    const YamlNode& root = document->root;
    CHECK(root.find("a")->text == "0800");
    CHECK(root.find("b")->text == "no");
    CHECK(root.find("c")->text == "1:30");
    CHECK(root.find("d")->text == "~");
    CHECK(root.find("e")->text == "null");
    CHECK(root.find("f")->style == YamlNode::Style::single_quoted);
    CHECK(root.find("g")->style == YamlNode::Style::double_quoted);
    CHECK(root.find("h")->style == YamlNode::Style::block);
    CHECK(root.find("h")->text == "z\n");
    CHECK(root.find("i") == nullptr);
}

TEST_CASE("every node knows where it stands, in characters") {
    for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
        const auto document = yaml(mark + "é: \"quöted\"\nlist: [x, {p: q}]\nempty:\nitems:\n  -\n"
                                          "  - k: v\nfold: one\n  two\n");
        const YamlNode& root = document->root;
        CHECK(root.entries[0].key.span == span(1, 1, 2));
        CHECK(root.entries[0].value.span == span(1, 4, 12));
        const YamlNode& list = *root.find("list");
        CHECK(list.span == span(2, 7, 18));
        CHECK(list.items[0].span == span(2, 8, 9));
        CHECK(list.items[1].span == span(2, 11, 17));
        CHECK(list.items[1].entries[0].value.span == span(2, 15, 16));
        CHECK(root.find("empty")->span == span(3, 6, 6));
        const YamlNode& items = *root.find("items");
        CHECK(items.span == Span{{5, 3}, {6, 9}});
        CHECK(items.items[0].span == span(5, 4, 4));
        CHECK(items.items[1].span == span(6, 5, 9));
        CHECK(root.find("fold")->text == "one two");
        CHECK(root.find("fold")->span == Span{{7, 7}, {8, 6}});
    }
}

TEST_CASE("comments are kept with their place") {
    const auto document = yaml("# first\na: b  # allow SB307: one person\nc: '# no'\n");
    REQUIRE(document->comments.size() == 2);
    CHECK(document->comments[0].text == " first");
    CHECK(document->comments[0].alone);
    CHECK(document->comments[1].text == " allow SB307: one person");
    CHECK(document->comments[1].place == Place{2, 7});
    CHECK_FALSE(document->comments[1].alone);
}

TEST_CASE("a place inside a scalar is found through escapes, folds and blocks") {
    const std::string text = "a: \"x\\n{{ é }} \\u00e9y\"\n"
                             "b: 'it''s z'\n"
                             "c: one\n   two w\n"
                             "d: |\n  first\n  second v\n"
                             "e: >\n  first\n  second u\n";
    const Source source{"flow.yaml", text};
    const auto document = yaml(text);
    const auto place_of = [&](const char* key, const char* what) {
        const YamlNode& node = *document->root.find(key);
        return place_in_scalar(source, node, node.text.find(what));
    };
    CHECK(place_of("a", "{{") == Place{1, 8});
    CHECK(place_of("a", "y") == Place{1, 22});
    CHECK(place_of("b", "z") == Place{2, 11});
    CHECK(place_of("c", "w") == Place{4, 5});
    CHECK(place_of("d", "v") == Place{7, 10});
    CHECK(place_of("e", "u") == Place{10, 10});
    CHECK(place_of("d", "first") == Place{6, 3});
}

TEST_CASE("what is too big or too deep is refused with one finding") {
    check_refused(std::string(256 * 1024 + 1, 'a'), "SB109");
    check_refused(std::string(200'000, '['), "SB109");
    std::string nested;
    std::string dashes;
    for (int level = 0; level < 33; ++level)
        dashes += "- ";
    check_refused(dashes + "a\n", "SB109");
    check_refused(std::string(33, '[') + std::string(33, ']'), "SB109");
    yaml(std::string(32, '[') + std::string(32, ']'));
    std::string many;
    for (int item = 0; item < 20'001; ++item)
        many += "- a\n";
    check_refused(many, "SB109");
}

TEST_CASE("the first alias ends a bomb of aliases") {
    Diagnostics findings;
    const auto document =
        read_yaml({"flow.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"}, findings);
    CHECK(document == nullptr);
    for (const Diagnostic& finding : findings)
        CHECK(finding.code == "SB103");
    CHECK(findings.size() == 6);
}

TEST_CASE("whatever the bytes are, the reader answers, and an answer beside no tree says why") {
    CHECK(rc::check("arbitrary bytes", [](const std::string& bytes) {
        Diagnostics findings;
        const auto document = read_yaml({"x", bytes}, findings);
        RC_ASSERT(document != nullptr || has_errors(findings));
    }));
    CHECK(rc::check("bytes that mean something to YAML", [] {
        const auto bytes = *rc::gen::container<std::string>(
            rc::gen::elementOf(std::string{"ab #:*{}[],&!|>'\"%@`-?\\\n\n  \t\r1~"}));
        Diagnostics findings;
        const auto document = read_yaml({"x", bytes}, findings);
        RC_ASSERT(document != nullptr || has_errors(findings));
        for (const Diagnostic& finding : findings) {
            RC_ASSERT(!finding.hint.empty());
            RC_ASSERT(!to_text(finding, bytes).empty());
        }
    }));
}

TEST_CASE("a tree that is written reads back equal, in brackets and in blocks") {
    CHECK(rc::check("round trip", [] {
        const YamlNode tree = arbitrary_tree(4);
        for (const std::string& text : {emit(tree) + "\n", emit_block(tree, "")}) {
            Diagnostics findings;
            const auto document = read_yaml({"x", text}, findings);
            RC_LOG() << text;
            RC_ASSERT(findings.empty());
            RC_ASSERT(document != nullptr);
            RC_ASSERT(same(document->root, tree));
        }
    }));
}
