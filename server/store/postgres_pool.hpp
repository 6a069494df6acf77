// The connections to one PostgreSQL and the transactions that wait for one. A connection is made
// where all others are busy, up to a bound; the last one is never given up, but tried again, with
// full jitter, until the server is there.
//
// Lives in one loop, that one thread runs; what says so may be called from any thread.
#pragma once

#include "server/store/full_jitter.hpp"
#include "server/store/health_record.hpp"
#include "server/store/pending_run.hpp"
#include "server/store/postgres_connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace server {

struct PostgresLimits {
    std::size_t connections = 8;
    std::size_t capacity = 1024;  // transactions that were accepted and are not finished
};

class PostgresPool : public std::enable_shared_from_this<PostgresPool> {
public:
    using Clock = PostgresConnection::Clock;
    using Run = std::shared_ptr<PendingRun>;

    PostgresPool(net::any_io_executor loop, std::string url, PostgresLimits limits);

    // From any thread.
    void start();
    void add(Run run);
    // What waits is still executed as long as there is a connection; then they are closed.
    void stop();
    // Its caller has stopped waiting, and nobody had begun it.
    void tell_of_neglect();
    // An error: none can be accepted now.
    std::optional<StoreError> accept();
    void release() { accepted_.fetch_sub(1); }
    HealthRecord& health() { return health_; }
    std::size_t accepted() const { return accepted_.load(); }

private:
    using Pool = std::shared_ptr<PostgresPool>;
    using Connection = std::unique_ptr<PostgresConnection>;

    void start_worker();
    bool may_start_worker() const;
    static net::awaitable<void> work(Pool pool);
    net::awaitable<std::optional<StoreError>> open(Connection& connection);
    net::awaitable<void> serve(PostgresConnection& connection);
    net::awaitable<void> execute(PostgresConnection& connection, Run run);
    net::awaitable<void> wait_for(std::chrono::milliseconds time);
    Run next_run();
    void enqueue(Run run);
    void is_there();
    void is_away(const StoreError& error);

    net::any_io_executor loop_;
    const std::string url_;
    const PostgresLimits limits_;
    HealthRecord health_;
    std::atomic<std::size_t> accepted_{0};
    std::mutex mutex_;
    std::optional<StoreError> away_;  // under the mutex: known to be away, and why

    // Of the loop.
    std::shared_ptr<const PostgresLibrary> library_;
    std::optional<PostgresAddress> address_;
    std::deque<Run> queue_;
    std::vector<PostgresConnection*> opening_;
    std::vector<PostgresConnection*> idle_;
    std::size_t workers_ = 0;
    std::size_t connected_ = 0;
    bool stopped_ = false;
    FullJitter reconnecting_;
    Clock::time_point no_attempt_before_{};
    net::steady_timer retry_;
};

}  // namespace server
