// A store of either engine, empty, with a loop to wait in: what the conformance suite runs against.
#pragma once

#include "server/store/migrated_database.hpp"
#include "server/store/store_time.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace server::testing {

// When most of what is stored here happens.
inline const StoreTime noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15} +
                            std::chrono::hours{12}};

enum class Engine { sqlite, postgres };
inline const std::vector engines{Engine::sqlite, Engine::postgres};

inline std::ostream& operator<<(std::ostream& out, Engine engine) {
    return out << (engine == Engine::sqlite ? "SQLite" : "PostgreSQL");
}

// Every engine in turn: `TestStore store{GENERATE(each_engine())};`
inline auto each_engine() { return Catch::Generators::from_range(engines); }

class TestStore {
public:
    explicit TestStore(Engine engine, std::span<const Migration> migrations = schema_migrations())
        : engine_{engine}, url_{engine == Engine::postgres ? empty_postgres() : ""} {
        database_ = open_again(migrations);
    }

    Database& database() { return *database_; }
    Engine engine() const { return engine_; }
    net::io_context& loop() { return loop_; }
    std::filesystem::path file() const { return folder_.path() / "store.db"; }

    // As another process would: on the same rows.
    std::unique_ptr<MigratedDatabase>
    open_again(std::span<const Migration> migrations = schema_migrations()) {
        return std::make_unique<MigratedDatabase>(open_bare(), migrations);
    }
    std::unique_ptr<Database> open_bare();

    // As after a restart of the process.
    void reopen() {
        database_.reset();
        database_ = open_again();
    }

    // Runs the loop until it is done.
    template <class T> T wait(net::awaitable<T> work) {
        std::vector<net::awaitable<T>> one;
        one.push_back(std::move(work));
        return std::move(wait_for_all(std::move(one)).front());
    }

    // All at once.
    template <class T> std::vector<T> wait_for_all(std::vector<net::awaitable<T>> works) {
        std::vector<std::optional<T>> results(works.size());
        std::size_t missing = works.size();
        for (std::size_t i = 0; i < works.size(); ++i) {
            net::co_spawn(loop_, std::move(works[i]),
                          [&, i](const std::exception_ptr& failure, T result) {
                              if (failure) std::rethrow_exception(failure);
                              results[i] = std::move(result);
                              // Connections of a store may wait on.
                              if (--missing == 0) loop_.stop();
                          });
        }
        loop_.restart();
        loop_.run_for(std::chrono::seconds{60});
        std::vector<T> all;
        for (auto& result : results) {
            if (!result) throw std::runtime_error{"it never ended"};
            all.push_back(*std::move(result));
        }
        return all;
    }

    // What must not fail.
    template <class T> T must(net::awaitable<Stored<T>> work) {
        Stored<T> result = wait(std::move(work));
        if (result.has_error()) throw std::runtime_error{result.error().why};
        return *std::move(result);
    }

    void must_do(net::awaitable<Stored<void>> work) {
        const Stored<void> result = wait(std::move(work));
        if (result.has_error()) throw std::runtime_error{result.error().why};
    }

    DatabaseResult run(Transaction transaction) {
        return wait(database_->run(std::move(transaction)));
    }
    DatabaseResult run(std::string_view sql, std::vector<SqlValue> values = {}) {
        return run(Transaction{.statements = {{.sql = sql, .values = std::move(values)}}});
    }
    // Of what must not fail.
    SqlRows rows(std::string_view sql, std::vector<SqlValue> values = {}) {
        return must(run_one(*database_, {.sql = sql, .values = std::move(values)}));
    }

private:
    // The URL of a schema in the tests' PostgreSQL that has nothing in it.
    static std::string empty_postgres();

    Engine engine_;
    std::string url_;
    support::TemporaryFolder folder_;
    net::io_context loop_{1};
    std::unique_ptr<MigratedDatabase> database_;
};

}  // namespace server::testing
