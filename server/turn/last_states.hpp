// Where calls stand, of flows with `hung_up`: a final status carries no state. One row a call, the
// newest state, written behind each reply. Design, chapter 3: "The end of a call carries no state".
#pragma once

#include "server/turn/sealed_state.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace server {

struct LastState {
    std::string flow{};  // the root: whose webhook the call began at
    FlowVersion version{};
    std::string state{};                                    // flows::encode
    std::chrono::sys_time<std::chrono::milliseconds> at{};  // when its webhook arrived
    bool operator==(const LastState&) const = default;
};

class LastStates {
public:
    // Writes it down soon, unless a newer one of the call is there; never waits. What the store
    // cannot take is shed, and counted. Thread-safe.
    virtual void keep(std::string call_sid, LastState state) = 0;

    // Claims the end of the call: true for the first who asks, and again for whoever asks with the
    // same `by`, so that a duplicate of its webhook does what it did. False too while the store is
    // away: better never than twice. May be awaited on any loop.
    virtual boost::asio::awaitable<bool> claim_end(std::string call_sid, std::string by) = 0;

    // The newest one that was written down, if any was.
    virtual boost::asio::awaitable<std::optional<LastState>> find(std::string call_sid) = 0;

    virtual ~LastStates() = default;
};

}  // namespace server
