// PlacedCalls over the store. For the world's loop, but its own two may be awaited on any.
#pragma once

#include "server/observe/access_log.hpp"
#include "server/observe/effect_counts.hpp"
#include "server/store/callbacks.hpp"
#include "server/turn/placed_calls.hpp"
#include "server/turn/snapshot.hpp"

namespace server {

class StoredPlacedCalls final : public PlacedCalls {
public:
    // All must outlive it.
    StoredPlacedCalls(net::io_context& world, Database& database, const CurrentSnapshot& current,
                      Log& log, EffectCounts* counts = nullptr)
        : world_{world}, callbacks_{database}, current_{current}, log_{log}, counts_{counts} {}

    net::awaitable<PlacedAnswer> answered(std::string request, std::string call_sid,
                                          std::string answered_by) override;
    net::awaitable<bool> ended(std::string request, std::string call_sid) override;

private:
    net::awaitable<PlacedAnswer> look_up(std::string request, std::string call_sid,
                                         std::string answered_by);
    net::awaitable<bool> note_end(std::string request, std::string call_sid);
    void count(std::string_view outcome) {
        if (counts_ != nullptr) counts_->count_call(outcome);
    }
    net::awaitable<bool> again(Callback callback, std::string_view why);

    net::io_context& world_;
    Callbacks callbacks_;
    const CurrentSnapshot& current_;
    Log& log_;
    EffectCounts* counts_;  // null: nobody counts
};

}  // namespace server
