// SilentTurns over the store: written down, then worked by whoever claims them. For the world's
// loop only, but for `owe`.
#pragma once

#include "server/store/owed_turns.hpp"
#include "server/turn/silent_turn_worker.hpp"
#include "server/turn/silent_turns.hpp"

#include <atomic>
#include <memory>

namespace server {

class OwedSilentTurns final : public SilentTurns {
public:
    // `owner`: random, of this process.
    OwedSilentTurns(net::io_context& world, Database& database, const CurrentSnapshot& current,
                    SilentTurnWorker& worker, std::string owner, Log& log)
        : world_{world}, owed_{database}, current_{current}, worker_{worker},
          owner_{std::move(owner)}, log_{log} {}

    net::awaitable<void> owe(SilentTurn turn) override;

    // Works one that somebody left undone, if there is one. True: there may be more.
    net::awaitable<bool> work_one_left();
    net::awaitable<void> forget_old();

    std::size_t under_way() const { return under_way_; }

private:
    struct Hold;
    net::awaitable<void> work(OwedTurnClaim claim, SilentTurn turn);
    net::awaitable<void> hold(std::shared_ptr<Hold> held, OwedTurnClaim claim);
    std::string write(const SilentTurn& turn) const;
    std::optional<SilentTurn> read(const OwedTurn& owed) const;

    net::io_context& world_;
    OwedTurns owed_;
    const CurrentSnapshot& current_;
    SilentTurnWorker& worker_;
    std::string owner_;
    Log& log_;
    std::atomic<std::size_t> under_way_{0};
};

}  // namespace server
