#include "twiml/base64url.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace twiml {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digit_values() {
    std::array<std::uint8_t, 256> value_of{};
    value_of.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        value_of[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return value_of;
}
constexpr auto value_of = digit_values();

// Two digits at a time: a webhook's tokens are some hundred of them.
constexpr auto digit_pairs = [] {
    std::array<std::array<char, 2>, 4096> all{};
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = {alphabet[i >> 6], alphabet[i & 63]};
    return all;
}();

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
        std::memcpy(to, digit_pairs[group >> 12].data(), 2);
        std::memcpy(to + 2, digit_pairs[group & 4095].data(), 2);
        to += 4;
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
    const auto value = [&](std::size_t at) {
        return std::uint32_t{value_of[static_cast<unsigned char>(text[at])]};
    };
    std::size_t i = 0;
    std::uint32_t seen = 0;  // of all digits, so that what is none shows
    for (; i + 3 < text.size(); i += 4) {
        const std::uint32_t a = value(i), b = value(i + 1), c = value(i + 2), d = value(i + 3);
        seen |= a | b | c | d;
        const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
        *to++ = static_cast<char>(group >> 16 & 0xff);
        *to++ = static_cast<char>(group >> 8 & 0xff);
        *to++ = static_cast<char>(group & 0xff);
    }
    std::uint32_t spare = 0;  // bits of the last digit, which must be zero
    if (rest != 0) {
        const std::uint32_t a = value(i), b = value(i + 1), c = rest == 3 ? value(i + 2) : 0;
        seen |= a | b | c;
        const std::uint32_t group = a << 18 | b << 12 | c << 6;
        *to++ = static_cast<char>(group >> 16 & 0xff);
        if (rest == 3) *to++ = static_cast<char>(group >> 8 & 0xff);
        spare = group & (rest == 3 ? 0xff : 0xffff);
    }
    if (seen > 63 || spare != 0) {
        out.resize(before);
        return false;
    }
    return true;
}

}  // namespace twiml
