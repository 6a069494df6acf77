// Dates as HTTP and mail write them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace server {

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that HTTP may write (RFC 9110, 5.6.7); or with
// "+0000" behind it, as Twilio's REST API does (RFC 5322, 3.3).
std::optional<std::chrono::sys_seconds> http_date(std::string_view text);

}  // namespace server
