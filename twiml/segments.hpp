// How many segments a text message is sent in, and so what it costs: the exact rule, which a
// division of its length is not. Source: 3GPP TS 23.038 (the GSM alphabet) and 23.040, 9.2.3.24.1
// (the header of a part); Twilio, "What is an SMS segment?". Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace twiml {

enum class TextEncoding {
    gsm7,  // units are septets: 1, or 2 for ^ { } \ [ ~ ] | € and the form feed
    ucs2,  // units are UTF-16 code units: 1, or 2 outside the basic plane (most emoji)
};

struct SegmentCount {
    TextEncoding encoding = TextEncoding::gsm7;
    std::size_t units = 0;
    std::size_t segments = 1;
    bool operator==(const SegmentCount&) const = default;
};

// A single character outside the GSM alphabet makes the whole message UCS-2. 160 (GSM-7) or 70
// units fit one segment; a longer message is cut into 153 or 67 units, and no cut parts the two
// units of a character. Characters that combine may be parted. An empty message, which Twilio
// refuses, is one segment. `text` is UTF-8; a piece that is none counts as U+FFFD.
SegmentCount count_segments(std::string_view text);

// The same when Twilio sends it with `SmartEncoded`: see smart_encoding.hpp.
SegmentCount count_smart_encoded(std::string_view text);

// A character that is not in the GSM alphabet.
struct BeyondGsm7 {
    char32_t character = 0;                  // U+FFFD for what is no UTF-8
    std::size_t offset = 0;                  // its first byte in the text
    std::optional<std::string_view> twin{};  // what `SmartEncoded` writes in its place
};

// The first one at or behind byte `from`, or nothing: then that part of the text is GSM-7.
std::optional<BeyondGsm7> find_beyond_gsm7(std::string_view text, std::size_t from = 0);

}  // namespace twiml
