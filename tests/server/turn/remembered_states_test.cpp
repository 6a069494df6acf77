#include "server/turn/remembered_states.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

using namespace server;
using std::chrono::milliseconds;

namespace {

template <class Result> Result done(boost::asio::awaitable<Result> work) {
    boost::asio::io_context loop;
    auto result = boost::asio::co_spawn(loop, std::move(work), boost::asio::use_future);
    loop.run();
    return result.get();
}

LastState at(int moment) {
    return {"acme",
            {},
            "state " + std::to_string(moment),
            std::chrono::sys_time<milliseconds>{milliseconds{moment}}};
}

}  // namespace

TEST_CASE("the newest state of a call is found, also where an older one comes later") {
    RememberedStates states;
    states.keep("CA1", at(2));
    states.keep("CA1", at(1));
    CHECK(done(states.find("CA1")) == at(2));
    CHECK(done(states.find("CA2")) == std::nullopt);
}

TEST_CASE("the end of a call is claimed once, and again by a duplicate of who claimed it") {
    RememberedStates states;
    CHECK(done(states.claim_end("CA1", "acme/note/record")));
    CHECK_FALSE(done(states.claim_end("CA1", "status")));
    CHECK(done(states.claim_end("CA1", "acme/note/record")));
    CHECK(done(states.claim_end("CA2", "status")));
}

TEST_CASE("of too many calls the first are forgotten") {
    RememberedStates states{2};
    states.keep("CA1", at(1));
    states.keep("CA2", at(2));
    states.keep("CA3", at(3));
    CHECK(done(states.find("CA1")) == std::nullopt);
    CHECK(done(states.find("CA2")) == at(2));
    CHECK(done(states.find("CA3")) == at(3));
}
