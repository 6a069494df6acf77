#include "twiml/base64url.hpp"

#include <array>
#include <cstdint>

namespace twiml {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digit_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}
constexpr auto values = digit_values();

}  // namespace

void append_base64url(std::string_view bytes, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + (bytes.size() * 4 + 2) / 3);
    char* to = out.data() + before;
    std::size_t i = 0;
    const auto byte = [&](std::size_t at) {
        return std::uint32_t{static_cast<unsigned char>(bytes[at])};
    };
    for (; i + 2 < bytes.size(); i += 3) {
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = alphabet[group >> 6 & 63];
        *to++ = alphabet[group & 63];
    }
    if (const std::size_t rest = bytes.size() - i; rest > 0) {
        const std::uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        if (rest == 2) *to++ = alphabet[group >> 6 & 63];
    }
}

bool decode_base64url(std::string_view text, std::string& out) {
    const std::size_t before = out.size();
    const std::size_t rest = text.size() % 4;
    if (rest == 1) return false;
    out.resize(before + text.size() * 3 / 4);
    char* to = out.data() + before;
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == no_digit) {
            out.resize(before);
            return false;
        }
        group = group << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = static_cast<char>(group >> bits & 0xff);
        }
    }
    if ((group & ((1U << bits) - 1)) != 0) {  // bits left over must be zero
        out.resize(before);
        return false;
    }
    return true;
}

}  // namespace twiml
