// Turns with nobody on the line that need something of the world: written down before their webhook
// is answered, then worked off, by this process or by whoever comes after it. Design, chapter 4.
#pragma once

#include "server/turn/sealed_state.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

// All that is needed to go on with it, on any node.
struct SilentTurn {
    std::string call_sid{};
    std::string identity{};  // what makes it this turn of this call: state, step, visit, event
    std::string flow{};      // the root: whose webhook the call began at
    FlowVersion version{};
    std::string state{};        // flows::encode: it stands at the step that asks
    std::string account_sid{};  // of the webhook
    std::string public_base{};  // where Twilio reaches us
    // Of the webhook: who called whom. No digits, no speech.
    std::vector<std::pair<std::string, std::string>> call{};
    // The call is over: its `hung_up` follows.
    bool ends_call = false;
};

// Of the turn that runs `hung_up`: one a call, whoever owes it.
inline constexpr std::string_view hung_up_identity = "hung_up";

class SilentTurns {
public:
    // Once this returns the turn is written down and will be worked off; or the store was away, and
    // it has been worked off with effects that failed. A duplicate is the same turn. May be awaited
    // on any loop.
    virtual boost::asio::awaitable<void> owe(SilentTurn turn) = 0;
    virtual ~SilentTurns() = default;
};

}  // namespace server
