// Everything behind a turn that waits for the world: the store, the clients that ask others, the
// effects between them, and the one loop they share. Nothing of it stands in the way of a webhook
// that asks for nothing.
#pragma once

#include "server/calls/place_order.hpp"
#include "server/net/loops.hpp"
#include "server/observe/access_log.hpp"
#include "server/observe/effect_counts.hpp"
#include "server/store/database.hpp"
#include "server/turn/voice_webhook.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace server {

class World {
public:
    struct Options {
        std::string store{};             // `sqlite:FILE` or `postgres://…`, as configured
        std::filesystem::path folder{};  // what FILE is relative to
        EffectCounts* counts = nullptr;  // null: nobody counts
    };
    // All else must outlive it. Never fails for a store that is away: it is tried again. Throws for
    // what is none (`why_no_store`).
    World(const CurrentSnapshot& current, RetiredVersions& retired, Log& log,
          const Options& options, Loops::OnFailure on_failure);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    World(World&&) = delete;
    World& operator=(World&&) = delete;

    void start();
    // Waits for effects under way, at most that long. False: some are left; their claims tell
    // whoever is asked for them next. Then `stop`.
    bool drain(std::chrono::milliseconds time);
    void stop();

    // Before anybody is answered from it: writes its versions of flows down, and waits for that as
    // long as a store that is there can take; then they are written behind. Once started, from any
    // thread but its own.
    void use(const std::shared_ptr<const Snapshot>& snapshot);

    // Puts down a call to be placed. Empty, or why not. Once started, from any thread but its own;
    // waits as long as the store may take.
    std::string place(PlaceOrder order);

    VoiceWebhook::World for_webhooks();
    StoreHealth store_health() const;

private:
    struct Parts;
    Loops loops_;
    std::unique_ptr<Parts> parts_;
};

}  // namespace server
