// What is known of one answered request afterwards: log, metrics and tapes are made from it, off
// the hot path. Holds nothing a log may not show: no digits, no tokens, no whole numbers.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace server {

// Text in place, cut to N bytes: a record travels through a queue without allocating.
template <std::size_t N> class ShortText {
public:
    ShortText() = default;
    ShortText(std::string_view text) { *this = text; }  // NOLINT(google-explicit-constructor)
    ShortText& operator=(std::string_view text) {
        size_ = static_cast<std::uint8_t>(text.size() < N ? text.size() : N);
        text.copy(text_.data(), size_);
        return *this;
    }
    std::string_view view() const { return {text_.data(), size_}; }
    bool empty() const { return size_ == 0; }

private:
    static_assert(N < 256);
    std::array<char, N> text_{};
    std::uint8_t size_ = 0;
};

struct TurnRecord {
    std::chrono::system_clock::time_point at{};
    std::chrono::microseconds took{};
    int status = 0;
    ShortText<7> method{};
    ShortText<96> path{};  // without the query, where tokens and digits stand
    ShortText<34> call_sid{};
    ShortText<20> from{};  // masked: +1202555****
    ShortText<40> flow{};
    ShortText<64> state{};  // where the call stands after the turn
    ShortText<12> event{};
    ShortText<24> result{};   // the last `result` of the turn
    ShortText<40> reason{};   // why it was refused or recovered, a stable word: "bad-signature"
    ShortText<160> detail{};  // for people who have to mend it; no secrets
    ShortText<45> peer{};
    std::uint32_t bytes = 0;  // of the body
};

// "+12025550123" -> "+1202555****"; names and addresses keep their first two characters.
ShortText<20> masked(std::string_view party);

}  // namespace server
