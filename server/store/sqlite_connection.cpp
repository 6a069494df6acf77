#include "server/store/sqlite_connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

namespace server {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Steps of SQLite's machine between two looks at the clock: some microseconds.
constexpr int steps_between_looks = 1000;

StoreFailure failure_of(int code) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return StoreFailure::timed_out;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return StoreFailure::read_only;
    case SQLITE_FULL:
        return StoreFailure::full;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
        return StoreFailure::constraint;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
        return StoreFailure::unavailable;
    default:
        return StoreFailure::broken;
    }
}

StoreFailure failure_of_errno(int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return StoreFailure::full;
    case EROFS:
    case EACCES:
    case EPERM:
        return StoreFailure::read_only;
    default:
        return StoreFailure::unavailable;
    }
}

// SQLite would make it by the umask; the files it puts beside it take its mode over.
std::optional<StoreError> make_private(const fs::path& file) {
    std::error_code ignored;  // what is wrong with the folder, opening says better
    if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const int why = errno;
    if (made >= 0) ::close(made);
    if (made >= 0 || why == EEXIST) return std::nullopt;
    return StoreError{
        .what = failure_of_errno(why),
        .why = fmt::format("{}: {}", file.string(), std::generic_category().message(why))};
}

int bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
    // Never null: SQLite would bind NULL for empty bytes at no address.
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return sqlite3_bind_int64(statement, place, *number);
    if (const auto* text = std::get_if<std::string>(&value))
        return sqlite3_bind_text64(statement, place, text->c_str(), text->size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    if (const auto* blob = std::get_if<Blob>(&value))
        return sqlite3_bind_blob64(statement, place, blob->bytes.c_str(), blob->bytes.size(),
                                   SQLITE_STATIC);
    return sqlite3_bind_null(statement, place);
}

SqlValue value_of(sqlite3_stmt* statement, int column) {
    const auto bytes = [&](const void* start) {
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return size == 0 ? std::string{} : std::string{static_cast<const char*>(start), size};
    };
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_TEXT:
        return bytes(sqlite3_column_text(statement, column));
    case SQLITE_BLOB:
        return Blob{bytes(sqlite3_column_blob(statement, column))};
    default:
        return std::monostate{};  // nothing of ours holds a fraction
    }
}

// A statement that is done lets go of its values and locks.
class Reset {
public:
    explicit Reset(sqlite3_stmt* statement) : statement_{statement} {}
    ~Reset() {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;
    Reset(Reset&&) = delete;
    Reset& operator=(Reset&&) = delete;

private:
    sqlite3_stmt* statement_;
};

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void SqliteConnection::Close::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

SqliteConnection::~SqliteConnection() = default;

Stored<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const fs::path& file,
                                                                 Clock::time_point deadline) {
    if (auto error = make_private(file)) return *std::move(error);
    std::unique_ptr<SqliteConnection> made{new SqliteConnection};
    made->set_deadline(deadline);
    sqlite3* database = nullptr;
    const int opened = sqlite3_open_v2(file.c_str(), &database,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    made->database_.reset(database);
    if (opened != SQLITE_OK) return made->error(opened);
    sqlite3_extended_result_codes(database, 1);
    sqlite3_progress_handler(
        database, steps_between_looks,
        [](void* self) { return static_cast<SqliteConnection*>(self)->is_late(); }, made.get());
    sqlite3_busy_handler(
        database,
        [](void* self, int times) {
            return static_cast<SqliteConnection*>(self)->wait_for_others(times);
        },
        made.get());
    // journal_size_limit: a WAL that once grew is cut back when it is begun anew.
    for (const std::string_view sql :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA temp_store=MEMORY",
          "PRAGMA journal_size_limit=67108864"}) {
        auto error = made->execute(sql);
        // Another process that changes to WAL at this moment is not waited for by SQLite itself.
        while (error && error->what == StoreFailure::timed_out && made->wait_for_others(0) != 0)
            error = made->execute(sql);
        if (error) return *std::move(error);
    }
    return made;
}

bool SqliteConnection::only_reads(const Transaction& transaction) {
    return std::ranges::all_of(transaction.statements, [this](const SqlStatement& each) {
        const auto statement = prepared(each.sql);
        return statement.has_value() && sqlite3_stmt_readonly(*statement) != 0;
    });
}

std::optional<StoreError> SqliteConnection::begin(For what) {
    return execute(what == For::writing ? "BEGIN IMMEDIATE" : "BEGIN");
}

std::optional<StoreError> SqliteConnection::commit() {
    auto error = execute("COMMIT");
    if (!error) return std::nullopt;
    // A disk that fails while it is being told to keep something may have kept it.
    error->may_be_done = error->what == StoreFailure::unavailable;
    return error;
}

void SqliteConnection::roll_back() {
    if (is_in_transaction()) execute("ROLLBACK");
}

DatabaseResult SqliteConnection::execute(const Transaction& transaction) {
    if (auto error = execute("SAVEPOINT one")) return *std::move(error);
    std::vector<SqlRows> results;
    for (const SqlStatement& statement : transaction.statements) {
        auto rows = execute(statement);
        if (rows.has_error()) {
            if (is_in_transaction()) {
                // These two take nothing but memory that is there, and are not late.
                set_deadline(Clock::time_point::max());
                execute("ROLLBACK TO one");
                execute("RELEASE one");
            }
            return std::move(rows).error();
        }
        results.push_back(*std::move(rows));
    }
    if (auto error = execute("RELEASE one")) return *std::move(error);
    return results;
}

bool SqliteConnection::is_in_transaction() const {
    return sqlite3_get_autocommit(database_.get()) == 0;
}

// Another process writes: `switchboard optout`, or the server that this one takes over from.
int SqliteConnection::wait_for_others(int times) const {
    if (is_late() != 0) return 0;
    std::this_thread::sleep_for(std::min(1ms * (1 + times), 10ms));
    return 1;
}

std::optional<StoreError> SqliteConnection::execute(std::string_view sql) {
    auto rows = execute(SqlStatement{.sql = sql});
    if (rows.has_error()) return std::move(rows).error();
    return std::nullopt;
}

Stored<sqlite3_stmt*> SqliteConnection::prepared(std::string_view sql) {
    Prepared& kept = prepared_[std::string{sql}];
    if (kept) return kept.get();
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    kept.reset(made);
    if (code != SQLITE_OK) return error(code);
    return made;
}

Stored<SqlRows> SqliteConnection::execute(const SqlStatement& statement) {
    const auto found = prepared(statement.sql);
    if (found.has_error()) return found.error();
    sqlite3_stmt* const running = *found;
    const Reset reset{running};
    if (sqlite3_bind_parameter_count(running) != static_cast<int>(statement.values.size())) {
        return StoreError{.what = StoreFailure::broken,
                          .why = fmt::format("other values than these: {}", statement.sql)};
    }
    for (std::size_t i = 0; i < statement.values.size(); ++i) {
        const std::string name = fmt::format("${}", i + 1);
        const int code =
            bind(running, sqlite3_bind_parameter_index(running, name.c_str()), statement.values[i]);
        if (code != SQLITE_OK) return error(code);
    }
    SqlRows rows;
    int code = sqlite3_step(running);
    for (; code == SQLITE_ROW; code = sqlite3_step(running)) {
        SqlRow& row = rows.emplace_back();
        for (int column = 0; column < sqlite3_column_count(running); ++column)
            row.push_back(value_of(running, column));
    }
    if (code != SQLITE_DONE) return error(code);
    return rows;
}

StoreError SqliteConnection::error(int code) {
    switch (code & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        suspect_ = true;
        break;
    default:
        break;
    }
    // SQLite's messages name tables and columns, never values.
    return {.what = failure_of(code),
            .why = fmt::format("SQLite: {} ({})",
                               database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code),
                               code)};
}

}  // namespace server
