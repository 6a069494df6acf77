#include "server/observe/turn_record.hpp"

#include <algorithm>
#include <array>

namespace server {

ShortText<20> masked(std::string_view party) {
    const bool number =
        std::ranges::all_of(party, [](char c) { return c == '+' || (c >= '0' && c <= '9'); });
    std::array<char, 20> text{};
    const std::size_t size = party.copy(text.data(), text.size());
    const std::size_t shown =
        number ? size - std::min<std::size_t>(4, size) : std::min<std::size_t>(2, size);
    std::fill(text.begin() + shown, text.begin() + size, '*');
    return std::string_view{text.data(), size};
}

}  // namespace server
