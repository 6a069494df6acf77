#include "flows/engine/speech.hpp"

#include "config/utf8.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <string>

namespace flows {
namespace {

using Folded = std::vector<std::string>;

// What a language's callers add without meaning it (folded, so without accents), and how its
// digits are called. `alone`: words for digits that are articles too, and count only when nothing
// else was said.
struct Tongue {
    std::string_view language;
    std::string_view fillers;  // phrases, separated by commas; the longer before its part
    std::array<std::string_view, 12> keys;  // 0-9 * #: names, separated by blanks
    std::string_view alone;
};
constexpr std::array tongues{
    Tongue{"en",
           "thank you,thanks,please,um,umm,uh,uhh,uhm,er,erm,ah,hmm,hm,mm,well,okay,ok",
           {"zero oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
            "star asterisk", "pound hash"},
           "oh"},
    Tongue{"es",
           "por favor,gracias,eh,em,este,mmm,mm,ah,pues,bueno,okay,ok",
           {"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve",
            "asterisco estrella", "numeral almohadilla gato"},
           ""},
    Tongue{"fr",
           "s il vous plait,s il te plait,merci,euh,heu,ben,bah,hm,hmm,ah,bon,okay,ok",
           {"zero", "un une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf",
            "etoile asterisque", "diese"},
           "un une"},
    Tongue{"de",
           "bitte,danke,ah,ahm,eh,ehm,hm,hmm,also,na ja,okay,ok",
           {"null", "eins", "zwei zwo", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun",
            "stern sternchen", "raute"},
           ""},
    Tongue{"pt",
           "por favor,se faz favor,obrigado,obrigada,eh,hum,hm,ah,bom,okay,ok",
           {"zero", "um uma", "dois duas", "tres", "quatro", "cinco", "seis meia", "sete", "oito",
            "nove", "asterisco estrela", "cerquilha jogo cardinal"},
           "um uma meia"},
    Tongue{"it",
           "per favore,per piacere,grazie,ehm,eh,uhm,ah,mm,beh,allora,okay,ok",
           {"zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove",
            "asterisco stella", "cancelletto"},
           "sei"},
    Tongue{"nl",
           "alstublieft,alsjeblieft,graag,dank u,bedankt,eh,ehm,uh,uhm,hm,nou,okay,ok",
           {"nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen",
            "ster sterretje", "hekje"},
           "een"},
};

const Tongue* tongue_of(std::string_view language) {
    const auto base = language.substr(0, language.find('-'));
    for (const auto& tongue : tongues)
        if (tongue.language == base) return &tongue;
    return nullptr;
}

template <class Visit> void each_part(std::string_view list, char separator, Visit visit) {
    while (!list.empty()) {
        const auto end = list.find(separator);
        visit(list.substr(0, end));
        if (end == std::string_view::npos) return;
        list.remove_prefix(end + 1);
    }
}

bool has_part(std::string_view list, std::string_view wanted) {
    bool found = false;
    each_part(list, ' ', [&](std::string_view part) { found = found || part == wanted; });
    return found;
}

class WordBuilder {
public:
    void letter(std::string_view bytes) { word_ += bytes; }
    void end() {
        if (!word_.empty()) words_.push_back(std::move(word_));
        word_.clear();
    }
    void alone(std::string_view bytes) {
        end();
        words_.emplace_back(bytes);
    }
    Folded take() {
        end();
        return std::move(words_);
    }

private:
    std::string word_{};
    Folded words_{};
};

// Letters that no decomposition folds.
std::string_view folded_letter(UChar32 c) {
    switch (c) {
    case 0xF8:
        return "o";  // o with stroke
    case 0xE6:
        return "ae";  // ligatures
    case 0x153:
        return "oe";
    case 0x142:
        return "l";  // l and d with stroke
    case 0x111:
    case 0xF0:
        return "d";  // eth, thorn, dotless i
    case 0xFE:
        return "th";
    case 0x131:
        return "i";
    default:
        return {};
    }
}

// Accents of the Latin, Greek and Cyrillic scripts, Hebrew points, Arabic vowel signs. The signs of
// other scripts carry meaning of their own and stay.
bool is_accent(UChar32 c) {
    return (c >= 0x300 && c <= 0x36F) || (c >= 0x591 && c <= 0x5C7) || (c >= 0x64B && c <= 0x65F) ||
           c == 0x670;
}

// Of scripts that set no blanks between words every character counts as one.
bool is_word_alone(UChar32 c) {
    const auto breaks = u_getIntPropertyValue(c, UCHAR_LINE_BREAK);
    return breaks == U_LB_IDEOGRAPHIC || breaks == U_LB_COMPLEX_CONTEXT ||
           breaks == U_LB_CONDITIONAL_JAPANESE_STARTER || breaks == U_LB_NONSTARTER;
}

Folded split_ascii(std::string_view text, bool joins_apostrophes) {
    WordBuilder words;
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9'))
            words.letter({&lower, 1});
        else if (c == '*' || c == '#')
            words.alone({&c, 1});
        else if (c != '\'' || !joins_apostrophes)
            words.end();
    }
    return words.take();
}

Folded split(std::string_view text, bool joins_apostrophes) {
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<signed char>(c) > 0; });
    if (ascii) return split_ascii(text, joins_apostrophes);

    UErrorCode error = U_ZERO_ERROR;
    const auto* decomposed = icu::Normalizer2::getNFKDInstance(error);
    const auto* composed = icu::Normalizer2::getNFCInstance(error);
    auto wide = icu::UnicodeString::fromUTF8(
        icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
    wide.foldCase();
    if (U_SUCCESS(error) != 0) wide = decomposed->normalize(wide, error);
    icu::UnicodeString bare;
    for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1))
        if (!is_accent(wide.char32At(i))) bare.append(wide.char32At(i));
    if (U_SUCCESS(error) != 0) bare = composed->normalize(bare, error);
    bare.foldCase();

    WordBuilder words;
    for (std::int32_t i = 0; i < bare.length(); i = bare.moveIndex32(i, 1)) {
        const UChar32 c = bare.char32At(i);
        std::string bytes;
        icu::UnicodeString{c}.toUTF8String(bytes);
        if (const auto plain = folded_letter(c); !plain.empty())
            words.letter(plain);
        else if (c == '*' || c == '#' || (u_isalpha(c) != 0 && is_word_alone(c)))
            words.alone(bytes);
        else if (u_isdigit(c) != 0)
            words.letter(std::to_string(u_charDigitValue(c)));
        else if (u_isalpha(c) != 0 || u_charType(c) == U_NON_SPACING_MARK ||
                 u_charType(c) == U_COMBINING_SPACING_MARK)
            words.letter(bytes);
        else if ((c != '\'' && c != 0x2019) || !joins_apostrophes)
            words.end();
    }
    return words.take();
}

bool stands_at(const Folded& words, std::size_t index, std::string_view phrase,
               std::size_t& count) {
    count = 0;
    bool same = true;
    each_part(phrase, ' ', [&](std::string_view word) {
        same = same && index + count < words.size() && words[index + count] == word;
        ++count;
    });
    return same;
}

Folded fold(std::string_view text, std::string_view language) {
    const Tongue* tongue = tongue_of(language);
    // "don't" is one word, "l'agent" is two.
    const bool joins_apostrophes = tongue != nullptr && tongue->language == "en";
    Folded words = split(text, joins_apostrophes);
    if (tongue == nullptr) return words;
    Folded kept;
    for (std::size_t i = 0; i < words.size();) {
        std::size_t skipped = 0;
        each_part(tongue->fillers, ',', [&](std::string_view filler) {
            std::size_t count = 0;
            if (skipped == 0 && stands_at(words, i, filler, count)) skipped = count;
        });
        if (skipped == 0)
            kept.push_back(words[i++]);
        else
            i += skipped;
    }
    return kept.empty() ? words : kept;  // a phrase may be nothing but "thanks"
}

// The key that a word names, or the word.
std::string_view figure_of(std::string_view word, const Tongue* tongue, bool said_alone) {
    constexpr std::string_view figures = "0123456789*#";
    if (tongue == nullptr) return word;
    for (std::size_t key = 0; key < figures.size(); ++key)
        if (has_part(tongue->keys[key], word) && (said_alone || !has_part(tongue->alone, word)))
            return figures.substr(key, 1);
    return word;
}

Folded with_figures(const Folded& words, const Tongue* tongue) {
    Folded out;
    out.reserve(words.size());
    for (const auto& word : words)
        out.emplace_back(figure_of(word, tongue, words.size() == 1));
    return out;
}

bool contains(const Folded& said, const Folded& phrase) {
    return !phrase.empty() &&
           std::search(said.begin(), said.end(), phrase.begin(), phrase.end()) != said.end();
}

std::size_t characters_of(const Folded& words) {
    std::size_t sum = 0;
    for (const auto& word : words)
        sum += config::count_characters(word);
    return sum;
}

// How well a phrase was met: more words, then more characters. Nothing was met: both 0.
struct Score {
    std::size_t words = 0, characters = 0;
    auto operator<=>(const Score&) const = default;
};

// A key of several figures is heard as one word, or figure by figure.
Score score_key(const Folded& said, std::string_view key) {
    if (key.empty() || key.find_first_not_of("0123456789*#") != std::string_view::npos) return {};
    Folded figures;
    for (const char figure : key)
        figures.emplace_back(1, figure);
    const bool met = contains(said, {std::string{key}}) || contains(said, figures);
    return met ? Score{1, key.size()} : Score{};
}

}  // namespace

std::string fold_speech(std::string_view text, std::string_view language) {
    std::string out;
    for (const auto& word : fold(text, language)) {
        if (!out.empty()) out += ' ';
        out += word;
    }
    return out;
}

int match_speech(std::string_view said, std::span<const PhraseChoice> choices,
                 std::string_view language) {
    const Tongue* tongue = tongue_of(language);
    const Folded words = fold(said, language);
    const Folded figures = with_figures(words, tongue);
    int best = -1;
    Score best_score;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        Score score = score_key(figures, choices[i].key);
        for (const auto& phrase : choices[i].phrases) {
            const Folded wanted = fold(phrase, language);
            // Recognisers write "line 2" where a caller says, and a designer writes, "line two".
            if (contains(words, wanted) || contains(figures, with_figures(wanted, tongue)))
                score = std::max(score, Score{wanted.size(), characters_of(wanted)});
        }
        if (score > best_score) {
            best_score = score;
            best = static_cast<int>(i);
        }
    }
    return best;
}

}  // namespace flows
