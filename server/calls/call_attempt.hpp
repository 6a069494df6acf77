// Which attempt of which request a call is: what its webhooks carry as `request=`, so that a word
// that comes late about one attempt is not taken for one about the next. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace server {

struct CallAttempt {
    std::string id{};  // CallbackRequest::id; letters and digits
    std::int64_t number = 1;
    bool operator==(const CallAttempt&) const = default;
};

// "5f0c…-1".
std::string to_text(const CallAttempt& attempt);
std::optional<CallAttempt> parse_call_attempt(std::string_view text);

// What Twilio is given with the call; `base`: scheme, host and prefix of the public URL;
// `overrides`: as connection_overrides() writes them.
std::string start_url(std::string_view base, std::string_view flow, const CallAttempt& attempt,
                      std::string_view overrides);
std::string status_url(std::string_view base, std::string_view flow, const CallAttempt& attempt);
std::string fallback_url(std::string_view base, std::string_view flow, std::string_view overrides);

}  // namespace server
