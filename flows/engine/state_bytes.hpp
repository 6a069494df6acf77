// Numbers, texts and values as compact bytes, for call_state only. Reading is total: whatever the
// bytes, it neither throws nor reads past them; the first fault makes the reader bad for good, and
// what it returns from then on is empty. Every value has exactly one form, so that equal states are
// equal bytes.
#pragma once

#include "flows/model/value.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

class ByteWriter {
public:
    explicit ByteWriter(std::string& out) : out_{out} {}

    void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void number(std::uint64_t value);        // LEB128: seven bits a byte, the lowest first
    void signed_number(std::int64_t value);  // zigzag, then as number()
    void count(int value) { number(value < 0 ? 0U : static_cast<std::uint64_t>(value)); }
    void text(std::string_view value);  // its length, then its bytes
    void value(const Value& value);     // its kind, then its bytes

private:
    std::string& out_;
};

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : bytes_{bytes} {}

    bool is_good() const { return good_; }
    std::size_t left() const { return bytes_.size(); }

    std::uint8_t byte();
    std::uint64_t number(std::uint64_t at_most = UINT64_MAX);  // a larger one is a fault
    std::int64_t signed_number();
    int count(int at_most) { return static_cast<int>(number(static_cast<std::uint64_t>(at_most))); }
    std::string_view text();  // into the bytes that are read
    Value value();

private:
    std::uint64_t fault();
    std::string_view take(std::size_t count);
    std::string sid(std::string_view prefix);
    Value decimal();
    std::chrono::year_month_day day();
    std::vector<std::string> list();

    std::string_view bytes_;
    bool good_ = true;
};

}  // namespace flows
