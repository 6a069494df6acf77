// When something happened, as Twilio's REST API tells it.
#pragma once

#include <chrono>
#include <string_view>

namespace server {

// "Tue, 18 Aug 2015 19:00:00 +0000", always in UTC (RFC 5322); 1970 where it is none.
std::chrono::sys_seconds twilio_moment(std::string_view text);

}  // namespace server
