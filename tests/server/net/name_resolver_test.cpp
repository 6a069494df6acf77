#include "server/net/name_resolver.hpp"
#include "tests/support/run_loop.hpp"

#include <algorithm>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("the system knows localhost, each address once, and says what it does not know") {
    boost::asio::io_context loop{1};
    server::SystemResolver names{2};
    const auto addresses =
        server::testing::run(loop, names.resolve("localhost", Clock::now() + 10s));
    REQUIRE(addresses.has_value());
    CHECK(std::ranges::all_of(*addresses, [](const auto& each) { return each.is_loopback(); }));
    CHECK(std::ranges::count(*addresses, boost::asio::ip::make_address("127.0.0.1")) == 1);

    const auto nobody =
        server::testing::run(loop, names.resolve("no blank in a name", Clock::now() + 10s));
    REQUIRE_FALSE(nobody.has_value());
    CHECK(nobody.error().starts_with("is not known"));
}

TEST_CASE("who has no time to wait for a name goes without it") {
    boost::asio::io_context loop{1};
    server::SystemResolver names{1};
    const auto late = server::testing::run(loop, names.resolve("localhost", Clock::now() - 1s));
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error() == "is not known in time");
}
