// Requests for calls become rows: the step `callback`, and `switchboard place`. For the world's
// loop only.
#pragma once

#include "server/calls/place_order.hpp"
#include "server/effects/world_actor.hpp"
#include "server/store/callbacks.hpp"

#include <functional>

namespace server {

class StoredCallRequests final : public CallRequests {
public:
    // `database` has to outlive it. `on_new` is called for each new row.
    StoredCallRequests(Database& database, Log& log, std::function<void()> on_new)
        : callbacks_{database}, log_{log}, on_new_{std::move(on_new)} {}

    net::awaitable<bool> request(const EffectOrder& order, const EffectKey& key,
                                 const flows::RequestCallback& request) override;

    // Empty: it is written down, and will be placed. Else a sentence.
    net::awaitable<std::string> place(PlaceOrder order, std::shared_ptr<const Snapshot> snapshot);

private:
    Callbacks callbacks_;
    Log& log_;
    std::function<void()> on_new_;
};

}  // namespace server
