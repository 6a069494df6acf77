// One connection to a PostgreSQL, in pipeline mode: a transaction goes there and its results come
// back in one round trip. Never blocks. Of one thread, that of the loop, and used by one coroutine
// at a time.
//
// Source: PostgreSQL 15, "libpq": "Asynchronous Command Processing", "Pipeline Mode".
#pragma once

#include "server/store/database.hpp"
#include "server/store/postgres_address.hpp"
#include "server/store/postgres_library.hpp"
#include "server/store/postgres_socket.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace server {

class PostgresConnection {
public:
    using Clock = PostgresSocket::Clock;

    PostgresConnection(std::shared_ptr<const PostgresLibrary> library,
                       net::any_io_executor executor);

    // Once, before all else. None: it is open.
    net::awaitable<std::optional<StoreError>> open(const PostgresParameterList& parameters,
                                                   Clock::time_point until);

    struct Outcome {
        DatabaseResult result;
        // Nothing has happened, by no fault of the transaction: here or, where this connection is
        // not open any more, on another.
        bool is_worth_another_attempt = false;
    };
    // The server ends each statement after `statement` by itself. Where it says nothing at all
    // until `until`, the connection is given up.
    net::awaitable<Outcome> execute(const Transaction& transaction,
                                    std::chrono::milliseconds statement, Clock::time_point until);

    // After a transaction that failed, before the next; else the connection is given up.
    net::awaitable<void> clean_up(Clock::time_point until);

    // Until it is woken, or the server ends the connection.
    net::awaitable<void> idle();
    // Ends `idle`, or makes it end at once.
    void wake() { socket_.wake(); }
    // Ends `open`.
    void abandon();

    bool is_open() const { return connection_ != nullptr; }
    // Why it is not open any more.
    const StoreError& why_lost() const { return why_lost_; }

private:
    struct Finish {
        std::shared_ptr<const PostgresLibrary> library;
        void operator()(PGconn* connection) const { library->finish(connection); }
    };
    struct Clear {
        const PostgresLibrary* library = nullptr;
        void operator()(PGresult* result) const { library->clear(result); }
    };
    using Result = std::unique_ptr<PGresult, Clear>;

    struct Prepared {
        std::string name{};     // on the server; empty: not prepared
        bool is_there = false;  // false: on its way
    };
    // A message that was sent; each has one result.
    struct Sent {
        enum class What { preparation, frame, statement, commit, end };
        What what = What::frame;
        Prepared* preparation = nullptr;
    };
    // What became of a transaction as far as its results have come.
    struct Progress {
        std::vector<SqlRows> rows{};
        std::optional<StoreError> error{};
        bool is_retriable = false;
        bool is_committed = false;
    };

    bool send(const SqlStatement& statement, Sent::What what);
    bool send_end();
    bool send(const Transaction& transaction, std::chrono::milliseconds statement);
    net::awaitable<bool> is_ready(PostgresPollingStatusType what, Clock::time_point until);
    net::awaitable<Result> next_result(Clock::time_point until);
    void note(const Sent& sent, PGresult* result, Progress& progress) const;
    Stored<SqlRows> rows_of(const PGresult* result) const;
    void forget_failed_preparations();
    void read();
    StoreError lose(StoreFailure what, std::string why);
    std::string message() const;

    std::shared_ptr<const PostgresLibrary> library_;
    std::unique_ptr<PGconn, Finish> connection_;
    PostgresSocket socket_;
    std::vector<Sent> sent_;
    // By statement and types of its values.
    std::unordered_map<std::string, Prepared> prepared_;
    std::size_t names_ = 0;
    bool is_abandoned_ = false;
    bool is_at_its_end_ = false;  // nothing more comes from the server
    StoreError why_lost_{};
};

}  // namespace server
