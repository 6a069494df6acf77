// Bytes as people and URLs read them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace server {

// Two digits a byte, in lower case.
inline std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += digits[value >> 4U];
        text += digits[value & 15U];
    }
    return text;
}

template <std::size_t size> std::string hex(const std::array<unsigned char, size>& bytes) {
    return hex(std::string_view{reinterpret_cast<const char*>(bytes.data()), size});
}

}  // namespace server
