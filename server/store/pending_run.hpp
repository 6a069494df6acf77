// One transaction on its way from the loop of its caller to whoever executes it, and back. The
// caller's wait ends at the deadline even where the other side hangs in a disk or a network.
#pragma once

#include "server/store/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <optional>

namespace server {

class PendingRun : public std::enable_shared_from_this<PendingRun> {
public:
    using Clock = std::chrono::steady_clock;

    // `executor`: the caller's, of a loop that one thread runs.
    PendingRun(Transaction transaction, net::any_io_executor executor);

    // For the caller: the result, or `timed_out` at the deadline. Awaited once, by a coroutine on
    // the executor, before anything can complete it there.
    net::awaitable<DatabaseResult> wait();

    // For whoever executes it, from any thread.
    const Transaction& transaction() const { return transaction_; }
    Clock::time_point deadline() const { return deadline_; }
    // False: the caller has given it up, and was told that nothing happened. Else from now on he is
    // told that it may have.
    bool begin();
    // It has not happened, and another attempt may follow. After `begin`.
    void put_back();
    // Once. May come after the deadline, and is lost then.
    void complete(DatabaseResult result);

private:
    enum class Stage { waiting, running, given_up };

    Transaction transaction_;
    net::any_io_executor executor_;
    Clock::time_point deadline_;
    std::atomic<Stage> stage_{Stage::waiting};
    // Touched on the executor only.
    net::steady_timer* waiter_ = nullptr;
    std::optional<DatabaseResult> result_;
};

// PostgreSQL refuses text that is no UTF-8 or has a NUL in it, and SQLite takes it: here both
// refuse.
std::optional<StoreError> refuse_bad_text(const Transaction& transaction);

}  // namespace server
