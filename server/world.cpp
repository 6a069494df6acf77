#include "server/world.hpp"

#include "server/effects/effect_runner.hpp"
#include "server/effects/https_lookup.hpp"
#include "server/effects/twilio_accounts.hpp"
#include "server/effects/world_actor.hpp"
#include "server/store/migrated_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "server/turn/remembered_states.hpp"
#include "server/turn/silent_turn_worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <thread>

namespace server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::unique_ptr<Database> open_store(const World::Options& options) {
    constexpr std::string_view sqlite = "sqlite:";
    std::string_view where = options.store;
    if (where.starts_with(sqlite)) where.remove_prefix(sqlite.size());
    return std::make_unique<MigratedDatabase>(
        std::make_unique<SqliteDatabase>(options.folder / std::filesystem::path{where}));
}

// Of this process: a claim that it holds ends with it.
std::string random_owner() {
    std::array<unsigned char, 8> bytes{};
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    std::string owner;
    for (const unsigned char byte : bytes)
        fmt::format_to(std::back_inserter(owner), "{:02x}", byte);
    return owner;
}

}  // namespace

namespace {

// Versions are not kept anywhere yet.
class NoArchive final : public VersionArchive {
public:
    net::awaitable<std::shared_ptr<const LoadedFlows>> fetch(FlowVersion /*version*/) override {
        co_return nullptr;
    }
};

// Limits and countries are not asked yet, nor are opt-outs and callbacks kept.
class NoRules final : public TextRules {
public:
    net::awaitable<Verdict> may_text(const EffectOrder& /*order*/,
                                     const flows::TextMessage& /*message*/) override {
        co_return Verdict{};
    }
    net::awaitable<Verdict> may_verify(const EffectOrder& /*order*/,
                                       const flows::StartVerification& /*start*/) override {
        co_return Verdict{};
    }
};
class NoRecords final : public FlowRecords {
public:
    net::awaitable<bool> request_callback(const EffectOrder& /*order*/, const EffectKey& /*key*/,
                                          const flows::RequestCallback& /*request*/) override {
        co_return false;
    }
    net::awaitable<bool> change_consent(const EffectOrder& /*order*/,
                                        const flows::ChangeConsent& /*change*/) override {
        co_return false;
    }
    std::optional<OptOutQuestion>
    opt_out_question(const EffectOrder& /*order*/,
                     const flows::TextMessage& /*message*/) const override {
        return std::nullopt;
    }
    net::awaitable<void> note_opt_out(const EffectOrder& /*order*/,
                                      const flows::TextMessage& /*message*/) override {
        co_return;
    }
};

// Works a silent turn off at once.
class WorkedAtOnce final : public SilentTurns {
public:
    WorkedAtOnce(net::io_context& loop, SilentTurnWorker& worker) : loop_{loop}, worker_{worker} {}
    net::awaitable<void> owe(SilentTurn turn) override {
        auto work = worker_.work(std::move(turn), SilentTurnWorker::How::with_effects);
        net::co_spawn(loop_, std::move(work), net::detached);
        co_return;
    }

private:
    net::io_context& loop_;
    SilentTurnWorker& worker_;
};

}  // namespace

struct World::Parts {
    Parts(net::io_context& loop_of_all, const CurrentSnapshot& current, RetiredVersions& retired,
          Log& log, const Options& options)
        : loop{loop_of_all}, database{open_store(options)}, claims{*database}, twilio{resolver},
          outbound{make_outbound()}, lookups{*outbound},
          actor{{lookups, twilio, rules, records}, log}, runner{loop, claims, actor, random_owner(),
                                                                log},
          worker{current, retired, archive, runner, log}, silent{loop, worker} {}

    std::unique_ptr<OutboundClient> make_outbound() {
        OutboundClient::Made made = OutboundClient::make(resolver, {});
        if (made.has_error()) throw std::runtime_error{made.error()};
        return std::move(*made);
    }

    net::io_context& loop;
    std::unique_ptr<Database> database;
    Claims claims;
    SystemResolver resolver;
    TwilioAccounts twilio;
    std::unique_ptr<OutboundClient> outbound;
    HttpsLookup lookups;
    NoRules rules;
    NoRecords records;
    WorldActor actor;
    EffectRunner runner;
    NoArchive archive;
    SilentTurnWorker worker;
    WorkedAtOnce silent;
    RememberedStates last_states;
};

World::World(const CurrentSnapshot& current, RetiredVersions& retired, Log& log, Options options,
             Loops::OnFailure on_failure)
    : loops_{1, std::move(on_failure)}, parts_{std::make_unique<Parts>(loops_.at(0), current,
                                                                       retired, log, options)} {}

World::~World() { stop(); }

void World::start() { loops_.start(); }

bool World::drain(milliseconds time) {
    const auto until = steady_clock::now() + time;
    while (parts_->runner.under_way() > 0) {
        if (steady_clock::now() >= until) return false;
        std::this_thread::sleep_for(milliseconds{10});
    }
    return true;
}

void World::stop() { loops_.stop(); }

void World::use(std::shared_ptr<const Snapshot> snapshot) {
    net::post(parts_->loop, [parts = parts_.get(), snapshot = std::move(snapshot)] {
        parts->outbound->use(HostPolicy{snapshot->outbound.allow_hosts});
    });
}

VoiceWebhook::World World::for_webhooks() {
    return {parts_->archive, parts_->runner, parts_->silent, parts_->last_states};
}

StoreHealth World::store_health() const { return parts_->database->health(); }

}  // namespace server
