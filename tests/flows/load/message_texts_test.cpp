// SB607: a character that makes a text message take more segments.
#include "tests/flows/load/checker_support.hpp"

#include <catch2/catch.hpp>

namespace {

using checked::none;
using checked::Places;

// A flow that texts `text`; further keys of the step stand in `more`.
std::string texting(const std::string& text, const std::string& more = {}) {
    return "flow: main\nvars: {code: digits(8), note: text(80)}\nstart: s\nstates:\n  s:\n"
           "    - gather: {say: Code., save: code, otherwise: bye}\n"
           "    - sms:\n        to: \"+12025550123\"\n        text: " +
           text + "\n" + more + "        otherwise: bye\n    - hangup\n  bye: [hangup]\n";
}

std::string times(int count, const std::string& text) {
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

const std::string seventy = times(70, "a");

}  // namespace

TEST_CASE("a curly quote in a long text is told where it stands, with its twin") {
    CHECK(checked::findings(texting("\"" + times(90, "a") + "’" + seventy + "\"")) ==
          Places{"SB607 9:106"});
    CHECK(checked::told(texting("\"" + times(80, "a") + "’" + seventy + "\""), "SB607") ==
          "this `’` (U+2019) makes the text 3 segments instead of 1 = write `'`");
}

TEST_CASE("a text that is one segment all the same is no finding") {
    CHECK(checked::findings(texting("\"It’s on its way\"")) == none);
    CHECK(checked::findings(texting("\"" + times(69, "a") + "’\"")) == none);
    CHECK(checked::findings(texting("\"" + seventy + "’\"")) == Places{"SB607 9:86"});
    CHECK(checked::findings(texting("\"" + times(160, "a") + "\"")) == none);
}

TEST_CASE("several such characters are told together, each with its way out") {
    CHECK(checked::told(texting("\"" + seventy + " “now” – 😀\""), "SB607") ==
          "`“` (U+201C), `”` (U+201D), `–` (U+2013), `😀` (U+1F600) make the text 2 segments "
          "instead of 1 = write `\"` for `“` (U+201C), write `\"` for `”` (U+201D), write `-` for "
          "`–` (U+2013), leave out `😀` (U+1F600)");
}

TEST_CASE("an odd blank is shown by its code") {
    CHECK(checked::told(texting("\"" + seventy + "\u00a0b\""), "SB607") ==
          "this U+00A0 makes the text 2 segments instead of 1 = write a plain blank");
}

TEST_CASE("a stray accent is told, a language that needs them is not") {
    CHECK(checked::told(texting("\"" + seventy + " Bogotá\""), "SB607") ==
          "this `á` (U+00E1) makes the text 2 segments instead of 1 = write `a`");
    CHECK(checked::findings(texting("\"" + seventy + " está así aquí más\"")) == none);
    CHECK(checked::findings(texting("\"" + times(80, "й") + "\"")) == none);
    CHECK(checked::findings(texting("\"" + times(80, "й") + "’\"")) == none);
    CHECK(checked::findings(texting("\"" + seventy + " Köln, Málaga\"")) ==
          Places{"SB607 9:95"});  // ö is in the alphabet
}

TEST_CASE("inserts count as long as they usually are") {
    const auto text = [](int letters) {
        return texting("\"" + times(letters, "a") + "’{{ code }}\"");
    };
    CHECK(checked::findings(text(61)) == none);  // and 8 digits, and the quote: 70
    CHECK(checked::findings(text(62)) == Places{"SB607 9:78"});
}

TEST_CASE("each language is looked at, and WhatsApp has no segments") {
    const std::string two = "flow: main\nlanguages: {en-US: {}, es-MX: {}}\nstart: s\nstates:\n"
                            "  s:\n    - sms:\n        to: \"+12025550123\"\n        text:\n"
                            "          en-US: \"" +
                            times(80, "a") +
                            "\"\n"
                            "          es-MX: \"" +
                            times(80, "a") +
                            "’\"\n"
                            "        otherwise: bye\n    - hangup\n  bye: [hangup]\n";
    CHECK(checked::findings(two) == Places{"SB607 10:99"});
    CHECK(checked::findings(texting("\"" + seventy + "’\"", "        via: whatsapp\n")) == none);
}
