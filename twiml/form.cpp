#include "twiml/form.hpp"

#include "twiml/characters.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace twiml {
namespace {

constexpr std::uint8_t no_hex = 0xff;

constexpr std::array<std::uint8_t, 256> hex_values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_hex);
    for (unsigned i = 0; i < 10; ++i)
        table['0' + i] = static_cast<std::uint8_t>(i);
    for (unsigned i = 0; i < 6; ++i) {
        table['a' + i] = static_cast<std::uint8_t>(10 + i);
        table['A' + i] = static_cast<std::uint8_t>(10 + i);
    }
    return table;
}();

constexpr std::array<bool, 256> unreserved = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-._~"})
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

// The byte that "%xx" at `at` stands for, or -1 where it is no escape.
int escaped_byte(const char* at, const char* end) {
    if (end - at < 3) return -1;
    const auto high = hex_values[static_cast<unsigned char>(at[1])];
    const auto low = hex_values[static_cast<unsigned char>(at[2])];
    if (high == no_hex || low == no_hex) return -1;
    return high * 16 + low;
}

constexpr std::uint64_t every_byte(char c) {
    return 0x0101010101010101ULL * static_cast<unsigned char>(c);
}
// Not zero where a byte of `word` is zero: "Determine if a word has a zero byte", Bit Twiddling
// Hacks.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
    return (word - every_byte(1)) & ~word & 0x8080808080808080ULL;
}

// The first '%' or '+' in [at, end), or `end`. Eight bytes at a time: most fields hold neither, and
// a webhook is a kilobyte of them.
const char* find_escape(const char* at, const char* end) {
    const auto escapes = [](const char* bytes) {
        std::uint64_t word;
        std::memcpy(&word, bytes, 8);
        return zero_bytes(word ^ every_byte('%')) | zero_bytes(word ^ every_byte('+'));
    };
    const char* const begin = at;
    while (end - at >= 8 && escapes(at) == 0)
        at += 8;
    // The last eight bytes, some of which were looked at before.
    if (end - at < 8 && end - begin >= 8 && escapes(end - 8) == 0) return end;
    while (at != end && *at != '%' && *at != '+')
        ++at;
    return at;
}

// The first '&', '%' or '+' in [at, end), or `end`: where a value ends, or is not what it says.
const char* find_end_or_escape(const char* at, const char* end) {
    static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");
    for (; end - at >= 8; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        const std::uint64_t found = zero_bytes(word ^ every_byte('&')) |
                                    zero_bytes(word ^ every_byte('%')) |
                                    zero_bytes(word ^ every_byte('+'));
        // Above a byte that is one, others may only seem to be; the lowest is sure.
        if (found != 0) return at + std::countr_zero(found) / 8;
    }
    while (at != end && *at != '&' && *at != '%' && *at != '+')
        ++at;
    return at;
}

// Decodes [at, end), whose first escape is at `escape`, to `out`, which has room for as many bytes.
char* decode_into(char* out, const char* at, const char* escape, const char* end) {
    for (;;) {
        out = std::copy(at, escape, out);
        if (escape == end) return out;
        at = escape + 1;
        if (*escape == '+') {
            *out++ = ' ';
        } else if (const int byte = escaped_byte(escape, end); byte >= 0) {
            *out++ = static_cast<char>(byte);
            at = escape + 3;
        } else {
            *out++ = '%';
        }
        escape = find_escape(at, end);
    }
}

void append_escaped(std::string& out, char c) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', digits[byte >> 4], digits[byte & 15]};
}

void append_form_encoded(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == ' ')
            out += '+';
        else if (unreserved[static_cast<unsigned char>(c)])
            out += c;
        else
            append_escaped(out, c);
    }
}

constexpr Characters ends_plain_name{"=&%+"};

}  // namespace

char* Params::room_for(std::size_t bytes) {
    if (pages_.empty() || bytes > page_size_ - page_used_) {
        page_size_ = std::max<std::size_t>(bytes, 1024);
        page_used_ = 0;
        pages_.push_back(std::make_unique_for_overwrite<Page>(page_size_));
    }
    return pages_.back().get() + page_used_;
}

std::string_view Params::decode_piece(std::string_view piece, std::size_t left) {
    const char* const begin = piece.data();
    const char* const end = begin + piece.size();
    const char* const escape = find_escape(begin, end);
    return escape == end ? piece : decode_from(escape, piece, left);
}

std::string_view Params::decode_from(const char* escape, std::string_view piece, std::size_t left) {
    const char* const begin = piece.data();
    const char* const end = begin + piece.size();
    char* const out = room_for(left);
    char* const stop = decode_into(out, begin, escape, end);
    const auto size = static_cast<std::size_t>(stop - out);
    page_used_ += size;
    return {out, size};
}

void Params::decode(std::string_view text) {
    clear();
    while (!text.empty()) {
        // Names are short and hold no escapes: one look at each of their bytes.
        const std::size_t equals = std::min(ends_plain_name.find_in(text), text.size());
        const bool plain = equals < text.size() && text[equals] == '=';
        const std::size_t size = plain ? decode_value(text, equals) : decode_field(text);
        text.remove_prefix(std::min(size + 1, text.size()));
    }
}

std::size_t Params::decode_value(std::string_view text, std::size_t equals) {
    const std::string_view rest = text.substr(equals + 1);
    const char* const end = rest.data() + rest.size();
    const char* const stop = find_end_or_escape(rest.data(), end);
    std::string_view value = rest.substr(0, static_cast<std::size_t>(stop - rest.data()));
    std::size_t size = value.size();
    if (stop != end && *stop != '&') {
        const std::string_view escaped = rest.substr(0, rest.find('&', size));
        size = escaped.size();
        value = decode_from(stop, escaped, text.size() - equals);
    }
    fields_.push_back({text.substr(0, equals), value});
    return equals + 1 + size;
}

std::size_t Params::decode_field(std::string_view text) {
    const std::string_view piece = text.substr(0, text.find('&'));
    if (piece.empty()) return 0;
    const std::size_t equals = piece.find('=');
    Param field;
    field.name = decode_piece(piece.substr(0, equals), text.size());
    if (equals != std::string_view::npos)
        field.value = decode_piece(piece.substr(equals + 1), text.size() - equals);
    fields_.push_back(field);
    return piece.size();
}

void Params::add(std::string_view name, std::string_view value) {
    char* const out = room_for(name.size() + value.size());
    std::copy(value.begin(), value.end(), std::copy(name.begin(), name.end(), out));
    page_used_ += name.size() + value.size();
    fields_.push_back({{out, name.size()}, {out + name.size(), value.size()}});
}

void Params::clear() {
    fields_.clear();
    if (pages_.size() > 1) pages_.erase(pages_.begin(), pages_.end() - 1);
    page_used_ = 0;
}

std::optional<std::string_view> Params::find(std::string_view name) const {
    for (const Param& field : fields_)
        if (field.name == name) return field.value;
    return std::nullopt;
}

std::string_view Params::get(std::string_view name) const {
    return find(name).value_or(std::string_view{});
}

std::string encode_form(const std::vector<Param>& fields) {
    std::string out;
    for (const Param& field : fields) {
        if (!out.empty()) out += '&';
        append_form_encoded(out, field.name);
        out += '=';
        append_form_encoded(out, field.value);
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (unreserved[static_cast<unsigned char>(c)])
            out += c;
        else
            append_escaped(out, c);
    }
    return out;
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const int byte = *at == '%' ? escaped_byte(at, end) : -1;
        out += byte >= 0 ? static_cast<char>(byte) : *at;
        at += byte >= 0 ? 3 : 1;
    }
    return out;
}

}  // namespace twiml
