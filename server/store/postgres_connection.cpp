#include "server/store/postgres_connection.hpp"

#include "server/store/postgres_error.hpp"
#include "server/store/postgres_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace server {
namespace {

// Whatever the server's default is: the SQL above the port is written for this one.
constexpr std::string_view begin_sql = "BEGIN ISOLATION LEVEL READ COMMITTED";

// Of this transaction only. A commit that the server may forget when it is killed is none.
constexpr std::string_view limits_sql =
    "SELECT set_config('statement_timeout', $1, true), CASE current_setting('synchronous_commit') "
    "WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END";

// A statement is prepared for types of values, and a missing one has none.
std::string key_of(const SqlStatement& statement) {
    std::string key{statement.sql};
    for (const SqlValue& value : statement.values)
        key += static_cast<char>('0' + value.index());
    return key;
}

}  // namespace

PostgresConnection::PostgresConnection(std::shared_ptr<const PostgresLibrary> library,
                                       net::any_io_executor executor)
    : library_{std::move(library)}, connection_{nullptr, Finish{library_}}, socket_{std::move(
                                                                                executor)} {}

net::awaitable<std::optional<StoreError>>
PostgresConnection::open(const PostgresParameterList& parameters, Clock::time_point until) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    connection_.reset(library_->connect_start_params(keywords.data(), values.data(), 1));
    if (!connection_) co_return lose(StoreFailure::unavailable, "no memory for a connection");
    library_->set_notice_processor(
        connection_.get(), [](void*, const char*) {}, nullptr);

    auto polling = library_->status(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED
                                                                         : PGRES_POLLING_WRITING;
    while (polling == PGRES_POLLING_READING || polling == PGRES_POLLING_WRITING) {
        const bool ready = co_await is_ready(polling, until);
        if (!ready) {
            co_return lose(StoreFailure::unavailable,
                           is_abandoned_ ? "the store is being closed"
                                         : "PostgreSQL does not answer an attempt to connect");
        }
        polling = library_->connect_poll(connection_.get());
    }
    if (polling != PGRES_POLLING_OK) co_return lose(StoreFailure::unavailable, message());
    if (library_->setnonblocking(connection_.get(), 1) != 0 ||
        library_->enter_pipeline_mode(connection_.get()) != 1 ||
        !socket_.watch(library_->socket(connection_.get())))
        co_return lose(StoreFailure::unavailable, "no file descriptor or memory for a connection");
    co_return std::nullopt;
}

// libpq may have another socket after each step, even of the same number.
net::awaitable<bool> PostgresConnection::is_ready(PostgresPollingStatusType what,
                                                  Clock::time_point until) {
    if (!socket_.watch(library_->socket(connection_.get()))) co_return false;
    const auto direction =
        what == PGRES_POLLING_READING ? PostgresSocket::For::reading : PostgresSocket::For::writing;
    while (!is_abandoned_ && Clock::now() < until) {
        co_await socket_.wait(direction, until);
        const bool readable = socket_.take_readable();
        const bool writable = socket_.take_writable();
        if (readable || writable) {
            socket_.unwatch();
            co_return !is_abandoned_;
        }
    }
    co_return false;
}

void PostgresConnection::abandon() {
    is_abandoned_ = true;
    socket_.wake();
}

net::awaitable<PostgresConnection::Outcome>
PostgresConnection::execute(const Transaction& transaction, std::chrono::milliseconds statement,
                            Clock::time_point until) {
    read();
    if (is_at_its_end_) lose(StoreFailure::unavailable, message());
    if (!is_open() || !send(transaction, statement)) {
        // Without COMMIT, which goes last.
        if (is_open()) lose(StoreFailure::unavailable, message());
        co_return Outcome{.result = why_lost_, .is_worth_another_attempt = true};
    }
    Progress progress;
    for (const Sent& sent : sent_) {
        const Result result = co_await next_result(until);
        if (!result) break;
        note(sent, result.get(), progress);
        if (is_at_its_end_ && progress.error) break;
    }
    forget_failed_preparations();
    if (progress.error) {
        co_return Outcome{.result = *std::move(progress.error),
                          .is_worth_another_attempt = progress.is_retriable};
    }
    if (progress.is_committed) co_return Outcome{.result = std::move(progress.rows)};
    StoreError lost = why_lost_;
    lost.may_be_done = true;
    co_return Outcome{.result = std::move(lost)};
}

net::awaitable<void> PostgresConnection::clean_up(Clock::time_point until) {
    if (!is_open() || is_at_its_end_) {
        if (is_open()) lose(StoreFailure::unavailable, message());
        co_return;
    }
    if (library_->transaction_status(connection_.get()) == PQTRANS_IDLE) co_return;
    sent_.clear();
    Progress progress;
    if (send({.sql = "ROLLBACK"}, Sent::What::frame) && send_end()) {
        for (const Sent& sent : sent_) {
            const Result result = co_await next_result(until);
            if (!result) break;
            note(sent, result.get(), progress);
        }
        forget_failed_preparations();
    }
    if (is_open() && library_->transaction_status(connection_.get()) != PQTRANS_IDLE)
        lose(StoreFailure::unavailable, "PostgreSQL does not end a transaction that failed");
}

net::awaitable<void> PostgresConnection::idle() {
    if (!is_open()) co_return;
    co_await socket_.wait(PostgresSocket::For::reading, Clock::time_point::max());
    if (!socket_.take_readable()) co_return;
    read();
    if (is_at_its_end_) lose(StoreFailure::unavailable, message());
}

bool PostgresConnection::send(const Transaction& transaction, std::chrono::milliseconds statement) {
    sent_.clear();
    const SqlStatement limits{.sql = limits_sql, .values = {std::to_string(statement.count())}};
    return send({.sql = begin_sql}, Sent::What::frame) && send(limits, Sent::What::frame) &&
           std::ranges::all_of(
               transaction.statements,
               [this](const SqlStatement& each) { return send(each, Sent::What::statement); }) &&
           send({.sql = "COMMIT"}, Sent::What::commit) && send_end();
}

bool PostgresConnection::send(const SqlStatement& statement, Sent::What what) {
    PGconn* const connection = connection_.get();
    const PostgresParameters parameters{statement.values};
    Prepared& prepared = prepared_[key_of(statement)];
    if (prepared.name.empty()) {
        prepared.name = fmt::format("s{}", ++names_);
        const std::string sql{statement.sql};
        if (library_->send_prepare(connection, prepared.name.c_str(), sql.c_str(),
                                   parameters.count(), parameters.types()) != 1)
            return false;
        sent_.push_back({.what = Sent::What::preparation, .preparation = &prepared});
    }
    constexpr int binary = 1;
    if (library_->send_query_prepared(connection, prepared.name.c_str(), parameters.count(),
                                      parameters.values(), parameters.lengths(),
                                      parameters.formats(), binary) != 1)
        return false;
    sent_.push_back({.what = what});
    return true;
}

bool PostgresConnection::send_end() {
    sent_.push_back({.what = Sent::What::end});
    return library_->pipeline_sync(connection_.get()) == 1;
}

net::awaitable<PostgresConnection::Result>
PostgresConnection::next_result(Clock::time_point until) {
    // Behind the result of each message libpq tells of its end, by a result that is none.
    for (int ends = 0; is_open() && ends < 3;) {
        const bool unsent = !is_at_its_end_ && library_->flush(connection_.get()) == 1;
        if (is_at_its_end_ || library_->is_busy(connection_.get()) == 0) {
            Result result{library_->get_result(connection_.get()), Clear{library_.get()}};
            if (result) co_return result;
            ++ends;
            continue;
        }
        if (Clock::now() >= until) {
            lose(StoreFailure::timed_out, "PostgreSQL does not answer");
            break;
        }
        const auto what = unsent ? PostgresSocket::For::both : PostgresSocket::For::reading;
        co_await socket_.wait(what, until);
        socket_.take_writable();
        if (socket_.take_readable()) read();
    }
    if (is_open()) lose(StoreFailure::unavailable, message());
    co_return Result{nullptr, Clear{library_.get()}};
}

void PostgresConnection::note(const Sent& sent, PGresult* result, Progress& progress) const {
    switch (library_->result_status(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        break;
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:  // passed over, since one before it failed
        return;
    default: {
        const char* const state = library_->result_error_field(result, PG_DIAG_SQLSTATE);
        // Without it nobody but libpq speaks: the answer got lost.
        if (!state || progress.error || progress.is_committed) return;
        const char* const words = library_->result_error_field(result, PG_DIAG_MESSAGE_PRIMARY);
        progress.error = postgres_error(state, words ? words : "");
        progress.is_retriable = is_worth_another_attempt(state);
        return;
    }
    }
    if (sent.what == Sent::What::preparation) sent.preparation->is_there = true;
    if (sent.what == Sent::What::statement) {
        auto rows = rows_of(result);
        if (rows.has_error())
            progress.error = std::move(rows).error();
        else
            progress.rows.push_back(*std::move(rows));
    }
    if (sent.what == Sent::What::commit) {
        progress.is_committed = std::string_view{library_->cmd_status(result)} == "COMMIT";
        // A row that could not be read changes nothing about that.
        if (progress.error) progress.error->may_be_done = progress.is_committed;
    }
}

Stored<SqlRows> PostgresConnection::rows_of(const PGresult* result) const {
    SqlRows rows(static_cast<std::size_t>(library_->ntuples(result)));
    const int columns = library_->nfields(result);
    for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
        for (int column = 0; column < columns; ++column) {
            SqlRow& values = rows[static_cast<std::size_t>(row)];
            if (library_->getisnull(result, row, column) != 0) {
                values.emplace_back();
                continue;
            }
            const auto type = library_->ftype(result, column);
            const std::string_view bytes{
                library_->getvalue(result, row, column),
                static_cast<std::size_t>(library_->getlength(result, row, column))};
            auto value = postgres_value(type, bytes);
            if (!value) {
                // It may yet be committed, and is not known to be before its end.
                return StoreError{.what = StoreFailure::broken,
                                  .may_be_done = true,
                                  .why = fmt::format("a column of a type that the store does not "
                                                     "use (PostgreSQL's number {})",
                                                     type)};
            }
            values.push_back(*std::move(value));
        }
    }
    return rows;
}

void PostgresConnection::forget_failed_preparations() {
    for (const Sent& sent : sent_)
        if (sent.preparation && !sent.preparation->is_there) sent.preparation->name.clear();
}

void PostgresConnection::read() {
    if (!is_open() || library_->consume_input(connection_.get()) == 1) return;
    // Only the end of a connection makes libpq let go of its socket.
    if (library_->socket(connection_.get()) >= 0)
        lose(StoreFailure::unavailable, message());
    else
        is_at_its_end_ = true;
}

StoreError PostgresConnection::lose(StoreFailure what, std::string why) {
    why_lost_ = {.what = what, .why = std::move(why)};
    socket_.unwatch();
    connection_.reset();
    return why_lost_;
}

std::string PostgresConnection::message() const {
    const std::string_view text{library_->error_message(connection_.get())};
    return fmt::format("PostgreSQL: {}",
                       text.empty() ? "the connection is lost" : first_line(text));
}

}  // namespace server
