#include "server/store/message_receipts.hpp"
#include "server/store/message_windows.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

constexpr EffectKey effect{.bytes = {1, 2, 3}};

struct Receipts {
    TestStore store{GENERATE(each_engine())};
    MessageReceipts receipts{store.database()};

    bool note(const char* status, std::optional<EffectKey> of = std::nullopt,
              std::int64_t error_code = 0) {
        return store.must(receipts.note({.message_sid = "SM1",
                                         .effect = of,
                                         .status = status,
                                         .error_code = error_code,
                                         .at = noon}));
    }
    std::string status() { return store.must(receipts.find("SM1"))->status; }
};

}  // namespace

TEST_CASE("receipts in any order and twice keep the furthest") {
    Receipts receipts;
    CHECK(receipts.note("sent"));
    CHECK_FALSE(receipts.note("queued"));
    CHECK_FALSE(receipts.note("sending"));
    CHECK_FALSE(receipts.note("sent"));
    CHECK(receipts.status() == "sent");
    CHECK(receipts.note("delivered"));
    CHECK_FALSE(receipts.note("failed", std::nullopt, 30008));
    CHECK(receipts.status() == "delivered");
    CHECK(receipts.note("read"));
    CHECK_FALSE(receipts.note("delivered"));
    CHECK_FALSE(receipts.note("a new word"));
    CHECK(receipts.status() == "read");
}

TEST_CASE("a receipt is found by its message and by the effect that sent it") {
    Receipts receipts;
    CHECK_FALSE(receipts.store.must(receipts.receipts.find("SM1")));
    receipts.note("queued", effect);
    receipts.note("undelivered", std::nullopt, 30003);
    const auto found = receipts.store.must(receipts.receipts.find(effect));
    REQUIRE(found);
    CHECK(found->message_sid == "SM1");
    CHECK(found->effect == effect);
    CHECK(found->status == "undelivered");
    CHECK(found->error_code == 30003);
    CHECK(found->at == noon);
    CHECK_FALSE(receipts.store.must(receipts.receipts.find(EffectKey{})));
}

TEST_CASE("receipts are forgotten after their time") {
    Receipts receipts;
    receipts.note("sent");
    CHECK(receipts.store.must(receipts.receipts.forget(noon)) == 0);
    CHECK(receipts.store.must(receipts.receipts.forget(noon + 1ms)) == 1);
    CHECK_FALSE(receipts.store.must(receipts.receipts.find("SM1")));
}

TEST_CASE("a person's message opens a window for free text to that sender, and the newest counts") {
    TestStore store{GENERATE(each_engine())};
    MessageWindows windows{store.database()};
    const PersonKey ada{.bytes = {1}};
    const PersonKey bob{.bytes = {2}};
    const auto is_open = [&](StoreTime now) { return store.must(windows.is_open("+1", ada, now)); };
    CHECK_FALSE(is_open(noon));
    store.must_do(windows.note_inbound("+1", ada, noon));
    store.must_do(windows.note_inbound("+1", ada, noon - 1h));
    CHECK(store.must(windows.last_inbound("+1", ada)) == noon);
    CHECK(is_open(noon + 24h - 5min - 1ms));
    CHECK_FALSE(is_open(noon + 24h - 5min));
    CHECK_FALSE(store.must(windows.is_open("+1", bob, noon)));
    CHECK_FALSE(store.must(windows.is_open("+2", ada, noon)));
    store.must_do(windows.note_inbound("+1", ada, noon + 1h));
    CHECK(is_open(noon + 24h));
}

TEST_CASE("windows that have closed are forgotten") {
    TestStore store{GENERATE(each_engine())};
    MessageWindows windows{store.database()};
    const PersonKey ada{.bytes = {1}};
    store.must_do(windows.note_inbound("+1", ada, noon));
    CHECK(store.must(windows.forget(noon + message_window)) == 0);
    CHECK(store.must(windows.forget(noon + message_window + 1ms)) == 1);
    CHECK_FALSE(store.must(windows.last_inbound("+1", ada)));
}
