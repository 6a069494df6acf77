#include "flows/load/message_texts.hpp"

#include "twiml/segments.hpp"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

namespace flows::load {
namespace {

constexpr int most_accents = 3;

// A character outside the GSM alphabet, and what could stand in its place.
struct Odd {
    char32_t character = 0;
    std::string instead{};  // empty: left out
    bool accent = false;
};

std::string utf8(char32_t character) {
    std::string bytes;
    icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(&character), 1)
        .toUTF8String(bytes);
    return bytes;
}

// "a" of á; empty where there is no bare Latin letter beneath it.
std::string bare_letter(char32_t character) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(error);
    if (U_FAILURE(error) != 0) return {};
    icu::UnicodeString parts;
    if (nfd->getDecomposition(static_cast<UChar32>(character), parts) == 0) return {};
    const UChar32 first = parts.char32At(0);
    const bool latin = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    return latin ? std::string(1, static_cast<char>(first)) : std::string{};
}

// Nothing: the language has no other way to write it.
std::optional<Odd> odd_of(const twiml::BeyondGsm7& found) {
    Odd odd{.character = found.character};
    if (found.twin) {
        odd.instead = *found.twin;
        // Tabs and odd blanks: one is enough.
        if (odd.instead.find_first_not_of(' ') == std::string::npos && !odd.instead.empty())
            odd.instead = " ";
        return odd;
    }
    if (u_isalpha(static_cast<UChar32>(found.character)) == 0) return odd;
    odd.instead = bare_letter(found.character);
    odd.accent = true;
    if (odd.instead.empty()) return std::nullopt;
    return odd;
}

std::size_t usual_length(const Type& type) {
    constexpr std::size_t text = 20, phone = 12, number = 10, date = 20, url = 60, boolean = 5;
    switch (type.kind) {
    case TypeKind::text:
        return std::min(static_cast<std::size_t>(std::max(type.at_most, 0)), text);
    case TypeKind::digits:
        return static_cast<std::size_t>(std::max(type.at_most, 0));
    case TypeKind::one_of: {
        std::size_t longest = 0;
        for (const std::string& option : type.options)
            longest = std::max(longest, option.size());
        return longest;
    }
    case TypeKind::phone:
    case TypeKind::party:
        return phone;
    case TypeKind::number:
    case TypeKind::money:
        return number;
    case TypeKind::date:
    case TypeKind::time:
    case TypeKind::moment:
        return date;
    case TypeKind::url:
    case TypeKind::recording:
        return url;
    case TypeKind::boolean:
        return boolean;
    case TypeKind::list:
        break;
    }
    return text;
}

// A message as it is usually sent, and the same with every odd character replaced.
struct Sample {
    std::string written{}, mended{};
    std::vector<Odd> odd{};  // each character once, in order
    int accents = 0;
    bool language_needs_them = false;

    void add(std::string_view text) {
        written += text;
        std::size_t done = 0;
        while (const auto found = twiml::find_beyond_gsm7(text, done)) {
            mended += text.substr(done, found->offset - done);
            done = found->offset + utf8(found->character).size();
            const std::optional<Odd> way_out = odd_of(*found);
            if (!way_out) {
                language_needs_them = true;
                return;
            }
            mended += way_out->instead;
            accents += way_out->accent ? 1 : 0;
            if (std::ranges::find(odd, way_out->character, &Odd::character) == odd.end())
                odd.push_back(*way_out);
        }
        mended += text.substr(done);
    }
};

Sample sample_of(const Text& text) {
    Sample sample;
    for (const auto& piece : text.pieces) {
        if (const auto* constant = std::get_if<std::string>(&piece)) {
            sample.add(*constant);
        } else {
            sample.add(std::string(usual_length(std::get<Insert>(piece).value.type()), 'x'));
        }
    }
    return sample;
}

// Of the first odd character in what is written outside the braces of inserts; of words that are no
// plain text all of them.
Span place_of(const Reader& reader, const YamlNode& node) {
    if (!node.is_scalar()) return node.span;
    std::size_t at = 0;
    while (const auto found = twiml::find_beyond_gsm7(node.text, at)) {
        const std::size_t brace = node.text.find("{{", at);
        if (brace > found->offset) {
            const config::Place begin = place_in_scalar(reader.source, node, found->offset);
            return {begin, {begin.line, begin.column + 1}};
        }
        const std::size_t end = node.text.find("}}", brace);
        if (end == std::string::npos) break;
        at = end + 2;
    }
    return node.span;
}

std::string shown(char32_t character) {
    const std::string code = fmt::format("U+{:04X}", static_cast<unsigned>(character));
    const bool visible = u_isgraph(static_cast<UChar32>(character)) != 0 &&
                         u_getCombiningClass(static_cast<UChar32>(character)) == 0;
    return visible ? fmt::format("`{}` ({})", utf8(character), code) : code;
}

std::string advice(const Odd& odd, bool alone) {
    if (odd.instead.empty()) return alone ? "leave it out" : "leave out " + shown(odd.character);
    const std::string way =
        odd.instead == " " ? "write a plain blank" : fmt::format("write `{}`", odd.instead);
    return alone ? way : way + " for " + shown(odd.character);
}

void check_text(const Reader& reader, const YamlNode& node, const Text& text) {
    const Sample sample = sample_of(text);
    if (sample.odd.empty() || sample.language_needs_them || sample.accents > most_accents) return;
    const auto segments = twiml::count_segments(sample.written).segments;
    const auto without = twiml::count_segments(sample.mended).segments;
    if (segments <= without) return;

    const std::string outcome =
        fmt::format("the text {} segments instead of {}", segments, without);
    const bool alone = sample.odd.size() == 1;
    if (alone) {
        reader.report("SB607", place_of(reader, node),
                      fmt::format("this {} makes {}", shown(sample.odd[0].character), outcome),
                      advice(sample.odd[0], alone));
        return;
    }
    constexpr std::size_t most_told = 4;
    std::string characters, hint;
    for (std::size_t i = 0; i < std::min(most_told, sample.odd.size()); ++i) {
        const Odd& odd = sample.odd[i];
        characters += (characters.empty() ? "" : ", ") + shown(odd.character);
        hint += (hint.empty() ? "" : ", ") + advice(odd, alone);
    }
    if (sample.odd.size() > most_told) characters += " \u2026";
    reader.report("SB607", place_of(reader, node), fmt::format("{} make {}", characters, outcome),
                  hint);
}

}  // namespace

void check_message_texts(const Reader& reader, const YamlNode& words,
                         const std::vector<Text>& texts) {
    const auto& languages = reader.draft.flow.languages;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const YamlNode* own =
            words.is_map() && i < languages.size() ? words.find(languages[i].tag) : nullptr;
        check_text(reader, own != nullptr ? *own : words, texts[i]);
    }
}

}  // namespace flows::load
