#include "flows/engine/state_bytes.hpp"

#include <chrono>
#include <utility>

namespace flows {
namespace {

// The kinds of a value as they stand in the bytes. Fixed: older tokens name them.
enum class Kind : std::uint8_t {
    text = 1,
    decimal = 2,
    no = 3,
    yes = 4,
    date = 5,
    time_of_day = 6,
    moment = 7,
    recording = 8,
    list = 9,
    unset = 10,
    transcribed = 11,  // a recording and its text
};

constexpr std::size_t sid_digits = 32;

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// "RE" and 32 lower-case hexadecimal digits, which fit into 16 bytes.
bool is_plain_sid(std::string_view sid, std::string_view prefix) {
    if (sid.size() != prefix.size() + sid_digits || !sid.starts_with(prefix)) return false;
    for (const char c : sid.substr(prefix.size())) {
        if (hex_value(c) < 0) return false;
    }
    return true;
}

void write_sid(ByteWriter& out, std::string_view sid, std::string_view prefix) {
    const bool plain = is_plain_sid(sid, prefix);
    out.byte(plain ? 1 : 0);
    if (!plain) return out.text(sid);
    sid.remove_prefix(prefix.size());
    for (std::size_t i = 0; i < sid_digits; i += 2) {
        out.byte(static_cast<std::uint8_t>(hex_value(sid[i]) * 16 + hex_value(sid[i + 1])));
    }
}

void write_day(ByteWriter& out, std::chrono::year_month_day day) {
    out.signed_number(static_cast<int>(day.year()));
    out.number(static_cast<unsigned>(day.month()));
    out.number(static_cast<unsigned>(day.day()));
}

struct ValueWriter {
    ByteWriter& out;

    void kind(Kind kind) const { out.byte(static_cast<std::uint8_t>(kind)); }
    void operator()(const Unset&) const { kind(Kind::unset); }
    void operator()(const std::string& value) const {
        kind(Kind::text);
        out.text(value);
    }
    void operator()(const Decimal& value) const {
        kind(Kind::decimal);
        out.byte(static_cast<std::uint8_t>(value.scale()));
        out.signed_number(value.units());
    }
    void operator()(bool value) const { kind(value ? Kind::yes : Kind::no); }
    void operator()(const Date& value) const {
        kind(Kind::date);
        write_day(out, value.day);
    }
    void operator()(const TimeOfDay& value) const {
        kind(Kind::time_of_day);
        out.signed_number(value.since_midnight.count());
    }
    void operator()(const Moment& value) const {
        kind(Kind::moment);
        write_day(out, value.day);
        out.signed_number(value.since_midnight.count());
    }
    void operator()(const Recording& value) const {
        kind(value.text ? Kind::transcribed : Kind::recording);
        write_sid(out, value.account_sid, "AC");
        write_sid(out, value.recording_sid, "RE");
        out.signed_number(value.duration.count());
        if (value.text) out.text(*value.text);
    }
    void operator()(const std::vector<std::string>& value) const {
        kind(Kind::list);
        out.number(value.size());
        for (const std::string& item : value)
            out.text(item);
    }
};

}  // namespace

void ByteWriter::number(std::uint64_t value) {
    while (value >= 0x80) {
        byte(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
}

void ByteWriter::signed_number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    number((bits << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

void ByteWriter::text(std::string_view value) {
    number(value.size());
    out_.append(value);
}

void ByteWriter::value(const Value& value) { std::visit(ValueWriter{*this}, value); }

std::uint64_t ByteReader::fault() {
    good_ = false;
    bytes_ = {};
    return 0;
}

std::string_view ByteReader::take(std::size_t count) {
    if (count > bytes_.size()) {
        fault();
        return {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
}

std::uint8_t ByteReader::byte() {
    const std::string_view taken = take(1);
    return taken.empty() ? 0 : static_cast<std::uint8_t>(taken[0]);
}

std::uint64_t ByteReader::number(std::uint64_t at_most) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t next = byte();
        if (!good_) return 0;
        const std::uint64_t bits = next & 0x7FU;
        if (shift == 63 && bits > 1) return fault();
        value |= bits << shift;
        if (next >= 0x80) continue;
        const bool is_padded = next == 0 && shift > 0;  // a second form of the same number
        return is_padded || value > at_most ? fault() : value;
    }
    return fault();
}

std::int64_t ByteReader::signed_number() {
    const std::uint64_t bits = number();
    return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? UINT64_MAX : 0));
}

std::string_view ByteReader::text() {
    const std::uint64_t size = number(bytes_.size());
    return take(static_cast<std::size_t>(size));
}

std::string ByteReader::sid(std::string_view prefix) {
    const std::uint8_t form = byte();
    if (form > 1) fault();
    if (form == 0) {
        std::string sid{text()};
        if (is_plain_sid(sid, prefix)) fault();
        return sid;
    }
    std::string sid{prefix};
    for (const char c : take(sid_digits / 2)) {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto bits = static_cast<unsigned char>(c);
        sid += digits[bits >> 4U];
        sid += digits[bits & 0xFU];
    }
    return sid;
}

Value ByteReader::decimal() {
    const std::uint8_t scale = byte();
    const std::int64_t units = signed_number();
    if (!good_) return Unset{};
    const auto value = Decimal::from(units, scale);
    if (value && value->units() == units && value->scale() == scale) return *value;
    fault();
    return Unset{};
}

std::chrono::year_month_day ByteReader::day() {
    const std::int64_t year = signed_number();
    const std::uint64_t month = number(12);
    const std::uint64_t day_of_month = number(31);
    if (year < -9999 || year > 9999) fault();
    if (!good_) return {};
    const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(year)},
                                          std::chrono::month{static_cast<unsigned>(month)},
                                          std::chrono::day{static_cast<unsigned>(day_of_month)}};
    if (!day.ok()) fault();
    return day;
}

std::vector<std::string> ByteReader::list() {
    std::vector<std::string> items;
    const std::uint64_t count = number(bytes_.size());
    for (std::uint64_t i = 0; good_ && i < count; ++i)
        items.emplace_back(text());
    return items;
}

Value ByteReader::value() {
    const auto kind = static_cast<Kind>(byte());
    switch (kind) {
    case Kind::unset:
        return Unset{};
    case Kind::text:
        return std::string{text()};
    case Kind::decimal:
        return decimal();
    case Kind::no:
        return false;
    case Kind::yes:
        return true;
    case Kind::date:
        return Date{day()};
    case Kind::time_of_day:
        return TimeOfDay{std::chrono::minutes{signed_number()}};
    case Kind::moment: {
        const auto on = day();
        return Moment{on, std::chrono::minutes{signed_number()}};
    }
    case Kind::recording:
    case Kind::transcribed: {
        Recording recording{.account_sid = sid("AC"), .recording_sid = sid("RE")};
        recording.duration = std::chrono::seconds{signed_number()};
        if (kind == Kind::transcribed) recording.text = text();
        return recording;
    }
    case Kind::list:
        return list();
    }
    fault();
    return Unset{};
}

}  // namespace flows
