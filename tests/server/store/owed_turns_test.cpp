#include "server/store/last_states.hpp"
#include "server/store/owed_turns.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto turn_lease = 10s;
const std::string call = "CA00000000000000000000000000000001";

OwedTurn turn(unsigned char which, StoreTime owed_at = noon) {
    return {.key = {.bytes = {which}},
            .call_sid = call,
            .flow = "acme",
            .state = std::string{"\0sealed", 7},
            .event = "transcribed",
            .owed_at = owed_at};
}

struct Turns {
    TestStore store{GENERATE(each_engine())};
    std::unique_ptr<Database> second{store.open_again()};
    OwedTurns one{store.database()};
    OwedTurns two{*second};

    std::optional<OwedTurnClaim> owe(OwedTurn what) {
        return store.must(one.owe(std::move(what), "node 1", noon, turn_lease));
    }
    std::optional<OwedTurnClaim> next(OwedTurns& turns, StoreTime now) {
        return store.must(turns.claim_next("node 2", now, turn_lease));
    }
};

}  // namespace

TEST_CASE("a turn is owed once, however often its webhook comes, and its writer works it") {
    Turns turns;
    const auto claim = turns.owe(turn(1));
    REQUIRE(claim);
    CHECK(claim->attempt == 1);
    CHECK_FALSE(turns.owe(turn(1)));
    CHECK(turns.store.must(turns.one.waiting()) == 1);
    CHECK_FALSE(turns.next(turns.two, noon + turn_lease - 1ms));
    CHECK(turns.store.must(turns.one.finish(*claim)));
    CHECK(turns.store.must(turns.one.waiting()) == 0);
    CHECK_FALSE(turns.owe(turn(1)));
    CHECK_FALSE(turns.next(turns.two, noon + 1h));
    CHECK(turns.store.rows("SELECT state, event FROM owed_turns") == SqlRows{{Blob{}, Blob{}}});
}

TEST_CASE("a turn whose worker is gone is worked by another, with all it takes") {
    Turns turns;
    const auto gone = turns.owe(turn(1));
    const auto again = turns.next(turns.two, noon + turn_lease);
    REQUIRE(again);
    CHECK(again->attempt == 2);
    CHECK(again->owner == "node 2");
    CHECK(again->turn.key == turn(1).key);
    CHECK(again->turn.call_sid == call);
    CHECK(again->turn.flow == "acme");
    CHECK(again->turn.state == turn(1).state);
    CHECK(again->turn.event == "transcribed");
    CHECK(again->turn.owed_at == noon);
    CHECK_FALSE(turns.store.must(turns.one.renew(*gone, noon + 1h)));
    CHECK_FALSE(turns.store.must(turns.one.finish(*gone)));
    CHECK(turns.store.must(turns.two.renew(*again, noon + 1h)));
    CHECK_FALSE(turns.next(turns.one, noon + 59min));
    CHECK(turns.store.must(turns.two.finish(*again)));
}

TEST_CASE("turns are worked in the order they are owed, also after a restart") {
    Turns turns;
    turns.owe(turn(2, noon + 1s));
    turns.owe(turn(1, noon));
    turns.store.reopen();
    OwedTurns after{turns.store.database()};
    CHECK(turns.next(after, noon + turn_lease)->turn.key == turn(1).key);
    CHECK(turns.next(after, noon + turn_lease)->turn.key == turn(2).key);
    CHECK_FALSE(turns.next(after, noon + turn_lease));
}

TEST_CASE("of many workers each turn gets one") {
    Turns turns;
    for (unsigned char which = 1; which <= 5; ++which)
        turns.owe(turn(which));
    std::vector<net::awaitable<Stored<std::optional<OwedTurnClaim>>>> workers;
    for (int i = 0; i < 20; ++i)
        workers.push_back(
            (i % 2 == 0 ? turns.one : turns.two).claim_next("n", noon + turn_lease, turn_lease));
    std::vector<TurnKey> keys;
    for (const auto& claim : turns.store.wait_for_all(std::move(workers))) {
        REQUIRE(claim.has_value());
        if (*claim) keys.push_back((*claim)->turn.key);
    }
    // Who was too late may have got nothing; who comes again gets it.
    while (const auto claim = turns.next(turns.one, noon + turn_lease))
        keys.push_back(claim->turn.key);
    std::ranges::sort(keys);
    CHECK(keys.size() == 5);
    CHECK(std::ranges::adjacent_find(keys) == keys.end());
}

TEST_CASE("turns are forgotten when no webhook of theirs can come any more") {
    Turns turns;
    turns.owe(turn(1, noon - 48h - 1ms));
    turns.owe(turn(2, noon - 48h));
    CHECK(turns.store.must(turns.one.forget(noon - 48h)) == 1);
    CHECK(turns.next(turns.one, noon + turn_lease)->turn.key == turn(2).key);
}

TEST_CASE("the end of a call is claimed once, with where it stood last") {
    TestStore store{GENERATE(each_engine())};
    const auto second = store.open_again();
    LastStates one{store.database()};
    LastStates two{*second};
    store.must_do(
        one.write({.call_sid = call, .flow = "acme", .state = "2", .told_at = noon + 2s}));
    store.must_do(two.write({.call_sid = call, .flow = "old", .state = "1", .told_at = noon + 1s}));
    store.must_do(two.write({.call_sid = "CA2", .flow = "b", .state = "b", .told_at = noon}));

    const auto hung_up = store.must(two.claim_hung_up(call, noon + 1min));
    REQUIRE(hung_up);
    REQUIRE(hung_up->last);
    CHECK(hung_up->last->call_sid == call);
    CHECK(hung_up->last->flow == "acme");
    CHECK(hung_up->last->state == "2");
    CHECK(hung_up->last->told_at == noon + 2s);
    CHECK_FALSE(store.must(one.claim_hung_up(call, noon + 1min)));
    store.must_do(
        one.write({.call_sid = call, .flow = "acme", .state = "3", .told_at = noon + 1h}));
    CHECK_FALSE(store.must(one.claim_hung_up(call, noon + 1h)));
}

TEST_CASE("where a call stood last is told again and again, also that it is over") {
    TestStore store{GENERATE(each_engine())};
    LastStates states{store.database()};
    CHECK_FALSE(store.must(states.find(call)).last);
    store.must_do(states.write({.call_sid = call, .flow = "acme", .state = "1", .told_at = noon}));
    for (const bool is_over : {false, true}) {
        const auto known = store.must(states.find(call));
        CHECK(known.is_over == is_over);
        REQUIRE(known.last);
        CHECK(known.last->state == "1");
        CHECK(known.last->told_at == noon);
        (void)store.must(states.claim_hung_up(call, noon + 1min));
    }
}

TEST_CASE("the end of a call that was never written is claimed once too") {
    TestStore store{GENERATE(each_engine())};
    LastStates states{store.database()};
    const auto hung_up = store.must(states.claim_hung_up(call, noon));
    REQUIRE(hung_up);
    CHECK_FALSE(hung_up->last);
    CHECK_FALSE(store.must(states.claim_hung_up(call, noon)));
}

TEST_CASE("last states are forgotten after their time") {
    TestStore store{GENERATE(each_engine())};
    LastStates states{store.database()};
    store.must_do(states.write({.call_sid = "CA1", .flow = "a", .state = "a", .told_at = noon}));
    store.must_do(
        states.write({.call_sid = "CA2", .flow = "a", .state = "a", .told_at = noon + 1s}));
    CHECK(store.must(states.forget(noon + 1s)) == 1);
    CHECK_FALSE(store.must(states.claim_hung_up("CA1", noon))->last);
    CHECK(store.must(states.claim_hung_up("CA2", noon))->last);
}
