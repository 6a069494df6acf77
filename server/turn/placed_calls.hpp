// Calls that we place ourselves, as their webhooks meet them: what one begins with, and how it
// ended. A port: the store is behind it. `request` is what the webhook's URL carries.
#pragma once

#include "server/flow_version.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace server {

// What an answered call begins with.
struct PlacedStart {
    std::string flow{};
    FlowVersion version{};
    std::string state{};  // flows::encode
};

// Nothing to begin with: the request is unknown, or another call's.
struct PlacedAnswer {
    std::optional<PlacedStart> start{};
    bool hangs_up = false;  // a machine answered that is not to be spoken to
};

class PlacedCalls {
public:
    // The call was answered. A duplicate gets the same. May be awaited on any loop; resumes there.
    virtual boost::asio::awaitable<PlacedAnswer> answered(std::string request, std::string call_sid,
                                                          std::string answered_by) = 0;

    // The call is over. False: it could not be written down. Told twice it counts once.
    virtual boost::asio::awaitable<bool> ended(std::string request, std::string call_sid) = 0;

    virtual ~PlacedCalls() = default;
};

}  // namespace server
