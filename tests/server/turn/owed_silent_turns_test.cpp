#include "server/store/migrated_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "server/turn/owed_silent_turns.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_caller.hpp"

#include <boost/asio/detached.hpp>

using namespace server;
using namespace support;

namespace {

const config::Source acme{"acme.yaml", R"(
flow: acme
start: main
hung_up: told
results: [filed]
states:
  main:
    - record: {max_length: 1m, on: {empty: next}}
    - http: {post: "https://crm.example/notes", otherwise: next}
    - result: filed
    - hangup
  told:
    - http: {post: "https://crm.example/ends", otherwise: next}
)"};

using Urls = std::vector<std::string>;

// What a caller leaves behind who hangs up on the recorder, and who works it.
struct Desk {
    TemporaryFolder folder{};
    MigratedDatabase database{std::make_unique<SqliteDatabase>(folder.path() / "store.db")};
    WebhookServer server{snapshot_of({acme})};
    net::io_context loop{1};
    SilentTurnWorker worker{server.current,
                            server.retired,
                            server.archive,
                            server.effects,
                            server.hours,
                            server.log,
                            &server.observer.effects()};
    OwedSilentTurns silent{loop, database, server.current, worker, "node 1", server.log};

    SilentTurn left() {
        const WebhookCaller caller{server};
        const auto asked = caller.post("/voice/acme", {{"CallStatus", "ringing"}});
        (void)caller.post(action_of(asked.body),
                          {{"CallStatus", "completed"},
                           {"Digits", "hangup"},
                           {"RecordingSid", "RE0123456789abcdef0123456789abcdef"},
                           {"RecordingDuration", "9"}});
        REQUIRE(server.silent.owed.size() == 1);
        return server.silent.owed.front();
    }
    void owes(SilentTurn turn) {
        auto owing = silent.owe(std::move(turn));
        net::co_spawn(loop, std::move(owing), net::detached);
        loop.restart();
        loop.run_for(std::chrono::seconds{30});
        REQUIRE(silent.under_way() == 0);
    }
    Urls posted() const {
        Urls urls;
        for (const EffectOrder& order : server.effects.asked)
            urls.push_back(std::get<flows::Lookup>(order.effect).url);
        return urls;
    }
};

}  // namespace

TEST_CASE("a turn that is owed is worked once, however often it is owed") {
    Desk desk;
    SilentTurn turn = desk.left();
    turn.ends_call = false;
    desk.owes(turn);
    desk.owes(turn);
    CHECK(desk.posted() == Urls{"https://crm.example/notes"});
}

TEST_CASE("a result behind an effect counts, though nobody waits for it") {
    Desk desk;
    SilentTurn turn = desk.left();
    turn.ends_call = false;
    const auto counted = [&] {
        return desk.server.observer.metrics({}).find(
                   R"(switchboard_results_total{flow="acme",result="filed"} 1)") !=
               std::string::npos;
    };
    CHECK_FALSE(counted());
    desk.owes(turn);
    CHECK(counted());
}

TEST_CASE("behind a turn that ends the call its hung_up is worked, once whoever owes it") {
    Desk desk;
    const SilentTurn turn = desk.left();
    CHECK(turn.ends_call);
    desk.owes(turn);
    CHECK(desk.posted() == Urls{"https://crm.example/notes", "https://crm.example/ends"});
    SilentTurn told = turn;
    told.identity = hung_up_identity;
    told.ends_call = false;
    desk.owes(told);
    CHECK(desk.posted().size() == 2);
}

TEST_CASE("with the store away a turn is worked to its end at once, and its effects fail") {
    Desk desk;
    const SilentTurn turn = desk.left();
    MigratedDatabase away{std::make_unique<SqliteDatabase>("/proc/no-place/store.db")};
    OwedSilentTurns silent{desk.loop,   away,     desk.server.current,
                           desk.worker, "node 1", desk.server.log};
    bool is_done = false;
    net::co_spawn(desk.loop, silent.owe(turn), [&](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
        is_done = true;
    });
    desk.loop.restart();
    desk.loop.run_for(std::chrono::seconds{30});
    CHECK(is_done);
    CHECK(desk.posted().empty());
}
