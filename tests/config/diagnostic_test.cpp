#include "config/diagnostic.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace config;

namespace {

const Diagnostic suport{.code = "SB201",
                        .severity = Severity::error,
                        .message = "no state \"suport\"",
                        .hint = "did you mean \"support\" (acme.yaml:98)?",
                        .file = "acme.yaml",
                        .span = {{2, 4}, {2, 10}}};

}  // namespace

TEST_CASE("a finding is shown with its line, a caret and the hint") {
    CHECK(to_text(suport, "a: b\ngo: suport\n") ==
          "acme.yaml:2:4: error SB201: no state \"suport\"\n"
          "    2 | go: suport\n"
          "      |    ^~~~~~\n"
          "      = did you mean \"support\" (acme.yaml:98)?\n");
    CHECK(to_text(suport, "") == "acme.yaml:2:4: error SB201: no state \"suport\"\n"
                                 "      = did you mean \"support\" (acme.yaml:98)?\n");
}

TEST_CASE("carets stand below their characters, whatever width those have") {
    CHECK(excerpt("日本: x\n", {{1, 5}, {1, 6}}) == "    1 | 日本: x\n"
                                                    "      |       ^\n");
    CHECK(excerpt("日本: x\n", {{1, 1}, {1, 3}}) == "    1 | 日本: x\n"
                                                    "      | ^~~~\n");
    CHECK(excerpt("e\xCC\x81 x\n", {{1, 4}, {1, 5}}) == "    1 | e\xCC\x81 x\n"
                                                        "      |   ^\n");
    CHECK(excerpt("\tx\n", {{1, 2}, {1, 3}}) == "    1 |  x\n"
                                                "      |  ^\n");
    CHECK(excerpt("a\n", {{1, 2}, {1, 2}}) == "    1 | a\n"
                                              "      |  ^\n");
    CHECK(excerpt("abc\nd\n", {{1, 2}, {2, 2}}) == "    1 | abc\n"
                                                   "      |  ^~\n");
}

TEST_CASE("nothing that stands in a file steers the terminal") {
    CHECK(excerpt("a\x1b[2Jb\xFF\r\n", {{1, 1}, {1, 2}}) == "    1 | a?[2Jb\xEF\xBF\xBD\n"
                                                            "      | ^\n");
}

TEST_CASE("a line of great length is shown around its caret") {
    const std::string shown = excerpt(std::string(100'000, 'x'), {{1, 50'000}, {1, 50'003}});
    CHECK(shown.size() < 600);
    CHECK_THAT(shown, Catch::Contains("^~~"));
}

TEST_CASE("places count characters, and a byte order mark is none") {
    CHECK(place_at("é\nüx", 5) == Place{2, 2});
    CHECK(place_at("\xEF\xBB\xBFx", 3) == Place{1, 1});
    CHECK(place_at("ab", 99) == Place{1, 3});
    CHECK(line_of("a\r\nb", 1) == "a");
    CHECK(line_of("a\r\nb", 2) == "b");
    CHECK(line_of("a", 2).empty());
    CHECK(line_of("a", 0).empty());
}

TEST_CASE("findings are told in the order of their places, each once") {
    Diagnostic later = suport;
    later.span.begin = {3, 1};
    Diagnostic other_file = suport;
    other_file.file = "a.yaml";
    Diagnostics findings{later, suport, other_file, suport};
    sort_findings(findings);
    CHECK(findings == Diagnostics{other_file, suport, later});
    CHECK(has_errors(findings));
    CHECK_FALSE(has_errors({{.severity = Severity::warning}, {.severity = Severity::note}}));
}

TEST_CASE("a finding is one line of JSON for machines") {
    CHECK(to_json_line(suport) ==
          R"({"file":"acme.yaml","line":2,"column":4,"end_line":2,"end_column":10,)"
          R"("severity":"error","code":"SB201","message":"no state \"suport\"",)"
          R"("hint":"did you mean \"support\" (acme.yaml:98)?"})");
}

TEST_CASE("the word that was meant is found when it is near enough") {
    CHECK(did_you_mean("suport", {"sales", "support"}) == "support");
    CHECK(did_you_mean("maxLength", {"max_length", "timeout"}) == "max_length");
    CHECK(did_you_mean("numbre", {"number"}) == "number");
    CHECK(did_you_mean("s\u0430y", {"say", "play"}) == "say");
    CHECK(did_you_mean("xyz", {"sales", "support"}).empty());
    CHECK(did_you_mean("", {"a"}).empty());
    CHECK(did_you_mean(std::string(10'000, 'a'), {"a"}).empty());
}

TEST_CASE("a letter that only looks like one of ours is named") {
    CHECK(foreign_letter("main").empty());
    CHECK(foreign_letter("m\u0430in") == "character 2 of it is U+0430, none of a-z");
    CHECK(foreign_letter("main\u200b") == "character 5 of it is U+200B, none of a-z");
}
