#include "server/store/postgres_database.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace server {
namespace {

// What a server that does not write refuses. `SELECT … FOR UPDATE` is among it.
bool may_write(const Transaction& transaction) {
    constexpr std::array<std::string_view, 6> words{"INSERT", "UPDATE", "DELETE",
                                                    "CREATE", "ALTER",  "DROP"};
    return std::ranges::any_of(transaction.statements, [&](const SqlStatement& statement) {
        return std::ranges::any_of(words, [&](std::string_view word) {
            return statement.sql.find(word) != std::string_view::npos;
        });
    });
}

// Held while its transaction is under way, even if the loop of the caller ends before that.
class Place {
public:
    explicit Place(std::shared_ptr<PostgresPool> pool) : pool_{std::move(pool)} {}
    ~Place() { pool_->release(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place(Place&&) = delete;
    Place& operator=(Place&&) = delete;

private:
    std::shared_ptr<PostgresPool> pool_;
};

}  // namespace

PostgresDatabase::PostgresDatabase(net::any_io_executor loop, std::string url,
                                   PostgresLimits limits)
    : pool_{std::make_shared<PostgresPool>(std::move(loop), std::move(url), limits)} {
    pool_->start();
}

PostgresDatabase::~PostgresDatabase() {
    try {
        pool_->stop();
    } catch (...) {
        // It cannot even be told so: its connections end with the loop.
    }
}

std::optional<StoreError> PostgresDatabase::why_not(const std::string& url) {
    const auto library = PostgresLibrary::load();
    if (library.has_error()) return library.error();
    const auto address = PostgresAddress::parse(**library, url);
    if (address.has_error()) return address.error();
    return std::nullopt;
}

net::awaitable<DatabaseResult> PostgresDatabase::run(Transaction transaction) {
    const std::shared_ptr<PostgresPool> pool = pool_;  // this may be gone when it is done
    if (auto error = refuse_bad_text(transaction)) co_return *std::move(error);
    if (auto error = pool->accept()) {
        pool->health().note(*error);
        co_return *std::move(error);
    }
    const Place place{pool};
    const bool writes = may_write(transaction);
    const auto executor = co_await net::this_coro::executor;
    const auto run = std::make_shared<PendingRun>(std::move(transaction), executor);
    pool->add(run);
    DatabaseResult result = co_await run->wait();
    pool->health().note(result, writes);
    if (result.has_error() && result.error().what == StoreFailure::timed_out &&
        !result.error().may_be_done)
        pool->tell_of_neglect();
    co_return result;
}

StoreHealth PostgresDatabase::health() const {
    StoreHealth health = pool_->health().health();
    health.waiting = pool_->accepted();
    return health;
}

}  // namespace server
