#include "twiml/smart_encoding.hpp"

#include "twiml/utf8.hpp"

#include <array>

namespace twiml {
namespace {

using namespace std::string_view_literals;

// One row a replacement: what is written, and the characters it is written for, all of them in the
// basic plane.
struct Twins {
    std::string_view gsm{};
    std::u16string_view characters{};
};

constexpr std::array rows{
    Twins{"", u"\x00\x03\x04\x10\x11\x12\x13\x14\x17\x19\u200b\u200c\u2060\ufeff"sv},
    Twins{" ", u"\u2001\u2028\u2029"sv},
    Twins{
        "  ",
        u"\x80\x8d\x90\x9b\x9f\u00a0\u2000\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"sv},
    Twins{"       ", u"\x09"sv},
    Twins{"!", u"\u01c3\ufe15\ufe57\uff01"sv},
    Twins{"!!", u"\u203c"sv},
    Twins{"\"",
          u"\u00ab\u00bb\u02ba\u02ee\u201c\u201d\u201e\u201f\u275d\u275e\u301d\u301e\uff02"sv},
    Twins{"#", u"\ufe5f\uff03"sv},
    Twins{"$", u"\ufe69\uff04"sv},
    Twins{"%", u"\ufe6a\uff05"sv},
    Twins{"&", u"\ufe60\uff06"sv},
    Twins{
        "'",
        u"\x60\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u0313\u0314\u2018\u2019\u201b\u275b\u275c\ufe10\ufe11\uff07"sv},
    Twins{"(", u"\u2768\u276a\u27ee\u2985\ufe59\uff08"sv},
    Twins{")", u"\u2769\u276b\u27ef\u2986\ufe5a\uff09"sv},
    Twins{
        "*",
        u"\u204e\u2217\u229b\u2722\u2723\u2724\u2725\u2731\u2732\u2733\u273a\u273b\u273c\u273d\u2743\u2749\u274a\u274b\u29c6\ufe61\uff0a"sv},
    Twins{"+", u"\u02d6\ufe62\uff0b"sv},
    Twins{",", u"\u0326\u201a\u3001\ufe50\ufe51\uff0c\uff64"sv},
    Twins{"-", u"\u2010\u2013\u2014\u2015\u2022\u2043\u23bc\u23bd\ufe63\uff0d"sv},
    Twins{".", u"\u3002\ufe52\uff0e\uff61"sv},
    Twins{"...", u"\u2026"sv},
    Twins{"/", u"\u00f7\u0337\u0338\u2044\u2215\u29f8\uff0f"sv},
    Twins{"0", u"\uff10"sv},
    Twins{"1", u"\uff11"sv},
    Twins{"1/2", u"\u00bd"sv},
    Twins{"1/4", u"\u00bc"sv},
    Twins{"2", u"\uff12"sv},
    Twins{"3", u"\uff13"sv},
    Twins{"3/4", u"\u00be"sv},
    Twins{"4", u"\uff14"sv},
    Twins{"5", u"\uff15"sv},
    Twins{"6", u"\uff16"sv},
    Twins{"7", u"\uff17"sv},
    Twins{"8", u"\uff18"sv},
    Twins{"9", u"\uff19"sv},
    Twins{":", u"\u02d0\u02f8\u2982\ua789\ufe13\uff1a"sv},
    Twins{";", u"\u204f\ufe14\ufe54\uff1b"sv},
    Twins{"<", u"\u2039\ufe64\uff1c"sv},
    Twins{"=", u"\u0347\ua78a\ufe66\uff1d"sv},
    Twins{">", u"\u203a\ufe65\uff1e"sv},
    Twins{"?", u"\ufe16\ufe56\uff1f"sv},
    Twins{"@", u"\ufe6b\uff20"sv},
    Twins{"A", u"\u1d00\uff21"sv},
    Twins{"B", u"\u0299\uff22"sv},
    Twins{"C", u"\u1d04\uff23"sv},
    Twins{"D", u"\u1d05\uff24"sv},
    Twins{"E", u"\u1d07\uff25"sv},
    Twins{"F", u"\ua730\uff26"sv},
    Twins{"G", u"\u0262\uff27"sv},
    Twins{"H", u"\u029c\uff28"sv},
    Twins{"I", u"\u026a\uff29"sv},
    Twins{"J", u"\u1d0a\uff2a"sv},
    Twins{"K", u"\u1d0b\uff2b"sv},
    Twins{"L", u"\u029f\uff2c"sv},
    Twins{"M", u"\u1d0d\uff2d"sv},
    Twins{"N", u"\u0274\uff2e"sv},
    Twins{"O", u"\u1d0f\uff2f"sv},
    Twins{"P", u"\u1d18\uff30"sv},
    Twins{"Q", u"\uff31"sv},
    Twins{"R", u"\u0280\uff32"sv},
    Twins{"S", u"\ua731\uff33"sv},
    Twins{"T", u"\u1d1b\uff34"sv},
    Twins{"U", u"\u1d1c\uff35"sv},
    Twins{"V", u"\u1d20\uff36"sv},
    Twins{"W", u"\u1d21\uff37"sv},
    Twins{"X", u"\uff38"sv},
    Twins{"Y", u"\u028f\uff39"sv},
    Twins{"Z", u"\u1d22\uff3a"sv},
    Twins{"[", u"\uff3b"sv},
    Twins{"\\", u"\u20e5\u29f5\u29f9\ufe68\uff3c"sv},
    Twins{"]", u"\uff3d"sv},
    Twins{"^", u"\u02c6\u0302\u1dcd\uff3e"sv},
    Twins{"_", u"\u0332\u2017\uff3f"sv},
    Twins{"{", u"\u2774\ufe5b\uff5b"sv},
    Twins{"|", u"\u20d2\u20d3\u2223\u239c\u239f\u23b8\u23b9\u23d0\uff5c"sv},
    Twins{"}", u"\u2775\ufe5c\uff5d"sv},
    Twins{"~", u"\u02dc\u02f7\u0303\u0330\u0334\u223c\uff5e"sv},
};

}  // namespace

std::optional<std::string_view> gsm_twin(char32_t character) {
    if (character > 0xffff) return std::nullopt;
    for (const Twins& row : rows)
        if (row.characters.find(static_cast<char16_t>(character)) != row.characters.npos)
            return row.gsm;
    return std::nullopt;
}

std::string smart_encode(std::string_view text) {
    std::string encoded;
    encoded.reserve(text.size());
    while (!text.empty()) {
        const Utf8Character next = decode_utf8(text);
        const auto twin = next.valid ? gsm_twin(next.character) : std::nullopt;
        encoded += twin.value_or(text.substr(0, next.size));
        text.remove_prefix(next.size);
    }
    return encoded;
}

}  // namespace twiml
