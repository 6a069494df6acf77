// The types of the flow language. Closed and checked: what a value is, is known before a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

enum class TypeKind : std::uint8_t {
    text,    // at most `at_most` characters
    digits,  // `at_least` to `at_most` DTMF digits 0-9
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
// it is none of these; `digits` alone is digits(1-20).
std::optional<Type> parse_type(std::string_view text);
std::string to_text(const Type& type);  // as a designer writes it

// The most bytes a value of this type takes in a sealed state (SB802 adds them up).
int state_bytes(const Type& type);

}  // namespace flows
