// The store of one machine: a SQLite file, written by one thread. All transactions that wait are
// committed together, so that one write to the disk serves many; one that fails takes none of the
// others with it.
#pragma once

#include "server/store/database.hpp"
#include "server/store/health_record.hpp"
#include "server/store/pending_run.hpp"
#include "server/store/sqlite_connection.hpp"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <span>
#include <thread>

namespace server {

class SqliteDatabase final : public Database {
public:
    // Never fails: a file that cannot be opened is tried again with every transaction. Beyond
    // `capacity` transactions in the queue `run` is `unavailable`.
    explicit SqliteDatabase(std::filesystem::path file, std::size_t capacity = 1024);
    ~SqliteDatabase() override;  // executes what waits, each until its deadline

    net::awaitable<DatabaseResult> run(Transaction transaction) override;
    StoreHealth health() const override;
    SqlDialect dialect() const override { return SqlDialect::sqlite; }

private:
    using Run = std::shared_ptr<PendingRun>;

    void work();
    void execute(std::span<const Run> runs, SqliteConnection::For what);
    void execute_one(const Run& run, SqliteConnection::For what);
    void finish(const Run& run, DatabaseResult result, SqliteConnection::For what);
    std::optional<StoreError> open(PendingRun::Clock::time_point deadline);

    const std::filesystem::path file_;
    const std::size_t capacity_;
    HealthRecord health_;
    std::unique_ptr<SqliteConnection> connection_;  // of the thread

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Run> queue_;
    std::size_t executing_ = 0;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace server
