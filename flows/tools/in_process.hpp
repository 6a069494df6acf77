// Answers webhooks by the engine in this process: what a server would say, without sockets, TLS,
// signatures and sealed state. The state travels in the URL in plain base64url, for `flows` knows
// no OpenSSL; paths are the server's. For the replayer and for tests.
#pragma once

#include "flows/tools/transport.hpp"

#include <string_view>

namespace flows {

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

    // As flows::Transport wants it: with what the engine did.
    Answer operator()(const TapeRequest& request, Now now) const;

    // As flows::Answerer wants it. `at` (RFC 3339, 2026-01-06T15:00:00Z) moves the clock of this
    // webhook; empty or not understood: World::now.
    TapeResponse operator()(const TapeRequest& request, std::string_view at) const;

private:
    World world_;
};

}  // namespace flows
