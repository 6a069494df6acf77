#include "flows/engine/functions.hpp"

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace flows {

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    // FNV's low bits alone are no good for a modulus: mix the high ones in.
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33U;
    hash *= 0xc4ceb9fe1a85ec53ULL;
    return hash ^ (hash >> 33U);
}

std::string change_case(const std::string& text, bool upper, std::string_view language) {
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<signed char>(c) > 0; });
    const bool own_i =
        language.starts_with("tr") || language.starts_with("az") || language.starts_with("lt");
    if (ascii && !own_i) {
        std::string out = text;
        for (char& c : out) {
            if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        return out;
    }
    UErrorCode error = U_ZERO_ERROR;
    const auto locale = icu::Locale::forLanguageTag(
        icu::StringPiece{language.data(), static_cast<std::int32_t>(language.size())}, error);
    auto wide = icu::UnicodeString::fromUTF8(text);
    if (upper)
        wide.toUpper(locale);
    else
        wide.toLower(locale);
    std::string out;
    wide.toUTF8String(out);
    return out;
}

std::optional<Date> days_from(const Date& date, const Decimal& days, int sign) {
    constexpr std::int64_t furthest = 1'000'000;
    if (!days.is_whole() || days.units() > furthest || days.units() < -furthest)
        return std::nullopt;
    const std::chrono::year_month_day day{std::chrono::sys_days{date.day} +
                                          std::chrono::days{sign * days.units()}};
    if (day.year() < std::chrono::year{0} || day.year() > std::chrono::year{9999})
        return std::nullopt;
    return Date{day};
}

}  // namespace flows
