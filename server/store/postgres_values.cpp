#include "server/store/postgres_values.hpp"

#include <cstdint>

namespace server {
namespace {

// From pg_type.dat, fixed for ever.
enum Type : unsigned {
    boolean = 16,
    bytea = 17,
    name = 19,
    int8 = 20,
    int2 = 21,
    int4 = 23,
    text = 25,
    varchar = 1043,
    numeric = 1700,
};

std::array<char, 8> big_endian(std::int64_t number) {
    std::array<char, 8> bytes{};
    auto rest = static_cast<std::uint64_t>(number);
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, rest >>= 8)
        *byte = static_cast<char>(rest & 0xff);
    return bytes;
}

// Two's complement of as many bytes as there are.
std::int64_t integer(std::string_view bytes) {
    std::uint64_t number = !bytes.empty() && (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes)
        number = number << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
}

// What PostgreSQL makes of a sum of BIGINT: the number of digits of base 10000, the power of the
// first, the sign, the digits shown behind the point, the digits; trailing zeros are left out.
std::optional<SqlValue> whole_number(std::string_view bytes) {
    if (bytes.size() < 8) return std::nullopt;
    const std::int64_t digits = integer(bytes.substr(0, 2));
    const std::int64_t power = integer(bytes.substr(2, 2));
    const std::int64_t sign = integer(bytes.substr(4, 2));
    constexpr std::int64_t minus = 0x4000;
    if (digits == 0 && sign == 0) return std::int64_t{0};
    if ((sign != 0 && sign != minus) || digits > power + 1 || power > 4) return std::nullopt;
    if (bytes.size() != 8 + 2 * static_cast<std::size_t>(digits)) return std::nullopt;
    std::int64_t number = 0;
    for (std::int64_t i = 0; i <= power; ++i) {
        const std::int64_t digit =
            i < digits ? integer(bytes.substr(8 + 2 * static_cast<std::size_t>(i), 2)) : 0;
        if (__builtin_mul_overflow(number, std::int64_t{10000}, &number) ||
            __builtin_add_overflow(number, sign == minus ? -digit : digit, &number))
            return std::nullopt;
    }
    return number;
}

}  // namespace

PostgresParameters::PostgresParameters(std::span<const SqlValue> values)
    : integers_(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        unsigned type = 0;
        std::string_view bytes{nullptr, 0};
        if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
            type = int8;
            integers_[i] = big_endian(*number);
            bytes = {integers_[i].data(), integers_[i].size()};
        } else if (const auto* words = std::get_if<std::string>(&values[i])) {
            type = text;
            bytes = *words;
        } else if (const auto* blob = std::get_if<Blob>(&values[i])) {
            type = bytea;
            bytes = blob->bytes;
        }
        types_.push_back(type);
        values_.push_back(bytes.data());
        lengths_.push_back(static_cast<int>(bytes.size()));
        formats_.push_back(1);
    }
}

std::optional<SqlValue> postgres_value(unsigned type, std::string_view bytes) {
    switch (type) {
    case boolean:
    case int2:
    case int4:
    case int8:
        return integer(bytes);
    case numeric:
        return whole_number(bytes);
    case text:
    case varchar:
    case name:
        return std::string{bytes};
    case bytea:
        return Blob{std::string{bytes}};
    default:
        return std::nullopt;
    }
}

}  // namespace server
