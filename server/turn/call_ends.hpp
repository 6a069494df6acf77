// Where calls stand, of flows with `hung_up`, and that they are over: a final status carries no
// state. Design, chapter 3: "The end of a call carries no state".
#pragma once

#include "server/flow_version.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace server {

// Where a call stands behind a reply.
struct CallStand {
    std::string flow{};  // the root: whose webhook the call began at
    FlowVersion version{};
    std::string state{};                                    // flows::encode
    std::chrono::sys_time<std::chrono::milliseconds> at{};  // when its webhook arrived
    bool operator==(const CallStand&) const = default;
};

class CallEnds {
public:
    // Writes it down soon, unless a newer one of the call is there, or the call is over; never
    // waits. What the store cannot take is shed. Thread-safe.
    virtual void keep(std::string call_sid, CallStand stand) = 0;

    struct Known {
        bool is_over = false;              // somebody saw to its `hung_up`
        std::optional<CallStand> stand{};  // the newest that was written down, if any was
        bool operator==(const Known&) const = default;
    };
    // Nothing: the store is away. May be awaited on any loop, as `claim`.
    virtual boost::asio::awaitable<std::optional<Known>> find(std::string call_sid) = 0;

    // The call is over. True for the first who says so. Whoever owes a turn for it says so behind
    // that: a process that ends in between has lost nothing, and the turn is the same for all.
    virtual boost::asio::awaitable<bool> claim(std::string call_sid) = 0;

    virtual ~CallEnds() = default;
};

}  // namespace server
