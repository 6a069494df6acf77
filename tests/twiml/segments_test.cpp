#include "twiml/segments.hpp"
#include "twiml/smart_encoding.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace twiml;

namespace {

std::string times(std::size_t count, std::string_view text) {
    std::string repeated;
    for (std::size_t i = 0; i < count; ++i)
        repeated += text;
    return repeated;
}

SegmentCount gsm7(std::size_t units, std::size_t segments) {
    return {TextEncoding::gsm7, units, segments};
}
SegmentCount ucs2(std::size_t units, std::size_t segments) {
    return {TextEncoding::ucs2, units, segments};
}

}  // namespace

TEST_CASE("160 characters of the GSM alphabet are one segment, longer ones are cut into 153") {
    CHECK(count_segments(times(160, "a")) == gsm7(160, 1));
    CHECK(count_segments(times(161, "a")) == gsm7(161, 2));
    CHECK(count_segments(times(306, "a")) == gsm7(306, 2));
    CHECK(count_segments(times(307, "a")) == gsm7(307, 3));
}

TEST_CASE("70 UTF-16 units are one segment, longer ones are cut into 67") {
    CHECK(count_segments(times(70, "й")) == ucs2(70, 1));
    CHECK(count_segments(times(71, "й")) == ucs2(71, 2));
    CHECK(count_segments(times(134, "й")) == ucs2(134, 2));
    CHECK(count_segments(times(135, "й")) == ucs2(135, 3));
}

TEST_CASE("a character of the extension table takes two septets, and is never parted") {
    CHECK(count_segments(times(158, "a") + "€") == gsm7(160, 1));
    CHECK(count_segments(times(159, "a") + "€") == gsm7(161, 2));
    CHECK(count_segments(times(152, "a") + "€" + times(152, "a")) == gsm7(306, 3));
    CHECK(count_segments(times(151, "a") + "€" + times(153, "a")) == gsm7(306, 2));
    CHECK(count_segments("^{}\\[~]|€\f") == gsm7(20, 1));
}

TEST_CASE("a character outside the basic plane takes two units, and is never parted") {
    CHECK(count_segments(times(66, "й") + "😀" + times(66, "й")) == ucs2(134, 3));
    CHECK(count_segments(times(65, "й") + "😀" + times(67, "й")) == ucs2(134, 2));
    CHECK(count_segments(times(35, "😀")) == ucs2(70, 1));
    CHECK(count_segments(times(36, "😀")) == ucs2(72, 2));
}

TEST_CASE("one character outside the GSM alphabet makes the whole message UCS-2") {
    CHECK(count_segments("café") == gsm7(4, 1));
    CHECK(count_segments("Ça") == gsm7(2, 1));
    for (const std::string_view text :
         {"ça va", "être", "`", "\t", "\u00a0", "“", "’", "á", "\x01"})
        CHECK(count_segments(text).encoding == TextEncoding::ucs2);
    CHECK(count_segments(times(100, "a") + "’" + times(60, "a")) == ucs2(161, 3));
    // Beside it a character of the extension table is one unit.
    CHECK(count_segments("{’}") == ucs2(3, 1));
}

TEST_CASE("an empty text is one segment of nothing") { CHECK(count_segments("") == gsm7(0, 1)); }

TEST_CASE("what is no UTF-8 counts as one replacement character a piece") {
    CHECK(count_segments("a\xff\xe2\x82") == ucs2(3, 1));
}

TEST_CASE("smart encoding swaps quotes, dashes and blanks, and leaves letters alone") {
    CHECK(smart_encode("“It’s” – a\u2026\u200b") == "\"It's\" - a...");
    CHECK(smart_encode("ça, Zürich, Москва, 😀") == "ça, Zürich, Москва, 😀");
    CHECK(smart_encode("ＡＢ１") == "AB1");
    CHECK(smart_encode("\xff’\xe2\x82") == "\xff'\xe2\x82");
}

TEST_CASE("the count with smart encoding tells what it would save") {
    const std::string text = times(100, "a") + "’" + times(59, "a");
    CHECK(count_segments(text) == ucs2(160, 3));
    CHECK(count_smart_encoded(text) == gsm7(160, 1));
    CHECK(count_smart_encoded("ça ’") == ucs2(4, 1));
}

TEST_CASE("the first character that forces UCS-2 is found, with its twin if it has one") {
    const std::string_view text = "caf\u00e9 don’t ç";
    const auto quote = find_beyond_gsm7(text);
    REQUIRE(quote);
    CHECK(quote->character == 0x2019);
    CHECK(quote->offset == text.find("’"));
    CHECK(quote->twin == "'");
    const auto letter = find_beyond_gsm7(text, quote->offset + 3);
    REQUIRE(letter);
    CHECK(letter->character == 0xe7);
    CHECK(letter->offset == text.find("ç"));
    CHECK_FALSE(letter->twin);
    CHECK_FALSE(find_beyond_gsm7(text, letter->offset + 2));
    CHECK_FALSE(find_beyond_gsm7("café for 5 €"));
}

TEST_CASE("no twin is outside the GSM alphabet, and none stands for a character that is in it") {
    for (char32_t c = 0; c < 0x10000; ++c) {
        const auto twin = gsm_twin(c);
        if (!twin) continue;
        CAPTURE(static_cast<unsigned>(c));
        CHECK_FALSE(find_beyond_gsm7(*twin));
        CHECK(twin->size() <= 7);
        const bool printed_ascii = c >= 0x20 && c < 0x7f;
        CHECK((!printed_ascii || c == U'`'));  // the one of them that is not in the alphabet
    }
}

TEST_CASE("a longer text never takes fewer segments, and smart encoding ends with itself") {
    rc::check([] {
        const std::vector<std::string> alphabet{"a", "é", "€",      "{",   "й",
                                                "😀", "’", "\u2026", "\xff"};
        const auto pieces = *rc::gen::resize(
            400, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(alphabet)));
        std::string text;
        std::size_t before = 1;
        for (const std::string& piece : pieces) {
            text += piece;
            const SegmentCount count = count_segments(text);
            RC_ASSERT(count.segments >= before);
            before = count.segments;
        }
        const std::string encoded = smart_encode(text);
        RC_ASSERT(smart_encode(encoded) == encoded);
    });
}
