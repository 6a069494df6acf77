// Looking for one of several characters. std::string_view::find_first_of walks all of them, by a
// call, for each byte of the text: that was a thirtieth of a webhook.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace twiml {

// A set of bytes, asked by one look into a table. Immutable; safe from any thread.
class Characters {
public:
    constexpr explicit Characters(std::string_view members) {
        for (const char c : members)
            has_[static_cast<unsigned char>(c)] = true;
    }

    constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }

    // Where the first member stands in `text`, or npos.
    constexpr std::size_t find_in(std::string_view text) const {
        for (std::size_t i = 0; i < text.size(); ++i)
            if (has(text[i])) return i;
        return std::string_view::npos;
    }

private:
    std::array<bool, 256> has_{};
};

}  // namespace twiml
