// What only a server can do to its clients: refuse, stop, hang, come back.
#include "server/store/postgres_database.hpp"
#include "tests/server/store/postgres_server.hpp"
#include "tests/server/store/test_store.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <thread>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

Transaction asking(std::string_view sql, std::chrono::milliseconds within = 2000ms) {
    return {.statements = {{.sql = sql}}, .within = within};
}

// One program on one server.
struct Program {
    net::io_context loop{1};
    std::unique_ptr<PostgresDatabase> database;

    explicit Program(const std::string& url, PostgresLimits limits = {})
        : database{std::make_unique<PostgresDatabase>(loop.get_executor(), url, limits)} {}

    std::vector<DatabaseResult> run_all(std::vector<Transaction> transactions) {
        std::vector<std::optional<DatabaseResult>> results(transactions.size());
        std::size_t missing = transactions.size();
        for (std::size_t i = 0; i < transactions.size(); ++i) {
            net::co_spawn(loop, database->run(std::move(transactions[i])),
                          [&, i](const std::exception_ptr&, DatabaseResult result) {
                              results[i] = std::move(result);
                              if (--missing == 0) loop.stop();
                          });
        }
        loop.restart();
        loop.run_for(60s);
        std::vector<DatabaseResult> all;
        for (auto& result : results)
            all.push_back(result.value());
        return all;
    }
    DatabaseResult run(Transaction transaction) {
        return run_all({std::move(transaction)}).front();
    }
    DatabaseResult run(std::string_view sql) { return run(asking(sql)); }

    // As long as it takes a program that tries again by itself.
    bool comes_back() {
        const auto last = Clock::now() + 30s;
        while (Clock::now() < last) {
            if (run("SELECT 1").has_value()) return true;
            loop.restart();
            loop.run_for(20ms);
        }
        return false;
    }
};

// `DO` that fails in any way PostgreSQL can.
std::string failing_with(std::string_view sqlstate) {
    return fmt::format("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{}'; END $$", sqlstate);
}

}  // namespace

TEST_CASE("a PostgreSQL is found by a name, over TCP") {
    Program program{shared_postgres().tcp_url()};
    CHECK(program.run("SELECT 1").has_value());
    CHECK(program.database->health().ok);
}

TEST_CASE("a PostgreSQL that is not there is unavailable at once, and the health says why") {
    const auto [url, why] = GENERATE(table<std::string, std::string>(
        {{"postgres://nobody@127.0.0.1:1/none", "Connection refused"},
         {"postgres://nobody@no..name/none", "the host's name is not found"},
         {"postgres://nobody@%2Fnowhere/none", "No such file or directory"},
         {"postgres://nobody@", "role \"nobody\" does not exist"}}));
    Program program{url == "postgres://nobody@"
                        ? "postgres://nobody" + shared_postgres().url().substr(22)
                        : url};
    const auto before = Clock::now();
    const DatabaseResult result = program.run(asking("SELECT 1", 20s));
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::unavailable);
    CHECK_FALSE(result.error().may_be_done);
    CHECK(result.error().why.find(why) != std::string::npos);
    CHECK(Clock::now() - before < 15s);
    CHECK_FALSE(program.database->health().ok);
    CHECK(program.database->health().why.find(why) != std::string::npos);
    CHECK(program.database->health().waiting == 0);
}

TEST_CASE("a server that only reads is read_only until it writes again") {
    PostgresServer server;
    Program program{server.url()};
    REQUIRE(program.run("CREATE TABLE things (id BIGINT)").has_value());
    REQUIRE(
        program.run("ALTER ROLE switchboard SET default_transaction_read_only = on").has_value());
    Program second{server.url()};
    const DatabaseResult result = second.run("INSERT INTO things VALUES (1)");
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::read_only);
    CHECK(second.run("SELECT id FROM things")->at(0).empty());
    CHECK_FALSE(second.database->health().ok);
    REQUIRE(program.run("INSERT INTO things VALUES (2)").has_value());
    CHECK(program.database->health().ok);
}

TEST_CASE("failures come as the port's words, and the connection is good for the next") {
    Program program{shared_postgres().url(), {.connections = 1}};
    const auto [sqlstate, what] = GENERATE(table<std::string, StoreFailure>({
        {"53100", StoreFailure::full},
        {"53200", StoreFailure::unavailable},
        {"23514", StoreFailure::constraint},
        {"25006", StoreFailure::read_only},
        {"XX001", StoreFailure::broken},
    }));
    const std::string sql = failing_with(sqlstate);
    const DatabaseResult result = program.run(sql);
    REQUIRE(result.has_error());
    CHECK(result.error().what == what);
    CHECK_FALSE(result.error().may_be_done);
    CHECK(program.run("SELECT 1").has_value());
}

TEST_CASE("what another transaction is the cause of is tried again while there is time") {
    TestStore store{Engine::postgres};
    store.rows("CREATE SEQUENCE attempts");
    const auto failing_until = [](int attempt, std::string_view sqlstate) {
        return fmt::format(
            "DO $$ BEGIN IF nextval('attempts') < {} THEN RAISE EXCEPTION 'no' USING "
            "ERRCODE = '{}'; END IF; END $$",
            attempt, sqlstate);
    };
    const std::string sqlstate = GENERATE("40001", "40P01");
    const std::string third_time = failing_until(3, sqlstate);
    CHECK(store.run(third_time).has_value());
    CHECK(store.rows("SELECT last_value FROM attempts") == SqlRows{{std::int64_t{3}}});
    const std::string never = failing_until(1'000'000, sqlstate);
    const DatabaseResult result = store.run(asking(never, 200ms));
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::timed_out);
}

TEST_CASE("two transactions that wait for each other both happen in the end") {
    TestStore store{Engine::postgres};
    store.rows("CREATE TABLE things (id BIGINT PRIMARY KEY, n BIGINT)");
    store.rows("INSERT INTO things VALUES (1, 0), (2, 0)");
    const auto adding = [](std::int64_t first, std::int64_t second) {
        Transaction transaction{.within = 20s};
        for (const std::int64_t id : {first, second}) {
            transaction.statements.push_back(
                {.sql = "UPDATE things SET n = n + 1 WHERE id = $1", .values = {id}});
            transaction.statements.push_back({.sql = "SELECT count(*) FROM pg_sleep(0.1)"});
        }
        return transaction;
    };
    std::vector<net::awaitable<DatabaseResult>> runs;
    runs.push_back(store.database().run(adding(1, 2)));
    runs.push_back(store.database().run(adding(2, 1)));
    for (const DatabaseResult& result : store.wait_for_all(std::move(runs)))
        CHECK(result.has_value());
    CHECK(store.rows("SELECT sum(n) FROM things") == SqlRows{{std::int64_t{4}}});
}

TEST_CASE("a server that stops fails what it had, and is used again when it is back") {
    PostgresServer server;
    Program program{server.url(), {.connections = 1}};
    REQUIRE(program.run("CREATE TABLE things (id BIGINT)").has_value());
    server.stop();
    const DatabaseResult away = program.run("INSERT INTO things VALUES (1)");
    REQUIRE(away.has_error());
    CHECK(away.error().what == StoreFailure::unavailable);
    CHECK_FALSE(away.error().may_be_done);
    CHECK_FALSE(program.database->health().ok);
    server.start();
    CHECK(program.comes_back());
    CHECK(program.database->health().ok);
    CHECK(program.run("INSERT INTO things VALUES (2)").has_value());
}

TEST_CASE("of a session that the server ends half-way nothing has happened, and it says so") {
    Program program{shared_postgres().url(), {.connections = 1}};
    const DatabaseResult result = program.run("SELECT pg_terminate_backend(pg_backend_pid())");
    REQUIRE(result.has_error());
    CHECK(result.error().what == StoreFailure::unavailable);
    CHECK_FALSE(result.error().may_be_done);
    CHECK(program.comes_back());
}

TEST_CASE("where the answer to a commit got lost it may be done, and what was committed stays") {
    PostgresServer server;
    Program program{server.url()};
    REQUIRE(program.run("CREATE TABLE things (id BIGINT)").has_value());
    {
        // Killed while it is at it: nobody can tell what it did.
        Transaction slow = asking("INSERT INTO things VALUES (1)");
        slow.statements.push_back({.sql = "SELECT count(*) FROM pg_sleep(30)"});
        slow.within = 20s;
        net::steady_timer begun{program.loop, 300ms};
        begun.async_wait([&](auto) { server.kill(); });
        const DatabaseResult result = program.run(std::move(slow));
        REQUIRE(result.has_error());
        CHECK(result.error().what == StoreFailure::unavailable);
        CHECK(result.error().may_be_done);
    }
    server.start();
    CHECK(program.comes_back());
    CHECK(program.run("SELECT id FROM things")->at(0).empty());
}

TEST_CASE("a server that hangs makes nobody wait longer than he would, and is found again") {
    PostgresServer server;
    Program program{server.url(), {.connections = 2}};
    REQUIRE(program.run("SELECT 1").has_value());
    server.hang();
    const auto before = Clock::now();
    std::vector<Transaction> many(10, asking("SELECT 1", 200ms));
    for (const DatabaseResult& result : program.run_all(std::move(many))) {
        REQUIRE(result.has_error());
        CHECK(result.error().what == StoreFailure::timed_out);
    }
    CHECK(Clock::now() - before < 1500ms);
    CHECK_FALSE(program.database->health().ok);
    // Once that is known nobody waits at all.
    const auto last = Clock::now() + 20s;
    DatabaseResult known = program.run(asking("SELECT 1", 1500ms));
    while (known.has_error() && known.error().what == StoreFailure::timed_out &&
           Clock::now() < last)
        known = program.run(asking("SELECT 1", 1500ms));
    REQUIRE(known.has_error());
    CHECK(known.error().what == StoreFailure::unavailable);
    server.go_on();
    CHECK(program.comes_back());
    CHECK(program.database->health().ok);
}

TEST_CASE("beyond its capacity the store is unavailable, and says how many wait") {
    Program program{shared_postgres().url(), {.connections = 1, .capacity = 3}};
    std::vector<Transaction> many(5, asking("SELECT count(*) FROM pg_sleep(0.05)"));
    const auto results = program.run_all(std::move(many));
    int full = 0;
    for (const DatabaseResult& result : results) {
        if (result.has_value()) continue;
        ++full;
        CHECK(result.error().what == StoreFailure::unavailable);
        CHECK(result.error().why == "the store's queue is full");
    }
    CHECK(full == 2);
    CHECK(program.database->health().waiting == 0);
    CHECK(program.run("SELECT 1").has_value());
}

TEST_CASE("a transaction is awaited in any loop, and resumes there") {
    Program program{shared_postgres().url()};
    auto work = net::make_work_guard(program.loop);
    std::thread worker{[&] { program.loop.run(); }};
    net::io_context mine{1};
    std::optional<DatabaseResult> result;
    std::thread::id where;
    net::co_spawn(mine, program.database->run(asking("SELECT 1")),
                  [&](const std::exception_ptr&, DatabaseResult came) {
                      result = std::move(came);
                      where = std::this_thread::get_id();
                  });
    mine.run_for(60s);
    REQUIRE(result);
    CHECK(result->has_value());
    CHECK(where == std::this_thread::get_id());
    program.database.reset();
    work.reset();
    worker.join();  // its connections are closed, else it would go on
}

TEST_CASE("a store that is closed while somebody waits finishes first") {
    Program program{shared_postgres().url()};
    REQUIRE(program.run("SELECT 1").has_value());
    std::optional<DatabaseResult> result;
    net::co_spawn(
        program.loop, program.database->run(asking("SELECT count(*) FROM pg_sleep(0.1)")),
        [&](const std::exception_ptr&, DatabaseResult came) { result = std::move(came); });
    program.loop.restart();
    program.loop.poll();
    program.database.reset();
    program.loop.run_for(60s);
    REQUIRE(result);
    CHECK(result->has_value());
}

TEST_CASE("an old commit counts although the server would forget it when it is killed") {
    PostgresServer server;
    Program program{server.url()};
    REQUIRE(program.run("CREATE TABLE things (id BIGINT)").has_value());
    REQUIRE(program.run("ALTER ROLE switchboard SET synchronous_commit = off").has_value());
    Program second{server.url()};
    const DatabaseResult shown = second.run("SELECT current_setting('synchronous_commit')");
    REQUIRE(shown.has_value());
    CHECK(shown->at(0) == SqlRows{{"on"}});
}
