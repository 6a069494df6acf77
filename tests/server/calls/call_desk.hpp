// Calls that we place, on one store, with a telephone company that does as it is told.
#pragma once

#include "server/calls/call_worker.hpp"
#include "server/calls/stored_call_requests.hpp"
#include "server/calls/stored_placed_calls.hpp"
#include "server/digest.hpp"
#include "server/store/consent.hpp"
#include "server/store/migrated_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "tests/support/run_loop.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_caller.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <deque>

namespace server::testing {

using namespace std::chrono_literals;

class PhoneCompany final : public CallPlacer, public CallPlacers {
public:
    std::vector<CallToPlace> asked{};
    std::deque<PlacedCall> script{};  // then every call is placed
    bool is_gone = false;             // never answers
    SeenCalls list{.told = true};

    net::awaitable<PlacedCall> place(CallToPlace call) override {
        asked.push_back(std::move(call));
        if (is_gone) {
            net::steady_timer timer{co_await net::this_coro::executor, 1h};
            co_await timer.async_wait(net::use_awaitable);
        }
        PlacedCall placed{.outcome = PlacedCall::Outcome::placed, .call_sid = sid()};
        if (!script.empty()) {
            placed = script.front();
            script.pop_front();
        }
        co_return placed;
    }
    net::awaitable<SeenCalls> find(std::string call_sid, std::chrono::milliseconds) override {
        SeenCalls seen{.told = list.told};
        for (const SeenCall& call : list.calls) {
            if (call.call_sid == call_sid) seen.calls.push_back(call);
        }
        co_return seen;
    }
    net::awaitable<SeenCalls> newest(twiml::E164, twiml::E164, std::chrono::milliseconds) override {
        co_return list;
    }
    std::shared_ptr<CallPlacer> calls(std::shared_ptr<const Snapshot>, std::size_t) override {
        return {std::shared_ptr<CallPlacer>{}, this};
    }

    // Of the newest call.
    std::string sid() const { return "CA" + std::to_string(asked.size()); }
    // What its webhooks carry.
    std::string request() const {
        const std::string& url = asked.back().url;
        const std::size_t from = url.find("request=") + 8;
        return url.substr(from, url.find('#') - from);
    }
    void lists(const std::string& call_sid, const std::string& status) {
        list.calls.push_back(
            {.call_sid = call_sid,
             .status = status,
             .made = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())});
    }
};

inline const config::Source reminder_flow{"desk.yaml", R"(
flow: desk
vars: {day: text(20)}
start: main
states:
  main: [{set: {day: Friday}}, {callback: {number: "{{ call.from }}", go: called, otherwise: called}}, hangup]
  called: [{say: "This is about {{ day | or(\"nothing\") }}."}, hangup]
)"};

inline std::shared_ptr<Snapshot> calling_snapshot() {
    auto snapshot = std::make_shared<Snapshot>(*support::snapshot_of({reminder_flow}));
    snapshot->accounts.front().settings.phone_number = "+12025550199";
    snapshot->rates.calls_per_second = 1000;
    snapshot->outbound.call_again_after = 20ms;
    return snapshot;
}

// One process: its own connection to the shared file.
struct CallNode {
    CallNode(net::io_context& world, const std::filesystem::path& file, PhoneCompany& twilio,
             const CurrentSnapshot& snapshots, Log& the_log, std::string owner, CallTimes times)
        : loop{world}, database{std::make_unique<SqliteDatabase>(file)}, people{database},
          worker{world, {database, people, twilio}, snapshots, std::move(owner), the_log, times},
          requests{database, the_log, [this] { ++woken; }}, calls{world, database, snapshots,
                                                                  the_log} {}

    // What is due, and what becomes due by that, until nothing is.
    int works_off() {
        int taken = 0;
        for (int before = -1; before != taken;) {
            before = taken;
            while (run(loop, worker.take_one()))
                ++taken;
            run_until(loop, [&] { return worker.under_way() == 0; });
        }
        return taken;
    }

    net::io_context& loop;
    MigratedDatabase database;
    People people;
    CallWorker worker;
    StoredCallRequests requests;
    StoredPlacedCalls calls;
    int woken = 0;
};

struct CallDesk {
    explicit CallDesk(std::shared_ptr<Snapshot> what = calling_snapshot(), CallTimes times = {})
        : snapshot{std::move(what)}, one{loop, file, twilio, current, log, "one", times},
          two{loop, file, twilio, current, log, "two", times} {
        current.set(snapshot);
    }

    // As the step `callback` does.
    bool asks(flows::RequestCallback request, std::string call = support::some_call) {
        const LoadedFlows& flows = *snapshot->flows;
        request.begins_in = flows::begin_call(*flows.set.find("desk"), flows::Now{});
        EffectOrder order{.call_sid = std::move(call),
                          .id = {.flow = "desk", .state = "main", .step = "1", .visit = 1},
                          .effect = request,
                          .snapshot = snapshot,
                          .public_base = "https://ivr.example.com"};
        order.begins = call_begin_of(order.effect, flows);
        const EffectKey key = key_of(order);
        return run(loop, one.requests.request(order, key, request));
    }
    bool asks(std::string number = "+12025550142", int attempts = 2) {
        return asks({.number = std::move(number), .within = 1min, .attempts = attempts});
    }
    // As time goes by: until a call is due and placed.
    void waits_for_a_call() {
        const std::size_t before = twilio.asked.size();
        run_until(loop, [&] {
            two.works_off();
            return twilio.asked.size() > before;
        });
    }
    PlacedAnswer answers(std::string answered_by = "human", std::string call_sid = {}) {
        if (call_sid.empty()) call_sid = twilio.sid();
        return run(loop, two.calls.answered(twilio.request(), call_sid, std::move(answered_by)));
    }
    bool ends() { return run(loop, one.calls.ended(twilio.request(), twilio.sid())); }
    std::string status() {
        const std::string request = twilio.request();
        const auto row =
            run(loop, Callbacks{one.database}.find(request.substr(0, request.find('-'))));
        return row && *row ? std::string{to_text((*row)->status)} : "none";
    }
    void opts_out(const std::string& number, const std::string& channel) {
        const auto cipher = run(loop, one.people.cipher());
        Consent consent{one.database, **cipher};
        const auto done = run(loop, consent.opt_out({.number = number,
                                                     .channel = channel,
                                                     .source = ConsentSource::console,
                                                     .evidence = "a test",
                                                     .at = StoreTime{}}));
        REQUIRE(done.has_value());
    }

    support::TemporaryFolder folder{};
    std::filesystem::path file = folder.path() / "store.db";
    net::io_context loop{1};
    Log log{LogFormat::text, LogLevel::error};
    CurrentSnapshot current{};
    std::shared_ptr<Snapshot> snapshot;
    PhoneCompany twilio{};
    CallNode one, two;
};

}  // namespace server::testing
