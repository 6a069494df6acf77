#include "server/store/open_store.hpp"
#include "tests/server/store/postgres_server.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;

TEST_CASE("a store is opened by what the settings say") {
    support::TemporaryFolder folder;
    net::io_context loop{1};
    const auto file = open_store("sqlite:calls.db", folder.path(), loop.get_executor());
    REQUIRE(file.has_value());
    CHECK((*file)->dialect() == SqlDialect::sqlite);
    net::co_spawn(
        loop, (*file)->migrate(std::chrono::seconds{20}),
        [](const std::exception_ptr&, const Stored<void>& done) { CHECK(done.has_value()); });
    loop.run();
    CHECK(std::filesystem::exists(folder.path() / "calls.db"));

    const auto server = open_store(shared_postgres().url(), folder.path(), loop.get_executor());
    REQUIRE(server.has_value());
    CHECK((*server)->dialect() == SqlDialect::postgres);
}

TEST_CASE("what is no store is refused with what would be one") {
    net::io_context loop{1};
    const auto [where, why] = GENERATE(table<std::string, std::string>(
        {{"mysql://somewhere", "no store: write sqlite:FILE or postgres://user@host/database"},
         {"sqlite:", "no store: write sqlite:FILE or postgres://user@host/database"},
         {"", "no store: write sqlite:FILE or postgres://user@host/database"},
         // A password may stand in what libpq does not read.
         {"postgres://user:secret@host:port:port/x?y",
          "the store's address is none that PostgreSQL's client library reads: write "
          "postgres://user@host/database"}}));
    const auto store = open_store(where, "/", loop.get_executor());
    REQUIRE(store.has_error());
    CHECK(store.error().what == StoreFailure::broken);
    CHECK(store.error().why == why);
}
