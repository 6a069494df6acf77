#include "flows/tools/played_call.hpp"
#include "tests/support/flow_call.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using namespace std::chrono_literals;
using support::WrittenFlow;

namespace {

std::string stands_in(const PlayedCall& call) { return call.phone().stands_in().second; }

Acts done(const PlayedCall& call) { return {call.done().begin(), call.done().end()}; }

}  // namespace

TEST_CASE("keys that a question has no use for go to the next one") {
    const WrittenFlow shop{support::shop_flow};
    PlayedCall call = shop.call();
    CHECK_FALSE(call.act(PressKeys{"11234"}));
    CHECK(done(call) == Acts{PressKeys{"1"}, PressKeys{"1234"}});
    CHECK(stands_in(call) == "menu");
}

TEST_CASE("keys that nobody asks for are left over, those before are pressed") {
    const WrittenFlow shop{support::shop_flow};
    PlayedCall call = shop.call();
    CHECK(call.act(PressKeys{"21"}) == "1 is left over: nothing asks for keys");
    CHECK(stands_in(call) == "person");
    CHECK(done(call) == Acts{PressKeys{"2"}});
}

TEST_CASE("what does not fit is not done") {
    const WrittenFlow shop{support::shop_flow};
    PlayedCall call = shop.call();
    CHECK(call.act(EndDial{DialOutcome::busy}) == "nobody is dialled");
    CHECK(call.act(PickUp{}) == "nobody is dialled");
    CHECK(call.act(LeaveMessage{3s}) == "nothing is recorded");
    CHECK(call.done().empty());
    CHECK_FALSE(call.back());
}

TEST_CASE("a step back undoes one act, all of its keys") {
    const WrittenFlow shop{support::shop_flow};
    PlayedCall call = shop.call();
    (void)call.act(PressKeys{"3"});
    CHECK(call.back());
    (void)call.act(PressKeys{"11234"});
    (void)call.act(HangUp{});
    CHECK(call.phone().is_over());
    CHECK(call.back());
    CHECK_FALSE(call.phone().is_over());
    CHECK(call.back());
    CHECK(call.done().empty());
    CHECK_FALSE(call.back());
    CHECK(stands_in(call) == "menu");
}

TEST_CASE("a called one with a screen answers, presses a key and talks, or presses none") {
    const WrittenFlow shop{support::shop_flow};
    PlayedCall call = shop.played("2");
    CHECK(call.act(PressKeys{"1"}));
    CHECK(call.act(SayNothing{}));
    CHECK_FALSE(call.act(PickUp{}));
    SECTION("a key takes the call") {
        CHECK_FALSE(call.act(PressKeys{"7"}));
        CHECK(call.phone().is_bridged());
        CHECK(call.act(PressKeys{"7"}) == "they talk: keys do nothing");
        CHECK(call.act(SayNothing{}));
        CHECK_FALSE(call.act(EndDial{DialOutcome::completed}));
        CHECK(stands_in(call) == "bye");
    }
    SECTION("none declines it") {
        CHECK_FALSE(call.act(SayNothing{}));
        CHECK(stands_in(call) == "note");
    }
}

TEST_CASE("without whisper and screen answering is the whole talk") {
    const WrittenFlow shop{"flow: shop\nstart: a\nstates:\n"
                           "  a: [{dial: {number: \"+12025550131\", otherwise: b}}, hangup]\n"
                           "  b: [hangup]\n"};
    PlayedCall call = shop.call();
    CHECK_FALSE(call.act(PickUp{}));
    CHECK(done(call) == Acts{EndDial{DialOutcome::completed}});
    CHECK(call.phone().is_over());
    CHECK(call.act(PressKeys{"1"}) == "the call is over");
}

TEST_CASE("how a call ended is its last result, else that the caller left") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(shop.played("1 1234 h").phone().result() == "served");
    CHECK(shop.played("3 12s h").phone().result() == "message");
    CHECK(shop.played("h").phone().result() == "abandoned");
    CHECK(shop.played("wait wait wait").phone().result().empty());
}
