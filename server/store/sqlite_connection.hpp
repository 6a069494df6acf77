// One SQLite file, opened: the only place that speaks to the library. SQLite's own interface rather
// than a wrapper's, since half of what is needed (busy and progress handlers, extended result
// codes, named parameters found once) lies below any wrapper. Of one thread.
#pragma once

#include "server/store/database.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace server {

class SqliteConnection {
public:
    using Clock = std::chrono::steady_clock;

    // Makes the file where there is none, mode 0600, and folders to it. In WAL mode, and with every
    // commit on the disk before it counts (synchronous=FULL): neither kill -9 nor, on a disk that
    // does not lie about it, a loss of power takes back what was committed.
    static Stored<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& file,
                                                          Clock::time_point deadline);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;
    SqliteConnection(SqliteConnection&&) = delete;
    SqliteConnection& operator=(SqliteConnection&&) = delete;

    // For all that follows: then statements are interrupted, and waits for other processes end.
    void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }

    // True if no statement writes. False where one cannot be understood, too.
    bool only_reads(const Transaction& transaction);

    enum class For { reading, writing };
    std::optional<StoreError> begin(For what);
    std::optional<StoreError> commit();
    void roll_back();

    // Within what `begin` began: all statements or none. Where an error undid everything since
    // `begin`, as a full disk does, `is_in_transaction` is false afterwards.
    DatabaseResult execute(const Transaction& transaction);
    bool is_in_transaction() const;

    // True after an error behind which a new connection is the better one.
    bool is_suspect() const { return suspect_; }

private:
    struct Close {
        void operator()(sqlite3* database) const;
        void operator()(sqlite3_stmt* statement) const;
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Close>;

    SqliteConnection() = default;
    int is_late() const { return Clock::now() >= deadline_ ? 1 : 0; }
    int wait_for_others(int times) const;
    std::optional<StoreError> execute(std::string_view sql);
    Stored<sqlite3_stmt*> prepared(std::string_view sql);
    Stored<SqlRows> execute(const SqlStatement& statement);
    StoreError error(int code);

    Clock::time_point deadline_{};
    bool suspect_ = false;
    std::unique_ptr<sqlite3, Close> database_;
    // Behind `database_`, so that they go first.
    std::unordered_map<std::string, Prepared> prepared_;
};

}  // namespace server
