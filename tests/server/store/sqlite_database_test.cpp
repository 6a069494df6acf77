// What only SQLite can go through: files, locks of other processes, disks, and its own thread.
#include "server/store/claims.hpp"
#include "server/store/probe.hpp"
#include "server/store/sqlite_database.hpp"
#include "tests/server/store/test_store.hpp"

#include <boost/asio/detached.hpp>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

// Another process that writes, and does not end.
class Writer {
public:
    explicit Writer(const fs::path& file) {
        sqlite3_open(file.c_str(), &database_);
        REQUIRE(sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    ~Writer() { sqlite3_close(database_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

private:
    sqlite3* database_ = nullptr;
};

ClaimRequest request(int which) {
    ClaimRequest claim{.kind = "sms", .owner = "node", .now = noon};
    claim.key.bytes[0] = static_cast<unsigned char>(which);
    claim.key.bytes[1] = static_cast<unsigned char>(which >> 8);
    return claim;
}

Transaction inserting(int which, std::chrono::milliseconds within = 2s) {
    return {.statements = {{.sql = "INSERT INTO secrets (name, bytes) VALUES ($1, $2)",
                            .values = {std::to_string(which), Blob{std::string(4000, 'x')}}}},
            .within = within};
}

Transaction counting() { return {.statements = {{.sql = "SELECT count(*) FROM secrets"}}}; }

}  // namespace

TEST_CASE("the file is its owner's alone, in folders made for it") {
    support::TemporaryFolder folder;
    net::io_context loop{1};
    const fs::path file = folder.path() / "data" / "deep" / "store.db";
    SqliteDatabase database{file};
    bool done = false;
    net::co_spawn(loop, database.run({.statements = {{.sql = "CREATE TABLE a (b INTEGER)"}}}),
                  [&](const std::exception_ptr&, const DatabaseResult& result) {
                      done = result.has_value();
                  });
    loop.run();
    CHECK(done);
    for (const char* const end : {"", "-wal", "-shm"}) {
        INFO(end);
        CHECK(fs::status(file.string() + end).permissions() ==
              (fs::perms::owner_read | fs::perms::owner_write));
    }
}

TEST_CASE("a store that cannot be opened is unavailable, until it can") {
    support::TemporaryFolder folder;
    folder.write("blocked", "a file where a folder should be");
    net::io_context loop{1};
    MigratedDatabase database{
        std::make_unique<SqliteDatabase>(folder.path() / "blocked" / "store.db")};
    const auto run = [&](Transaction transaction) {
        std::optional<DatabaseResult> got;
        net::co_spawn(
            loop, database.run(std::move(transaction)),
            [&](const std::exception_ptr&, DatabaseResult result) { got = std::move(result); });
        loop.restart();
        loop.run();
        return *std::move(got);
    };
    const DatabaseResult away = run(inserting(1));
    REQUIRE(away.has_error());
    CHECK(away.error().what == StoreFailure::unavailable);
    CHECK_FALSE(away.error().may_be_done);
    CHECK_FALSE(database.health().ok);
    CHECK_FALSE(database.health().why.empty());

    fs::remove(folder.path() / "blocked");
    CHECK(run(inserting(1)).has_value());
    CHECK(database.health().ok);
}

TEST_CASE("a full disk refuses what writes and nothing else, and takes it when there is room") {
    TestStore store{Engine::sqlite};
    REQUIRE(store.run(inserting(1)).has_value());
    REQUIRE(store.run("PRAGMA max_page_count = 1").has_value());  // as many as there are
    const DatabaseResult full = store.run(inserting(2));
    REQUIRE(full.has_error());
    CHECK(full.error().what == StoreFailure::full);
    CHECK_FALSE(full.error().may_be_done);
    CHECK(store.run(counting())->at(0) == SqlRows{{std::int64_t{1}}});
    // That reading works says nothing about writing.
    CHECK_FALSE(store.database().health().ok);

    REQUIRE(store.run("PRAGMA max_page_count = 100000").has_value());
    CHECK(store.run(inserting(2)).has_value());
    CHECK(store.database().health().ok);
}

TEST_CASE("a full disk shows in the health until there is room, although nobody writes") {
    TestStore store{Engine::sqlite};
    REQUIRE(store.run(inserting(1)).has_value());
    REQUIRE(store.run("PRAGMA max_page_count = 1").has_value());
    CHECK(store.run(inserting(2)).has_error());
    CHECK(store.wait(probe(store.database(), "one")).error().what == StoreFailure::full);
    CHECK(store.database().health().what == StoreFailure::full);
    REQUIRE(store.run("PRAGMA max_page_count = 100000").has_value());
    CHECK_FALSE(store.database().health().ok);
    CHECK(store.wait(probe(store.database(), "one")).has_value());
    CHECK(store.database().health().ok);
    CHECK(store.run(counting())->at(0) == SqlRows{{std::int64_t{1}}});
}

TEST_CASE("one transaction that finds the disk full does not take those beside it with it") {
    TestStore store{Engine::sqlite};
    REQUIRE(store.run("CREATE TABLE numbers (n INTEGER)").has_value());
    // Fills its page, so that the next of its size needs one more; a number does not.
    REQUIRE(store.run(inserting(1000)).has_value());
    REQUIRE(store.run("PRAGMA max_page_count = 1").has_value());
    std::vector<net::awaitable<DatabaseResult>> runs;
    for (int i = 0; i < 30; ++i) {
        if (i % 3 == 0)
            runs.push_back(store.database().run(inserting(i)));
        else
            runs.push_back(
                store.database().run({.statements = {{.sql = "INSERT INTO numbers VALUES ($1)",
                                                      .values = {std::int64_t{i}}}}}));
    }
    std::int64_t written = 0;
    for (const DatabaseResult& result : store.wait_for_all(std::move(runs))) {
        if (result.has_value())
            ++written;
        else
            CHECK(result.error().what == StoreFailure::full);
    }
    CHECK(written == 20);
    CHECK(store.rows("SELECT count(*) FROM numbers") == SqlRows{{written}});
    CHECK(store.run(counting())->at(0) == SqlRows{{std::int64_t{1}}});
}

TEST_CASE("a store that does not write still reads, and writes again when it may") {
    TestStore store{Engine::sqlite};
    REQUIRE(store.run(inserting(1)).has_value());
    REQUIRE(store.run("PRAGMA query_only = ON").has_value());
    const DatabaseResult refused = store.run(inserting(2));
    REQUIRE(refused.has_error());
    CHECK(refused.error().what == StoreFailure::read_only);
    CHECK_FALSE(refused.error().may_be_done);
    CHECK(store.run(counting())->at(0) == SqlRows{{std::int64_t{1}}});
    CHECK_FALSE(store.database().health().ok);
    REQUIRE(store.run("PRAGMA query_only = OFF").has_value());
    CHECK(store.run(inserting(2)).has_value());
    CHECK(store.database().health().ok);
}

TEST_CASE("a file that is no store is left alone, and somebody has to look") {
    support::TemporaryFolder folder;
    const std::string poem(8192, 'p');
    folder.write("store.db", poem);
    net::io_context loop{1};
    MigratedDatabase database{std::make_unique<SqliteDatabase>(folder.path() / "store.db")};
    std::optional<DatabaseResult> got;
    net::co_spawn(
        loop, database.run(inserting(1)),
        [&](const std::exception_ptr&, DatabaseResult result) { got = std::move(result); });
    loop.run();
    REQUIRE(got->has_error());
    CHECK(got->error().what == StoreFailure::broken);
    std::ifstream in{folder.path() / "store.db", std::ios::binary};
    CHECK(std::string{std::istreambuf_iterator<char>{in}, {}} == poem);
}

TEST_CASE("while another process writes, reading goes on and writing waits as long as it may") {
    TestStore store{Engine::sqlite};
    REQUIRE(store.run(inserting(1)).has_value());
    std::optional<Writer> writer{store.file()};
    CHECK(store.run(counting())->at(0) == SqlRows{{std::int64_t{1}}});
    const DatabaseResult late = store.run(inserting(2, 50ms));
    REQUIRE(late.has_error());
    CHECK(late.error().what == StoreFailure::timed_out);
    CHECK_FALSE(late.error().may_be_done);
    writer.reset();
    CHECK(store.run(inserting(3)).has_value());
    CHECK(store.run(counting())->at(0) == SqlRows{{std::int64_t{2}}});
}

TEST_CASE("beyond what the queue holds, nobody waits") {
    support::TemporaryFolder folder;
    net::io_context loop{1};
    const fs::path file = folder.path() / "store.db";
    SqliteDatabase database{file, 3};
    int unavailable = 0;
    int timed_out = 0;
    const auto count = [&](const std::exception_ptr&, const DatabaseResult& result) {
        REQUIRE(result.has_error());
        CHECK_FALSE(result.error().may_be_done);
        unavailable += result.error().what == StoreFailure::unavailable ? 1 : 0;
        timed_out += result.error().what == StoreFailure::timed_out ? 1 : 0;
    };
    const Transaction making{.statements = {{.sql = "CREATE TABLE a (b INTEGER)"}}};
    net::co_spawn(
        loop, database.run(making),
        [](const std::exception_ptr&, const DatabaseResult& made) { REQUIRE(made.has_value()); });
    loop.run();
    const Writer writer{file};
    Transaction adding{.statements = {{.sql = "INSERT INTO a VALUES (1)"}}, .within = 1s};
    for (int i = 0; i < 20; ++i)
        net::co_spawn(loop, database.run(adding), count);
    loop.restart();
    loop.run();
    // Its thread may have taken some out of the queue before the others came.
    CHECK(timed_out >= 3);
    CHECK(unavailable >= 20 - 2 * 3);
    CHECK(timed_out + unavailable == 20);
}

TEST_CASE("what the store said is kept was kept, when the process is killed at any moment") {
    for (const int acknowledged : {1, 7, 40}) {
        support::TemporaryFolder folder;
        const fs::path file = folder.path() / "store.db";
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            net::io_context loop{1};
            MigratedDatabase database{std::make_unique<SqliteDatabase>(file)};
            net::co_spawn(loop, database.migrate(20s), net::detached);
            loop.run();
            Claims claims{database};
            for (int i = 0; i < 1000; ++i)
                net::co_spawn(loop, claims.claim(request(i)),
                              [&, i](const std::exception_ptr&, const Stored<ClaimOutcome>& got) {
                                  if (got.has_value()) (void)!::write(ends[1], &i, sizeof i);
                              });
            loop.restart();
            loop.run();
            ::_exit(0);
        }
        ::close(ends[1]);
        std::vector<int> kept;
        for (int which = 0; ::read(ends[0], &which, sizeof which) == sizeof which;) {
            kept.push_back(which);
            if (static_cast<int>(kept.size()) == acknowledged) ::kill(child, SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
        ::close(ends[0]);
        REQUIRE(static_cast<int>(kept.size()) >= acknowledged);

        net::io_context loop{1};
        MigratedDatabase database{std::make_unique<SqliteDatabase>(file)};
        Claims claims{database};
        for (const int which : kept)
            net::co_spawn(loop, claims.claim(request(which)),
                          [](const std::exception_ptr&, const Stored<ClaimOutcome>& outcome) {
                              REQUIRE(outcome.has_value());
                              CHECK(std::holds_alternative<Held>(*outcome));
                          });
        loop.run();
    }
}
