#include "server/calls/call_attempt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace server {
namespace {

// Nobody waits on the line for a status callback, so that it may be asked for again as often as
// Twilio does. Source: Twilio, "Webhooks: connection overrides".
constexpr std::string_view told_until_heard = "#rc=5&rp=ct,5xx,rt";

bool is_plain(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

}  // namespace

std::string to_text(const CallAttempt& attempt) {
    return fmt::format("{}-{}", attempt.id, attempt.number);
}

std::optional<CallAttempt> parse_call_attempt(std::string_view text) {
    constexpr std::size_t longest = 100;
    const std::size_t dash = text.find('-');
    if (dash == 0 || dash == text.npos || text.size() > longest) return std::nullopt;
    CallAttempt attempt{.id = std::string{text.substr(0, dash)}};
    const std::string_view number = text.substr(dash + 1);
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), attempt.number);
    const bool is_whole = error == std::errc{} && end == number.data() + number.size();
    if (!is_whole || attempt.number < 1) return std::nullopt;
    if (!std::ranges::all_of(attempt.id, is_plain)) return std::nullopt;
    return attempt;
}

std::string start_url(std::string_view base, std::string_view flow, const CallAttempt& attempt,
                      std::string_view overrides) {
    return fmt::format("{}/voice/{}?request={}{}", base, flow, to_text(attempt), overrides);
}

std::string status_url(std::string_view base, std::string_view flow, const CallAttempt& attempt) {
    return fmt::format("{}/voice/{}/status?request={}{}", base, flow, to_text(attempt),
                       told_until_heard);
}

std::string fallback_url(std::string_view base, std::string_view flow, std::string_view overrides) {
    return fmt::format("{}/voice/{}/fallback{}", base, flow, overrides);
}

}  // namespace server
