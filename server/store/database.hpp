// The port under everything that is kept: rows in, rows out, atomically, in bounded time. All SQL
// stands above it, written once for both engines; an adapter knows its engine and nothing else.
//
// SQL that both engines read: `$1` to `$9…` for values, `INSERT … ON CONFLICT … RETURNING`, common
// table expressions, BIGINT, TEXT and BLOB (`schema.hpp`). No functions of time: moments are
// values.
#pragma once

#include "server/net/asio.hpp"
#include "server/store/store_error.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace server {

// Bytes as they are, where a std::string is UTF-8 text without NUL.
struct Blob {
    std::string bytes{};
    auto operator<=>(const Blob&) const = default;
};

using SqlValue = std::variant<std::monostate, std::int64_t, std::string, Blob>;
using SqlRow = std::vector<SqlValue>;
using SqlRows = std::vector<SqlRow>;

struct SqlStatement {
    std::string_view sql{};          // a literal, or what else outlives the database
    std::vector<SqlValue> values{};  // of $1, $2 …
};

// Executed in order, all or nothing. No statement sees half of another transaction, and rows it has
// changed nobody else changes before it ends.
struct Transaction {
    std::vector<SqlStatement> statements{};
    std::chrono::milliseconds within{2000};  // from the call of `run`; then `timed_out`
};

// The rows of each statement, in order; empty for one that returns none.
using DatabaseResult = Stored<std::vector<SqlRows>>;

enum class SqlDialect { sqlite, postgres };

struct StoreHealth {
    bool ok = true;  // false: the newest transaction or attempt to connect found the store wanting
    StoreFailure what{};      // where it is not ok
    std::string why{};        // then a sentence
    std::size_t waiting = 0;  // transactions not finished yet
};

// Thread-safe. A result never comes later than the transaction's time allows, whatever the engine
// does, and a store that comes back is used again without a restart. To be destroyed before the
// io_contexts whose coroutines may wait for it.
class Database {
public:
    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    Database(Database&&) = delete;
    Database& operator=(Database&&) = delete;
    virtual ~Database() = default;

    // Awaited from a loop that one thread runs; resumes there. A full queue or a store known to be
    // away is `unavailable` at once. Committed means: survives the end of any process (kill -9),
    // and what the adapter says about a loss of power.
    virtual net::awaitable<DatabaseResult> run(Transaction transaction) = 0;

    virtual StoreHealth health() const = 0;
    virtual SqlDialect dialect() const = 0;
};

// A transaction of one statement: its rows.
net::awaitable<Stored<SqlRows>> run_one(Database& database, SqlStatement statement);
// How many rows it returned: for statements that return one for each they have changed.
net::awaitable<Stored<std::int64_t>> run_and_count(Database& database, SqlStatement statement);

}  // namespace server
