// What a variable can hold. Numbers and money are exact decimals, never binary floating point.
#pragma once

#include "flows/model/type.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace flows {

// units / 10^scale, canonical: no trailing zero behind the point, scale 0 to 9. Total and exact:
// an operation that would overflow, or divide by zero, has no result. Products and quotients with
// more than nine places round half to even at nine.
class Decimal {
public:
    constexpr Decimal() = default;
    static std::optional<Decimal> parse(std::string_view text);  // -?digits[.digits], ASCII only
    static std::optional<Decimal> from(std::int64_t units, int scale);
    std::string str() const;
    std::int64_t units() const { return units_; }
    int scale() const { return scale_; }
    bool is_whole() const { return scale_ == 0; }
    std::strong_ordering operator<=>(const Decimal& other) const;
    bool operator==(const Decimal& other) const = default;

private:
    std::int64_t units_ = 0;
    std::int8_t scale_ = 0;
};

std::optional<Decimal> add(Decimal a, Decimal b);
std::optional<Decimal> subtract(Decimal a, Decimal b);
std::optional<Decimal> multiply(Decimal a, Decimal b);
std::optional<Decimal> divide(Decimal a, Decimal b);

struct Date {
    std::chrono::year_month_day day{};
    auto operator<=>(const Date&) const = default;
};
struct TimeOfDay {
    std::chrono::minutes since_midnight{};
    auto operator<=>(const TimeOfDay&) const = default;
};
struct Moment {
    std::chrono::year_month_day day{};
    std::chrono::minutes since_midnight{};
    auto operator<=>(const Moment&) const = default;
};

// A recording is its sids: 32 hexadecimal digits each behind "AC" and "RE".
struct Recording {
    std::string account_sid{};
    std::string recording_sid{};
    std::chrono::seconds duration{};  // negative: nobody told
    // Its transcription, empty where there was nothing to understand. As long as it is: only silent
    // turns know it, whose states travel in no URL.
    std::optional<std::string> text{};
    bool operator==(const Recording&) const = default;
};
// Where Twilio keeps it.
std::string url_of(const Recording& recording);

struct Unset {
    bool operator==(const Unset&) const = default;
};
// text, digits, phone, url, one_of and party are std::string.
using Value = std::variant<Unset, std::string, Decimal, bool, Date, TimeOfDay, Moment, Recording,
                           std::vector<std::string>>;

inline bool is_set(const Value& value) { return !std::holds_alternative<Unset>(value); }

// A value from outside (a setting, a JSON field, keyed digits) as `type` wants it, or nothing when
// it does not fit. Dates are 2026-11-24, times 09:30 or 9:30, booleans true and false; phone is
// E.164; url is http or https with a host, in ASCII; text is UTF-8 without control characters but
// tab and line feed.
std::optional<Value> convert(std::string_view text, const Type& type);

// A value of another type as `type` wants it (an assignment): texts are converted, a number becomes
// money; nothing when it does not fit.
std::optional<Value> fit(const Value& value, const Type& type);

// The plain text of a value, as it stands in a URL or a comparison: digits as they are, 1250.5,
// 2026-11-24, 09:30, 2026-11-24 09:30, true; of a recording its URL. Unset is empty.
std::string plain_text(const Value& value);

}  // namespace flows
