#include "server/store/callbacks.hpp"
#include "tests/server/store/test_store.hpp"

#include <set>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto callback_lease = 30s;
using By = Callbacks::By;

CallbackRequest asked(std::string id, std::optional<StoreTime> due = noon) {
    return {.id = std::move(id),
            .call_sid = "CA00000000000000000000000000000001",
            .number = "+12025550142",
            .flow = "acme",
            .state = std::string{"\0sealed", 7},
            .queue = "sales",
            .asked_at = noon,
            .due = due,
            .until = noon + 1h,
            .attempts = 2};
}

struct Desk {
    TestStore store{GENERATE(each_engine())};
    std::unique_ptr<Database> second{store.open_again()};
    Callbacks one{store.database()};
    Callbacks two{*second};

    bool ask(CallbackRequest request) { return store.must(one.request(std::move(request))); }
    std::optional<CallbackClaim> claim(Callbacks& callbacks, StoreTime now) {
        return store.must(callbacks.claim_due("node", now, callback_lease));
    }
    std::optional<CallbackStatus> hears(const std::string& id, std::int64_t attempt,
                                        const std::string& call_sid, Callbacks::By by) {
        const auto found = store.must(two.heard_from(id, attempt, call_sid, by));
        return found ? std::optional{found->status} : std::nullopt;
    }
    CallbackStatus status(const std::string& id) { return store.must(two.find(id))->status; }
};

}  // namespace

TEST_CASE("a callback is asked for once, and placed by one node with all it takes") {
    Desk desk;
    CHECK(desk.ask(asked("a")));
    CHECK_FALSE(desk.ask(asked("a")));
    CHECK_FALSE(desk.claim(desk.one, noon - 1ms));
    const auto claim = desk.claim(desk.one, noon);
    REQUIRE(claim);
    CHECK_FALSE(claim->may_be_placed);
    CHECK(claim->callback.attempt == 1);
    const CallbackRequest& request = claim->callback.request;
    CHECK(request.id == "a");
    CHECK(request.call_sid == asked("a").call_sid);
    CHECK(request.number == "+12025550142");
    CHECK(request.flow == "acme");
    CHECK(request.state == asked("a").state);
    CHECK(request.queue == "sales");
    CHECK(request.asked_at == noon);
    CHECK(request.due == noon);
    CHECK(request.until == noon + 1h);
    CHECK(request.attempts == 2);
    CHECK_FALSE(desk.claim(desk.two, noon));

    CHECK(desk.store.must(desk.one.placed(*claim, "CA2", noon + 2h)));
    CHECK_FALSE(desk.claim(desk.two, noon + 59min));
    CHECK(desk.store.must(desk.two.find_placed("CA2"))->request.id == "a");
    CHECK_FALSE(desk.store.must(desk.two.find_placed("")));
    CHECK(desk.hears("a", 1, "CA2", By::person) == CallbackStatus::reached);
    CHECK(desk.hears("a", 1, "CA2", By::person) == CallbackStatus::reached);  // a duplicate
    CHECK_FALSE(desk.hears("a", 1, "CA9", By::person));
    CHECK_FALSE(desk.hears("a", 2, "CA2", By::person));
    CHECK_FALSE(desk.hears("z", 1, "CA2", By::person));
}

TEST_CASE("nobody there is tried again until the attempts are used up") {
    Desk desk;
    desk.ask(asked("a"));
    desk.store.must(desk.one.placed(*desk.claim(desk.one, noon), "CA2", noon + 2h));
    CHECK(desk.store.must(desk.two.retry("a", 1, noon + 5min)) == CallbackStatus::waiting);
    // The same end, told twice.
    CHECK(desk.store.must(desk.two.retry("a", 1, noon + 9min)) == CallbackStatus::waiting);
    CHECK_FALSE(desk.claim(desk.one, noon + 5min - 1ms));
    const auto again = desk.claim(desk.one, noon + 5min);
    REQUIRE(again);
    CHECK(again->callback.attempt == 2);
    CHECK(again->callback.placed_call_sid.empty());
    desk.store.must(desk.one.placed(*again, "CA3", noon + 2h));
    CHECK(desk.store.must(desk.two.retry("a", 2, noon + 10min)) == CallbackStatus::gave_up);
    CHECK_FALSE(desk.claim(desk.one, noon + 10min));
    CHECK_FALSE(desk.store.must(desk.two.retry("unknown", 1, noon)));
}

TEST_CASE("nobody is called back when the time for it is over") {
    Desk desk;
    desk.ask(asked("a"));
    desk.ask(asked("b"));
    desk.store.must(desk.one.placed(*desk.claim(desk.one, noon), "CA2", noon + 2h));
    CHECK(desk.store.must(desk.one.retry("a", 1, noon + 1h)) == CallbackStatus::gave_up);
    CHECK_FALSE(desk.claim(desk.one, noon + 1h));
    CHECK(desk.store.must(desk.one.give_up_late(noon + 1h)) == 1);
    CHECK(desk.status("b") == CallbackStatus::gave_up);
}

TEST_CASE("a call that may have been placed by a node that is gone is not simply placed again") {
    Desk desk;
    desk.ask(asked("a"));
    const auto gone = desk.claim(desk.one, noon);
    CHECK_FALSE(desk.claim(desk.two, noon + callback_lease - 1ms));
    const auto found = desk.claim(desk.two, noon + callback_lease);
    REQUIRE(found);
    CHECK(found->may_be_placed);
    CHECK(found->callback.attempt == 1);
    CHECK(desk.store.must(desk.two.placed(*found, "CA2", noon + 2h)));
    CHECK_FALSE(desk.store.must(desk.one.placed(*gone, "CA3", noon + 2h)));
    CHECK(desk.status("a") == CallbackStatus::placed);
}

TEST_CASE("a call is known by its first webhook, before whoever placed it was told") {
    Desk desk;
    desk.ask(asked("a"));
    const auto claim = desk.claim(desk.one, noon);
    CHECK(desk.hears("a", 1, "CA2", By::nobody_yet) == CallbackStatus::placing);
    CHECK_FALSE(desk.hears("a", 1, "CA3", By::person));
    SECTION("and stays the one it was") {
        CHECK(desk.store.must(desk.one.placed(*claim, "", noon + 1min)));
        CHECK(desk.store.must(desk.two.find_placed("CA2"))->status == CallbackStatus::placed);
    }
    SECTION("and what has turned up is not put back") {
        CHECK_FALSE(desk.store.must(desk.one.put_back(*claim, noon)));
    }
    SECTION("and a person who answered is not called again") {
        CHECK(desk.hears("a", 1, "CA2", By::person) == CallbackStatus::reached);
        CHECK_FALSE(desk.store.must(desk.one.placed(*claim, "CA2", noon + 1min)));
        CHECK(desk.store.must(desk.one.retry("a", 1, noon + 1min)) == CallbackStatus::reached);
    }
}

TEST_CASE("a call of which nobody tells how it goes is looked for, as the same attempt") {
    Desk desk;
    desk.ask(asked("a"));
    desk.store.must(desk.one.placed(*desk.claim(desk.one, noon), "CA2", noon + 2min));
    CHECK_FALSE(desk.claim(desk.two, noon + 2min - 1ms));
    const auto look = desk.claim(desk.two, noon + 2min);
    REQUIRE(look);
    CHECK(look->may_be_placed);
    CHECK(look->callback.attempt == 1);
    CHECK(look->callback.placed_call_sid == "CA2");
    CHECK(desk.store.must(desk.two.retry("a", 1, noon + 5min)) == CallbackStatus::waiting);
}

TEST_CASE("what was provably not placed is no attempt") {
    Desk desk;
    desk.ask(asked("a"));
    const auto claim = desk.claim(desk.one, noon);
    CHECK(desk.store.must(desk.one.put_back(*claim, noon + 1min)));
    CHECK_FALSE(desk.store.must(desk.one.put_back(*claim, noon + 1min)));
    CHECK_FALSE(desk.claim(desk.one, noon + 59s));
    const auto again = desk.claim(desk.two, noon + 1min);
    REQUIRE(again);
    CHECK(again->callback.attempt == 1);
    CHECK_FALSE(again->may_be_placed);
    CHECK(desk.store.must(desk.two.give_up(*again)));
    CHECK(desk.status("a") == CallbackStatus::gave_up);
}

TEST_CASE("who keeps a place is called when it is made due, once") {
    Desk desk;
    CallbackRequest second = asked("a", std::nullopt);
    second.asked_at = noon + 1s;
    desk.ask(second);
    desk.ask(asked("b", std::nullopt));
    CallbackRequest elsewhere = asked("c", std::nullopt);
    elsewhere.queue = "support";
    desk.ask(elsewhere);
    CHECK_FALSE(desk.claim(desk.one, noon + 1min));
    const auto waiting = desk.store.must(desk.two.keeping_place());
    REQUIRE(waiting.size() == 3);
    CHECK(waiting[0].request.id == "b");
    CHECK(waiting[2].request.id == "a");
    CHECK(desk.store.must(desk.one.make_due("b", noon + 1min)));
    CHECK_FALSE(desk.store.must(desk.two.make_due("b", noon + 2min)));
    CHECK(desk.claim(desk.two, noon + 1min)->callback.request.id == "b");
    CHECK(desk.store.must(desk.two.keeping_place()).size() == 2);
}

TEST_CASE("who cancels is not called, unless the call is on its way") {
    Desk desk;
    desk.ask(asked("a"));
    CHECK(desk.store.must(desk.one.cancel("a")));
    CHECK_FALSE(desk.claim(desk.one, noon));
    desk.ask(asked("b"));
    desk.claim(desk.one, noon);
    CHECK_FALSE(desk.store.must(desk.one.cancel("b")));
    CHECK(desk.status("a") == CallbackStatus::cancelled);
    CHECK(desk.status("b") == CallbackStatus::placing);
}

TEST_CASE("of many nodes that look for work, no two get the same callback") {
    Desk desk;
    for (const char id : {'a', 'b', 'c', 'd', 'e'})
        desk.ask(asked(std::string(1, id)));
    std::vector<net::awaitable<Stored<std::optional<CallbackClaim>>>> claims;
    for (int i = 0; i < 20; ++i)
        claims.push_back(
            (i % 2 == 0 ? desk.one : desk.two).claim_due("node", noon, callback_lease));
    std::multiset<std::string> ids;
    for (const auto& claim : desk.store.wait_for_all(std::move(claims))) {
        REQUIRE(claim.has_value());
        if (*claim) ids.insert((*claim)->callback.request.id);
    }
    while (const auto claim = desk.claim(desk.one, noon))
        ids.insert(claim->callback.request.id);
    CHECK(ids == std::multiset<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("callbacks are forgotten after their time") {
    Desk desk;
    desk.ask(asked("a"));
    CHECK(desk.store.must(desk.one.forget(noon)) == 0);
    CHECK(desk.store.must(desk.one.forget(noon + 1ms)) == 1);
    CHECK_FALSE(desk.store.must(desk.one.find("a")));
}
