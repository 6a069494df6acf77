#include "server/world.hpp"

#include "server/awaitable.hpp"
#include "server/calls/call_worker.hpp"
#include "server/calls/line_watch.hpp"
#include "server/calls/stored_call_requests.hpp"
#include "server/calls/stored_placed_calls.hpp"
#include "server/digest.hpp"
#include "server/effects/effect_result.hpp"
#include "server/effects/effect_runner.hpp"
#include "server/effects/https_lookup.hpp"
#include "server/effects/store_records.hpp"
#include "server/effects/store_text_rules.hpp"
#include "server/effects/twilio_accounts.hpp"
#include "server/effects/world_actor.hpp"
#include "server/hex.hpp"
#include "server/store/hours_overrides.hpp"
#include "server/store/open_store.hpp"
#include "server/store/probe.hpp"
#include "server/turn/owed_silent_turns.hpp"
#include "server/turn/stored_ends.hpp"
#include "server/turn/stored_notes.hpp"
#include "server/turn/stored_versions.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include <array>
#include <future>
#include <thread>

namespace server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds look_for_left{5000}, look_at_hours{500}, look_at_store{1000};
constexpr std::chrono::minutes housekeeping{30};
constexpr milliseconds wait_for_versions{2000}, wait_for_place{5000};

std::unique_ptr<Database> opened(const World::Options& options, net::io_context& loop) {
    auto store = open_store(options.store, options.folder, loop.get_executor());
    if (store.has_error()) throw std::runtime_error{store.error().why};
    return std::move(*store);
}

// Of this process: a claim that it holds ends with it.
std::string random_owner() { return hex(random_bytes(8)); }

// StoredNotes, once the store has told the secret behind numbers.
class NotesOnceStored final : public MessageNotes {
public:
    NotesOnceStored(net::io_context& world, Database& database, People& people,
                    EffectCounts* counts)
        : world_{world}, database_{database}, people_{people}, counts_{counts} {}

    net::awaitable<bool> write(MessageNote note) override {
        auto written = write_there(std::move(note));
        co_return co_await net::co_spawn(world_, std::move(written), net::use_awaitable);
    }

private:
    net::awaitable<bool> write_there(MessageNote note) {
        const auto cipher = co_await people_.cipher();
        if (cipher.has_error()) co_return false;
        StoredNotes notes{database_, **cipher, plain_result, counts_};
        co_return co_await notes.write(std::move(note));
    }

    net::io_context& world_;
    Database& database_;
    People& people_;
    EffectCounts* counts_;
};

}  // namespace

struct World::Parts {
    Parts(net::io_context& loop_of_all, const CurrentSnapshot& now, RetiredVersions& retired,
          Log& log_of_all, const Options& options)
        : loop{loop_of_all}, current{now}, log{log_of_all}, owner{random_owner()}, database{opened(
                                                                                       options,
                                                                                       loop)},
          claims{*database}, people{*database}, twilio{resolver}, outbound{make_outbound()},
          lookups{*outbound}, rules{*database, people}, records{*database, people, log},
          calls{loop, {*database, people, twilio, options.counts}, current, owner, log},
          line_watch{*database, twilio, current, log, [this] { calls.wake(); }},
          call_requests{*database, log, [this] { calls.wake(); }}, placed_calls{loop, *database,
                                                                                current, log,
                                                                                options.counts},
          actor{{lookups, twilio, rules, records, call_requests}, log, options.counts},
          runner{loop, claims, actor, owner, log, {}, options.counts},
          versions{*database, current, log}, worker{current, retired, versions,      runner,
                                                    hours,   log,     options.counts},
          silent{loop, *database, current, worker, owner, log}, ends{loop, *database, current, log},
          overrides{*database}, notes{loop, *database, people, options.counts}, messages{notes} {}

    std::unique_ptr<OutboundClient> make_outbound() {
        OutboundClient::Made made = OutboundClient::make(resolver, {});
        if (made.has_error()) throw std::runtime_error{made.error()};
        return std::move(*made);
    }

    net::awaitable<void> work_off();
    net::awaitable<void> watch_hours();
    net::awaitable<void> watch_store();
    net::awaitable<void> keep_house();

    net::io_context& loop;
    const CurrentSnapshot& current;
    Log& log;
    const std::string owner;
    std::unique_ptr<Database> database;
    Claims claims;
    People people;
    SystemResolver resolver;
    TwilioAccounts twilio;
    std::unique_ptr<OutboundClient> outbound;
    HttpsLookup lookups;
    StoreTextRules rules;
    StoreRecords records;
    CallWorker calls;
    LineWatch line_watch;
    StoredCallRequests call_requests;
    StoredPlacedCalls placed_calls;
    WorldActor actor;
    EffectRunner runner;
    StoredVersions versions;
    SilentTurnWorker worker;
    OwedSilentTurns silent;
    StoredEnds ends;
    StoredHoursOverrides overrides;
    CurrentHours hours;
    NotesOnceStored notes;
    MessagesWebhook messages;
};

// What a process that is gone left undone.
net::awaitable<void> World::Parts::work_off() {
    net::steady_timer timer{loop};
    while (true) {
        const bool more = co_await silent.work_one_left();
        if (more) continue;
        timer.expires_after(look_for_left);
        co_await timer.async_wait(quietly);
    }
}

// Within a second every node holds to an operator's word.
net::awaitable<void> World::Parts::watch_hours() {
    net::steady_timer timer{loop};
    std::int64_t seen = 0;
    while (true) {
        auto changed = co_await overrides.changed_since(seen);
        if (changed.has_value() && *changed) {
            seen = (*changed)->seen;
            auto next = std::make_shared<flows::HoursOverrides>();
            for (const StoredHoursOverride& each : (*changed)->overrides)
                (*next)[{each.flow, each.name}] = {each.open, each.until};
            hours.set(std::move(next));
        }
        timer.expires_after(look_at_hours);
        co_await timer.async_wait(quietly);
    }
}

// What is said of the store has to become true again without a call that finds it out.
net::awaitable<void> World::Parts::watch_store() {
    net::steady_timer timer{loop};
    while (true) {
        timer.expires_after(look_at_store);
        co_await timer.async_wait(quietly);
        if (database->health().ok) continue;
        const auto probed = co_await probe(*database, owner);
        if (probed.has_value()) log.say(LogLevel::info, "the store is back");
    }
}

net::awaitable<void> World::Parts::keep_house() {
    net::steady_timer timer{loop};
    while (true) {
        timer.expires_after(housekeeping);
        co_await timer.async_wait(quietly);
        std::shared_ptr<const LoadedFlows> flows = current.shared()->flows;
        co_await versions.refresh(std::move(flows));
        co_await silent.forget_old();
        co_await ends.forget_old();
        const StoreTime before = std::chrono::floor<milliseconds>(std::chrono::system_clock::now() -
                                                                  std::chrono::hours{token_hours});
        const auto forgotten = co_await claims.forget(before);
        if (forgotten.has_error()) continue;
        Callbacks callbacks{*database};
        const auto calls_forgotten = co_await callbacks.forget(before);
        if (calls_forgotten.has_error()) continue;
        VerifyWatch watch{*database};
        const auto watch_forgotten = co_await watch.forget(before);
        if (watch_forgotten.has_error()) continue;
    }
}

World::World(const CurrentSnapshot& current, RetiredVersions& retired, Log& log,
             const Options& options, Loops::OnFailure on_failure)
    : loops_{1, std::move(on_failure)}, parts_{std::make_unique<Parts>(loops_.at(0), current,
                                                                       retired, log, options)} {}

World::~World() { stop(); }

void World::start() {
    net::co_spawn(parts_->loop, parts_->work_off(), net::detached);
    net::co_spawn(parts_->loop, parts_->watch_hours(), net::detached);
    net::co_spawn(parts_->loop, parts_->watch_store(), net::detached);
    net::co_spawn(parts_->loop, parts_->keep_house(), net::detached);
    net::co_spawn(parts_->loop, parts_->calls.work_off(), net::detached);
    net::co_spawn(parts_->loop, parts_->line_watch.work_off(), net::detached);
    loops_.start();
}

bool World::drain(milliseconds time) {
    const auto until = steady_clock::now() + time;
    const auto under_way = [this] {
        return parts_->runner.under_way() + parts_->silent.under_way() + parts_->ends.under_way() +
               parts_->calls.under_way();
    };
    while (under_way() > 0) {
        if (steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(milliseconds{10});
    }
    return true;
}

void World::stop() { loops_.stop(); }

void World::use(const std::shared_ptr<const Snapshot>& snapshot) {
    net::post(parts_->loop, [parts = parts_.get(), snapshot] {
        parts->outbound->use(HostPolicy{snapshot->outbound.allow_hosts});
    });
    auto keeping = parts_->versions.keep(snapshot->flows);
    const std::future<void> kept = net::co_spawn(parts_->loop, std::move(keeping), net::use_future);
    kept.wait_for(wait_for_versions);
}

std::string World::place(PlaceOrder order) {
    auto placing = parts_->call_requests.place(std::move(order), parts_->current.shared());
    std::future<std::string> placed =
        net::co_spawn(parts_->loop, std::move(placing), net::use_future);
    if (placed.wait_for(wait_for_place) != std::future_status::ready)
        return "the store does not answer";
    return placed.get();
}

VoiceWebhook::World World::for_webhooks() {
    return {parts_->versions, parts_->runner,   parts_->silent,      parts_->ends,
            parts_->hours,    parts_->messages, parts_->placed_calls};
}

StoreHealth World::store_health() const { return parts_->database->health(); }

}  // namespace server
