#include "flows/model/value.hpp"

#include "config/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace flows {
namespace {

// ISO C++ has no integer of 128 bits; both compilers we build with do.
__extension__ using Wide = __int128;

constexpr int most_places = 9;

constexpr Wide power_of_ten(int exponent) {
    Wide power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

Wide divide_half_even(Wide dividend, Wide divisor) {
    Wide quotient = dividend / divisor;
    const Wide rest = dividend % divisor;
    const Wide twice = rest < 0 ? -2 * rest : 2 * rest;
    const Wide size = divisor < 0 ? -divisor : divisor;
    if (twice > size || (twice == size && quotient % 2 != 0))
        quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
    return quotient;
}

// units / 10^scale with scale up to 18, rounded to nine places, if it fits at all.
std::optional<Decimal> narrow(Wide units, int scale) {
    if (scale > most_places) {
        units = divide_half_even(units, power_of_ten(scale - most_places));
        scale = most_places;
    }
    while (scale > 0 && units % 10 == 0) {
        units /= 10;
        --scale;
    }
    if (units > std::numeric_limits<std::int64_t>::max() ||
        units < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return Decimal::from(static_cast<std::int64_t>(units), scale);
}

Wide at_scale(const Decimal& number, int scale) {
    return number.units() * power_of_ten(scale - number.scale());
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Valid UTF-8 of at most so many characters, none of them a control that no text has.
bool is_text(std::string_view text, int at_most) {
    if (text.size() > static_cast<std::size_t>(at_most) * text_bytes_per_character) return false;
    int characters = 0;
    for (std::size_t i = 0; i < text.size(); ++characters) {
        const config::Character c = config::character_at(text, i);
        if (!c.valid || !config::is_xml_character(c.code) || c.code == '\r' || c.code == 0x7f)
            return false;
        i += c.bytes;
    }
    return characters <= at_most;
}

bool is_e164(std::string_view text) {
    return text.size() >= 5 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
           all_digits(text.substr(1));
}

bool is_url(std::string_view text) {
    if (text.size() > static_cast<std::size_t>(longest_url)) return false;
    for (const char c : text)
        if (c <= ' ' || c > '~' || c == '"' || c == '<' || c == '>' || c == '\\') return false;
    std::string_view rest = text;
    if (rest.starts_with("https://"))
        rest.remove_prefix(8);
    else if (rest.starts_with("http://"))
        rest.remove_prefix(7);
    else
        return false;
    const auto host = rest.substr(0, rest.find_first_of("/?#"));
    return !host.empty() && host.front() != ':' && host.find('@') == std::string_view::npos;
}

std::optional<int> two_digits(std::string_view text) {
    if (text.empty() || text.size() > 2 || !all_digits(text)) return std::nullopt;
    return text.size() == 1 ? text[0] - '0' : (text[0] - '0') * 10 + (text[1] - '0');
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !all_digits(text.substr(0, 4)))
        return std::nullopt;
    int year = 0;
    std::from_chars(text.data(), text.data() + 4, year);
    const auto month = two_digits(text.substr(5, 2));
    const auto day = two_digits(text.substr(8, 2));
    if (!month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::optional<std::chrono::minutes> parse_time(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.size() - colon != 3) return std::nullopt;
    const auto hour = two_digits(text.substr(0, colon));
    const auto minute = two_digits(text.substr(colon + 1));
    if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
    return std::chrono::minutes{*hour * 60 + *minute};
}

std::optional<Value> parse_moment(std::string_view text) {
    if (text.size() < 12 || (text[10] != ' ' && text[10] != 'T')) return std::nullopt;
    const auto day = parse_date(text.substr(0, 10));
    const auto time = parse_time(text.substr(11));
    if (!day || !time) return std::nullopt;
    return Moment{.day = *day, .since_midnight = *time};
}

void append_padded(std::string& out, unsigned number, std::size_t width) {
    const std::string figures = std::to_string(number);
    if (figures.size() < width) out.append(width - figures.size(), '0');
    out += figures;
}

void append(std::string& out, const std::chrono::year_month_day& day) {
    append_padded(out, static_cast<unsigned>(int{day.year()}), 4);
    out += '-';
    append_padded(out, unsigned{day.month()}, 2);
    out += '-';
    append_padded(out, unsigned{day.day()}, 2);
}

void append(std::string& out, std::chrono::minutes time) {
    append_padded(out, static_cast<unsigned>(time.count() / 60), 2);
    out += ':';
    append_padded(out, static_cast<unsigned>(time.count() % 60), 2);
}

struct PlainText {
    std::string operator()(const Unset&) const { return {}; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const Decimal& number) const { return number.str(); }
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(const Date& date) const {
        std::string out;
        append(out, date.day);
        return out;
    }
    std::string operator()(const TimeOfDay& time) const {
        std::string out;
        append(out, time.since_midnight);
        return out;
    }
    std::string operator()(const Moment& moment) const {
        std::string out;
        append(out, moment.day);
        out += ' ';
        append(out, moment.since_midnight);
        return out;
    }
    std::string operator()(const Recording& recording) const { return url_of(recording); }
    std::string operator()(const std::vector<std::string>& list) const {
        std::string out;
        for (const auto& item : list) {
            if (!out.empty()) out += ", ";
            out += item;
        }
        return out;
    }
};

}  // namespace

std::optional<Decimal> Decimal::from(std::int64_t units, int scale) {
    if (scale < 0) return std::nullopt;
    while (scale > 0 && units % 10 == 0) {
        units /= 10;
        --scale;
    }
    if (scale > most_places) return std::nullopt;
    Decimal number;
    number.units_ = units;
    number.scale_ = static_cast<std::int8_t>(scale);
    return number;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    std::string_view places;
    if (point != std::string_view::npos) {
        places = text.substr(point + 1);
        if (places.empty()) return std::nullopt;
    }
    if (whole.empty() || !all_digits(whole) || !all_digits(places)) return std::nullopt;
    while (!places.empty() && places.back() == '0')
        places.remove_suffix(1);
    if (places.size() > most_places) return std::nullopt;

    Wide units = 0;
    for (const auto part : {whole, places}) {
        for (const char digit : part) {
            units = units * 10 + (digit - '0');
            if (units > power_of_ten(19)) return std::nullopt;
        }
    }
    return narrow(negative ? -units : units, static_cast<int>(places.size()));
}

std::string Decimal::str() const {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), units_).ptr;
    std::string text{buffer.data(), end};
    if (scale_ == 0) return text;
    const std::size_t sign = units_ < 0 ? 1 : 0;
    const std::size_t places = static_cast<unsigned char>(scale_);
    if (text.size() - sign <= places) text.insert(sign, places + 1 - (text.size() - sign), '0');
    text.insert(text.size() - places, 1, '.');
    return text;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    const Wide left = at_scale(*this, most_places);
    const Wide right = at_scale(other, most_places);
    if (left < right) return std::strong_ordering::less;
    return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::optional<Decimal> add(Decimal a, Decimal b) {
    const int scale = std::max(a.scale(), b.scale());
    return narrow(at_scale(a, scale) + at_scale(b, scale), scale);
}

std::optional<Decimal> subtract(Decimal a, Decimal b) {
    const int scale = std::max(a.scale(), b.scale());
    return narrow(at_scale(a, scale) - at_scale(b, scale), scale);
}

std::optional<Decimal> multiply(Decimal a, Decimal b) {
    return narrow(Wide{a.units()} * b.units(), a.scale() + b.scale());
}

std::optional<Decimal> divide(Decimal a, Decimal b) {
    if (b.units() == 0) return std::nullopt;
    // At nine places: a.units * 10^(9 + b.scale - a.scale) / b.units, which stays below 10^37.
    const Wide dividend = a.units() * power_of_ten(most_places + b.scale() - a.scale());
    return narrow(divide_half_even(dividend, b.units()), most_places);
}

std::optional<Value> convert(std::string_view text, const Type& type) {
    const auto as_string = [&](bool fits) -> std::optional<Value> {
        if (!fits) return std::nullopt;
        return std::string{text};
    };
    switch (type.kind) {
    case TypeKind::text:
        return as_string(is_text(text, type.at_most));
    case TypeKind::digits:
        return as_string(all_digits(text) &&
                         text.size() >= static_cast<std::size_t>(type.at_least) &&
                         text.size() <= static_cast<std::size_t>(type.at_most));
    case TypeKind::number:
    case TypeKind::money:
        if (const auto number = Decimal::parse(text)) return *number;
        return std::nullopt;
    case TypeKind::date:
        if (const auto day = parse_date(text)) return Date{*day};
        return std::nullopt;
    case TypeKind::time:
        if (const auto time = parse_time(text)) return TimeOfDay{*time};
        return std::nullopt;
    case TypeKind::moment:
        return parse_moment(text);
    case TypeKind::phone:
        return as_string(is_e164(text));
    case TypeKind::boolean:
        if (text == "true") return true;
        if (text == "false") return false;
        return std::nullopt;
    case TypeKind::url:
        return as_string(is_url(text));
    case TypeKind::one_of:
        return as_string(std::find(type.options.begin(), type.options.end(), text) !=
                         type.options.end());
    case TypeKind::party:
        return as_string(is_text(text, longest_url));
    case TypeKind::recording:
    case TypeKind::list:
        break;
    }
    return std::nullopt;
}

std::optional<Value> fit(const Value& value, const Type& type) {
    if (const auto* text = std::get_if<std::string>(&value)) return convert(*text, type);
    bool fits = false;
    switch (type.kind) {
    case TypeKind::number:
    case TypeKind::money:
        fits = std::holds_alternative<Decimal>(value);
        break;
    case TypeKind::date:
        fits = std::holds_alternative<Date>(value);
        break;
    case TypeKind::time:
        fits = std::holds_alternative<TimeOfDay>(value);
        break;
    case TypeKind::moment:
        fits = std::holds_alternative<Moment>(value);
        break;
    case TypeKind::boolean:
        fits = std::holds_alternative<bool>(value);
        break;
    case TypeKind::recording:
        fits = std::holds_alternative<Recording>(value);
        break;
    default:
        break;
    }
    if (!fits) return std::nullopt;
    return value;
}

std::string url_of(const Recording& recording) {
    return "https://api.twilio.com/2010-04-01/Accounts/" + recording.account_sid + "/Recordings/" +
           recording.recording_sid;
}

std::string plain_text(const Value& value) { return std::visit(PlainText{}, value); }

}  // namespace flows
