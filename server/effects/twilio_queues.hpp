// Lines of callers by Twilio's Queue and Member resources.
#pragma once

#include "server/effects/lines.hpp"
#include "server/effects/twilio_rest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace server {

// The queue of that name in a list of queues, as a sid; empty where it is not, or has nobody in it.
// Nothing of what is no such list.
std::optional<std::string> sid_of_queue(std::string_view body, std::string_view name);

class TwilioQueues final : public Lines {
public:
    explicit TwilioQueues(TwilioRest& rest) : rest_{rest} {}  // `rest` outlives this

    net::awaitable<LineFront> front_of(std::string queue,
                                       std::chrono::milliseconds timeout) override;

private:
    TwilioRest& rest_;
};

}  // namespace server
