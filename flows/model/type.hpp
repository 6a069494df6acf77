// The types of the flow language. Closed and checked: what a value is, is known before a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

enum class TypeKind : std::uint8_t {
    text,    // at most `at_most` characters (1 to 4096)
    digits,  // `at_least` to `at_most` DTMF digits 0-9 (1 to 64)
    number,  // exact decimal
    money,   // exact decimal in `currency` (ISO 4217)
    date,
    time,
    phone,  // E.164
    boolean,
    url,
    one_of,  // one of `options`; its values compare as text
    recording,
    // Below: of expressions only, never declared.
    moment,  // a date and time of day in the flow's time zone: `now`, opens(), closes()
    list,
    party,  // call.from, call.to: a phone number, or a client or sip address, or withheld
};

struct Type {
    TypeKind kind = TypeKind::text;
    int at_least = 0;
    int at_most = 160;
    std::string currency{};
    std::vector<std::string> options{};
    bool secret = false;
    bool operator==(const Type&) const = default;
};

// `text`, `text(80)`, `digits`, `digits(8)`, `digits(4-6)`, `number`, `money(USD)`, `date`, `time`,
// `phone`, `bool`, `url`, `one_of(a, b)`, `recording`; `secret` may stand before any. Nothing when
// it is none of these; `digits` alone is digits(1-20). Options are any text without ( ) , " { }, at
// most 60 bytes each, none twice; a currency is one ISO 4217 knows.
std::optional<Type> parse_type(std::string_view text);
std::string to_text(const Type& type);  // as a designer writes it

// A text(n) holds n characters in at most 2n bytes of UTF-8, so that states stay small: scripts
// that take three bytes a character fill it at two thirds.
inline constexpr int text_bytes_per_character = 2;
inline constexpr int longest_url = 400;  // bytes

// The most bytes a value of this type takes in a sealed state (SB802 adds them up): strings as a
// kind, a length and their bytes, numbers as varints.
int state_bytes(const Type& type);

}  // namespace flows
