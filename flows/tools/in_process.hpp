// Answers webhooks by the engine in this process: what a server would say, without sockets, TLS,
// signatures and sealed state. The state travels in the URL in plain base64url, for `flows` knows
// no OpenSSL; paths are the server's. For the replayer and for tests.
#pragma once

#include "flows/tools/replayer.hpp"
#include "flows/tools/transport.hpp"

#include <string_view>

namespace flows {

// How long a webhook waits for the effects of its turn, from its arrival. Source: design, "Effects
// happen once": Twilio gives up after 15 s.
inline constexpr std::chrono::seconds patience{5};

// Holds what it needs by value but the flows and settings, which outlive it. Thread-safe.
class InProcess {
public:
    struct World {
        const FlowSet* flows = nullptr;
        const SettingValues* settings = nullptr;
        const DialRules* dial_rules = nullptr;  // may be null
        Now now{};                              // when nothing else is told
    };
    explicit InProcess(const World& world) : world_{world} {}

    // As flows::Transport wants it: with what the engine did. A turn waits for its effects as the
    // server does: up to `patience`, then the caller is told to come back. With nobody on the line
    // it waits for all of them, which is as if they had been worked off later.
    Answer operator()(const TapeRequest& request, Now now, EffectScript& effects) const;

    // As flows::Answerer wants it. `at` (RFC 3339, 2026-01-06T15:00:00Z) moves the clock of this
    // webhook; empty or not understood: World::now. Nobody tells what came of effects: `replay`
    // says what they are taken for (flows/tools/replayer).
    Replayed operator()(const TapeRequest& request, std::string_view at) const;

private:
    World world_;
};

}  // namespace flows
