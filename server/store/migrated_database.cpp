#include "server/store/migrated_database.hpp"

#include "server/store/sql_values.hpp"

#include <fmt/format.h>

#include <utility>

namespace server {
namespace {

constexpr std::string_view version_table =
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY) STRICT";

// How often other processes may have been quicker before somebody has to look.
constexpr int races_at_most = 10;

}  // namespace

MigratedDatabase::MigratedDatabase(std::unique_ptr<Database> inner,
                                   std::span<const Migration> migrations)
    : inner_{std::move(inner)}, migrations_{migrations}, create_version_table_{in_dialect(
                                                             version_table, inner_->dialect())} {
    for (const Migration& migration : migrations) {
        auto& statements = statements_.emplace_back();
        for (const std::string_view sql : migration.statements)
            statements.push_back(in_dialect(sql, inner_->dialect()));
    }
}

net::awaitable<DatabaseResult> MigratedDatabase::run(Transaction transaction) {
    const auto begun = std::chrono::steady_clock::now();
    if (!is_ready_.load(std::memory_order_acquire)) {
        auto migrated = co_await migrate(transaction.within);
        if (migrated.has_error()) co_return std::move(migrated).error();
        transaction.within -= std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun);
    }
    co_return co_await inner_->run(std::move(transaction));
}

net::awaitable<Stored<void>> MigratedDatabase::migrate(std::chrono::milliseconds within) {
    auto done = co_await attempt(within);
    const std::lock_guard lock{mutex_};
    if (done.has_value()) {
        is_ready_.store(true, std::memory_order_release);
        why_not_.reset();
    } else if (!is_ready_.load(std::memory_order_relaxed)) {
        why_not_ = done.error();  // nobody was quicker: it would be taken back by none
    }
    co_return done;
}

StoreHealth MigratedDatabase::health() const {
    StoreHealth health = inner_->health();
    const std::lock_guard lock{mutex_};
    if (!why_not_) return health;
    health.ok = false;
    health.what = why_not_->what;
    health.why = why_not_->why;
    return health;
}

// Each version is one transaction that begins with writing its number. Of two processes that are at
// the same version, the second waits for the first and then fails at that, having changed nothing.
net::awaitable<Stored<void>> MigratedDatabase::attempt(std::chrono::milliseconds within) {
    const auto newest = static_cast<std::int64_t>(migrations_.size());
    for (int races_lost = 0; races_lost < races_at_most;) {
        const auto found = co_await version(within);
        if (found.has_value() && *found > newest) {
            co_return StoreError{
                .what = StoreFailure::newer_schema,
                .why = fmt::format("the store was made by a newer program (its tables are of "
                                   "version {}, this program knows {}): run that one",
                                   *found, newest)};
        }
        if (found.has_value() && *found == newest) co_return Stored<void>{};
        auto error = found.has_error() ? std::optional{found.error()} : std::nullopt;
        if (!error) {
            Transaction step = migration_to(*found + 1);
            step.within = within;
            const auto made = co_await inner_->run(std::move(step));
            if (made.has_error()) error = made.error();
        }
        if (error && error->what != StoreFailure::constraint) co_return *std::move(error);
        if (error) ++races_lost;
    }
    co_return StoreError{.what = StoreFailure::broken,
                         .why = "the store's tables cannot be brought up to date"};
}

// Asked before the table is made, since a store that is only read has it already.
net::awaitable<Stored<std::int64_t>> MigratedDatabase::version(std::chrono::milliseconds within) {
    Transaction question{
        .statements = {{.sql = "SELECT coalesce(max(version), 0) FROM schema_version"}},
        .within = within};
    auto answer = co_await inner_->run(question);
    if (answer.has_error() && answer.error().what == StoreFailure::broken) {
        Transaction creation{.statements = {{.sql = create_version_table_}}, .within = within};
        const auto created = co_await inner_->run(std::move(creation));
        if (created.has_error()) co_return created.error();
        answer = co_await inner_->run(std::move(question));
    }
    if (answer.has_error()) co_return std::move(answer).error();
    co_return to_integer(answer->at(0).at(0).at(0));
}

Transaction MigratedDatabase::migration_to(std::int64_t version) const {
    Transaction step;
    step.statements.push_back(
        {.sql = "INSERT INTO schema_version (version) VALUES ($1)", .values = {version}});
    for (const std::string& sql : statements_.at(static_cast<std::size_t>(version - 1)))
        step.statements.push_back({.sql = sql});
    return step;
}

}  // namespace server
