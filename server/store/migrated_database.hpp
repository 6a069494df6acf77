// A database whose tables are there: made and brought up to date with the first transaction that
// reaches the store, whenever that is. Several processes may do so at once.
#pragma once

#include "server/store/schema.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace server {

class MigratedDatabase final : public Database {
public:
    explicit MigratedDatabase(std::unique_ptr<Database> inner,
                              std::span<const Migration> migrations = schema_migrations());

    // Before the tables are there, or where they are a newer program's: that failure.
    net::awaitable<DatabaseResult> run(Transaction transaction) override;

    // Brings the tables up to date without anything else to do, each version within that time.
    net::awaitable<Stored<void>> migrate(std::chrono::milliseconds within);

    StoreHealth health() const override;
    SqlDialect dialect() const override { return inner_->dialect(); }

private:
    net::awaitable<Stored<void>> attempt(std::chrono::milliseconds within);
    net::awaitable<Stored<std::int64_t>> version(std::chrono::milliseconds within);
    Transaction migration_to(std::int64_t version) const;

    std::unique_ptr<Database> inner_;
    std::span<const Migration> migrations_;
    std::deque<std::deque<std::string>> statements_;  // of each migration, in the engine's words
    std::string create_version_table_;
    std::atomic<bool> is_ready_{false};
    mutable std::mutex mutex_;
    std::optional<StoreError> why_not_;
};

}  // namespace server
