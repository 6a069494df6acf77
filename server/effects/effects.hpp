// What a turn asks of the world, done once per identity (design: "Effects happen once").
#pragma once

#include "flows/engine/engine.hpp"
#include "server/awaitable.hpp"
#include "server/turn/call_begin.hpp"
#include "server/turn/snapshot.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace server {

// An effect, and in whose name.
struct EffectOrder {
    std::string call_sid{};
    std::string caller{};  // who is on the line, as Twilio told: E.164, or what stands in its place
    // How long he has stood in line by now, where the webhook tells: in line, and as it ends.
    std::chrono::seconds waited_in_line{0};
    flows::EffectId id{};
    flows::Effect effect{};
    std::chrono::milliseconds deadline{};  // from when it was first asked
    FlowVersion version{};                 // of the flow that asks
    std::string flow{};                    // the root: whose webhook the call began at
    std::shared_ptr<const Snapshot> snapshot{};
    std::size_t account = 0;            // index into its accounts
    std::string public_base{};          // scheme, host and prefix that Twilio reaches us at
    std::optional<CallBegin> begins{};  // of a flows::RequestCallback
};

class Effects {
public:
    // What came of it; nothing when it has not ended by `until`: it goes on, and whoever asks for
    // the same identity later, here or at another node, gets its result. May be awaited on any
    // loop; resumes there. Never throws for what the world does.
    virtual net::awaitable<std::optional<flows::EffectResult>>
    perform(EffectOrder order, std::chrono::steady_clock::time_point until) = 0;

    virtual ~Effects() = default;
};

}  // namespace server
