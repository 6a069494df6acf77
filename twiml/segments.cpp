#include "twiml/segments.hpp"

#include "twiml/smart_encoding.hpp"
#include "twiml/utf8.hpp"

#include <array>
#include <cstdint>

namespace twiml {
namespace {

// 3GPP TS 23.038, 6.2.1 and 6.2.1.1, in their order; without ESC, which leads to the extension.
constexpr std::u32string_view basic_alphabet =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view extension = U"\f^{}\\[~]|€";
constexpr char32_t euro = U'€';  // the only one behind the Greek letters

constexpr auto septets_below_euro = [] {
    std::array<std::uint8_t, 0x400> septets{};
    for (const char32_t c : basic_alphabet)
        septets[c] = 1;
    for (const char32_t c : extension)
        if (c != euro) septets[c] = 2;
    return septets;
}();

// 0: not in the GSM alphabet.
std::size_t septets_of(char32_t c) {
    if (c < septets_below_euro.size()) return septets_below_euro[c];
    return c == euro ? 2 : 0;
}

std::size_t code_units_of(char32_t c) { return c > 0xffff ? 2 : 1; }

struct Capacity {
    std::size_t alone = 0;    // units of a message that is one segment
    std::size_t in_part = 0;  // units of each segment of a longer one: the header takes the rest
};
constexpr Capacity gsm7_capacity{160, 153};
constexpr Capacity ucs2_capacity{70, 67};

// Fills segments of one encoding, character by character.
class Packer {
public:
    explicit Packer(Capacity capacity) : capacity_{capacity} {}

    void add(std::size_t units) {
        units_ += units;
        if (used_ + units > capacity_.in_part) {
            ++segments_;
            used_ = 0;
        }
        used_ += units;
    }
    SegmentCount count(TextEncoding encoding) const {
        return {encoding, units_, units_ <= capacity_.alone ? 1 : segments_};
    }

private:
    Capacity capacity_;
    std::size_t units_ = 0, segments_ = 1;
    std::size_t used_ = 0;  // of the last segment
};

char32_t character_of(const Utf8Character& piece) { return piece.valid ? piece.character : 0xfffd; }

}  // namespace

SegmentCount count_segments(std::string_view text) {
    Packer gsm7{gsm7_capacity};
    Packer ucs2{ucs2_capacity};
    bool is_gsm7 = true;
    while (!text.empty()) {
        const Utf8Character piece = decode_utf8(text);
        const char32_t c = character_of(piece);
        const std::size_t septets = septets_of(c);
        is_gsm7 = is_gsm7 && septets != 0;
        gsm7.add(septets);
        ucs2.add(code_units_of(c));
        text.remove_prefix(piece.size);
    }
    return is_gsm7 ? gsm7.count(TextEncoding::gsm7) : ucs2.count(TextEncoding::ucs2);
}

SegmentCount count_smart_encoded(std::string_view text) {
    return count_segments(smart_encode(text));
}

std::optional<BeyondGsm7> find_beyond_gsm7(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        const Utf8Character piece = decode_utf8(text.substr(from));
        const char32_t c = character_of(piece);
        if (septets_of(c) == 0) return BeyondGsm7{c, from, gsm_twin(c)};
        from += piece.size;
    }
    return std::nullopt;
}

}  // namespace twiml
