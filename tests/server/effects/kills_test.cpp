// Texts under any script of faults: the other side's, the store's, and nodes that are killed at any
// point between the claim and the reply. Twilio never has more of them than callers were told of.
#include "server/effects/effect_runner.hpp"
#include "server/effects/world_actor.hpp"
#include "server/store/migrated_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_caller.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <array>
#include <map>
#include <random>
#include <thread>

using namespace server;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

class Chance {
public:
    explicit Chance(std::uint32_t seed) : numbers_{seed} {}
    int below(int end) { return static_cast<int>(numbers_() % static_cast<std::uint32_t>(end)); }
    bool once_in(int times) { return below(times) == 0; }

private:
    std::mt19937 numbers_;
};

// What Twilio has accepted, by the identity that the receipt's URL carries.
using Accepted = std::map<std::string, int>;

net::awaitable<void> some_turns_of_the_loop(Chance& chance) {
    for (int turns = chance.below(6); turns > 0; --turns)
        co_await net::post(net::use_awaitable);
}

// Ends in every way the port has, and tells the truth as far as it knows it.
class FaultySender final : public MessageSender {
public:
    FaultySender(Chance& chance, Accepted& accepted) : chance_{chance}, accepted_{accepted} {}

    net::awaitable<MessageResult> send(OutgoingMessage message) override {
        using Outcome = MessageResult::Outcome;
        co_await some_turns_of_the_loop(chance_);
        switch (chance_.below(8)) {
        case 0:
            co_return MessageResult{.outcome = Outcome::refused};
        case 1:
            co_return MessageResult{.outcome = Outcome::failed};
        case 2:
            co_return MessageResult{.outcome = Outcome::opted_out};
        case 3:
            co_return MessageResult{.outcome = Outcome::unknown};
        default:
            break;
        }
        ++accepted_[message.status_callback];
        co_await some_turns_of_the_loop(chance_);
        co_return MessageResult{.outcome = chance_.once_in(4) ? Outcome::unknown : Outcome::sent};
    }

private:
    Chance& chance_;
    Accepted& accepted_;
};

// All that stands around a text, and lets it through.
class Open final : public TwilioPorts,
                   public TextRules,
                   public FlowRecords,
                   public HttpLookup,
                   public CallRequests {
public:
    explicit Open(std::shared_ptr<MessageSender> sender) : sender_{std::move(sender)} {}

    std::shared_ptr<MessageSender> messages(const EffectOrder& /*order*/) override {
        return sender_;
    }
    std::shared_ptr<Verification> verification(const EffectOrder& /*order*/) override { return {}; }
    std::shared_ptr<ConsentTeller> consents(const EffectOrder& /*order*/) override { return {}; }
    net::awaitable<Verdict> may_text(const EffectOrder& /*order*/,
                                     const flows::TextMessage& /*message*/) override {
        co_return Verdict{};
    }
    net::awaitable<Verdict> may_verify(const EffectOrder& /*order*/,
                                       const flows::StartVerification& /*start*/) override {
        co_return Verdict{};
    }
    net::awaitable<void> note_approved(std::string /*number*/) override { co_return; }
    net::awaitable<bool> change_consent(const EffectOrder& /*order*/,
                                        const flows::ChangeConsent& /*change*/) override {
        co_return true;
    }
    net::awaitable<Stored<std::optional<OptOutQuestion>>>
    opt_out_question(const EffectOrder& /*order*/, const flows::TextMessage& /*message*/) override {
        co_return std::optional<OptOutQuestion>{};
    }
    net::awaitable<void> note_opt_out(const EffectOrder& /*order*/,
                                      const flows::TextMessage& /*message*/) override {
        co_return;
    }
    net::awaitable<LookupResult> look_up(LookupRequest /*request*/) override {
        co_return LookupResult{};
    }
    net::awaitable<bool> request(const EffectOrder& /*order*/, const EffectKey& /*key*/,
                                 const flows::RequestCallback& /*request*/) override {
        co_return true;
    }

private:
    std::shared_ptr<MessageSender> sender_;
};

// A store that is away now and then, before or after it has done what it was asked.
class FaultyDatabase final : public Database {
public:
    FaultyDatabase(Database& inner, Chance& chance, bool& is_faulty)
        : inner_{inner}, chance_{chance}, is_faulty_{is_faulty} {}
    // What is on its way to the disk when its node is killed still gets there.
    ~FaultyDatabase() override {
        while (inner_.health().waiting > 0)
            std::this_thread::yield();
    }
    FaultyDatabase(const FaultyDatabase&) = delete;
    FaultyDatabase& operator=(const FaultyDatabase&) = delete;
    FaultyDatabase(FaultyDatabase&&) = delete;
    FaultyDatabase& operator=(FaultyDatabase&&) = delete;

    net::awaitable<DatabaseResult> run(Transaction transaction) override {
        const int fault = is_faulty_ ? chance_.below(12) : -1;
        if (fault == 0) co_return StoreError{.why = "away"};
        DatabaseResult result = co_await inner_.run(std::move(transaction));
        if (fault == 1) {
            co_return StoreError{
                .what = StoreFailure::timed_out, .may_be_done = true, .why = "lost"};
        }
        co_return result;
    }
    StoreHealth health() const override { return inner_.health(); }
    SqlDialect dialect() const override { return inner_.dialect(); }

private:
    Database& inner_;
    Chance& chance_;
    bool& is_faulty_;
};

using Told = std::map<int, std::vector<std::string>>;  // by visit

const config::Source any_flow{"acme.yaml", "flow: acme\nstart: a\nstates: {a: [hangup]}\n"};

// One script: its call, and what the nodes that serve it share.
struct World {
    Chance chance;
    std::string call_sid;
    bool store_is_faulty = false;
    Accepted accepted{};
    Told told{};
    Log log{LogFormat::text, LogLevel::error};
    std::shared_ptr<const Snapshot> snapshot = support::snapshot_of({any_flow});

    EffectOrder text(int visit) const {
        return {.call_sid = call_sid,
                .id = {.flow = "acme", .state = "a", .step = "0", .visit = visit},
                .effect = flows::TextMessage{.to = "+12025550123", .text = "hello"},
                .deadline = 5ms,
                .version = snapshot->flows->versions.at("acme"),
                .flow = "acme",
                .snapshot = snapshot,
                .public_base = "https://ivr.test"};
    }
};

// One process, turned by hand. Going out of scope is its kill -9.
class Node {
public:
    Node(World& world, Database& store, std::string owner)
        : world_{world}, open_{std::make_shared<FaultySender>(world.chance, world.accepted)},
          actor_{
              {.lookups = open_, .twilio = open_, .rules = open_, .records = open_, .calls = open_},
              world.log},
          database_{store, world.chance, world.store_is_faulty}, claims_{database_},
          runner_{loop_,     claims_,
                  actor_,    std::move(owner),
                  world.log, {.margin = 1ms, .shortest = 4ms, .first_look = 1ms}} {}

    void ask(int visit) {
        ++asking_;
        net::co_spawn(
            loop_, [](Node& node, int of) { return node.hear(of); }(*this, visit), net::detached);
    }
    void turn() { loop_.poll_one(); }
    bool is_asking() const { return asking_ > 0; }

private:
    net::awaitable<void> hear(int visit) {
        EffectOrder order = world_.text(visit);
        const auto until = steady_clock::now() + 10s;
        const auto result = co_await runner_.perform(std::move(order), until);
        --asking_;
        if (result) world_.told[visit].push_back(result->outcome);
    }

    World& world_;
    net::io_context loop_{1};
    net::executor_work_guard<net::io_context::executor_type> busy_{loop_.get_executor()};
    Open open_;
    WorldActor actor_;
    FaultyDatabase database_;
    Claims claims_;
    EffectRunner runner_;
    int asking_ = 0;
};

void check(const World& world, int visit) {
    const EffectOrder order = world.text(visit);
    const auto known = world.accepted.find(receipt_url(order, key_of(order)));
    const int accepted = known == world.accepted.end() ? 0 : known->second;
    const auto& told = world.told.at(visit);
    RC_ASSERT(accepted <= 1);
    // Whoever asks last, the store being well again, is told no less than what has happened.
    const std::string& last = told.back();
    if (accepted == 1) RC_ASSERT(last == "sent" || last == "unknown");
    for (const std::string& outcome : told)
        if (outcome == "sent") RC_ASSERT(accepted == 1);
}

// Two connections to one store, as two nodes have them.
class Stores {
public:
    Database& of(std::size_t node) { return node == 0 ? first_ : second_; }

private:
    support::TemporaryFolder folder_{support::memory_folder()};
    std::filesystem::path file_ = folder_.path() / "store.db";
    MigratedDatabase first_{std::make_unique<SqliteDatabase>(file_)};
    MigratedDatabase second_{std::make_unique<SqliteDatabase>(file_)};
};

void play(Stores& stores, std::uint32_t call, std::uint32_t seed) {
    World world{.chance = Chance{seed}, .call_sid = fmt::format("CA{:032x}", call)};
    constexpr int texts = 3;
    world.store_is_faulty = world.chance.once_in(3);
    std::array<std::unique_ptr<Node>, 2> nodes;
    const auto start = [&](const std::string& owner) {
        for (std::size_t i = 0; i < nodes.size(); ++i)
            if (!nodes.at(i)) nodes.at(i) = std::make_unique<Node>(world, stores.of(i), owner);
    };
    const auto any = [&]() -> std::unique_ptr<Node>& {
        return nodes.at(static_cast<std::size_t>(world.chance.below(2)));
    };
    const int kills = world.chance.below(4);
    for (int life = 0; life <= kills; ++life) {
        start(fmt::format("life {}", life));
        for (int asks = world.chance.below(5); asks >= 0; --asks)
            any()->ask(1 + world.chance.below(texts));
        for (int turns = world.chance.below(120); turns > 0; --turns) {
            any()->turn();
            if (world.chance.once_in(8)) std::this_thread::sleep_for(50us);  // SQLite has a thread
        }
        if (life < kills) any().reset();
    }
    start("the last");
    const auto all_heard = [&] {
        while (nodes[0]->is_asking() || nodes[1]->is_asking()) {
            for (const auto& node : nodes)
                node->turn();
            std::this_thread::sleep_for(20us);
        }
    };
    all_heard();
    world.store_is_faulty = false;
    for (int visit = 1; visit <= texts; ++visit)
        any()->ask(visit);
    all_heard();
    for (int visit = 1; visit <= texts; ++visit)
        check(world, visit);
}

}  // namespace

TEST_CASE("under faults and kills nobody gets a text twice, nor one that nobody was told of") {
    Stores stores;
    std::uint32_t scripts = 0;
    CHECK(rc::check("any script of faults and kills", [&] {
        const auto seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint32_t>());
        for (std::uint32_t i = 0; i < 10; ++i)
            play(stores, ++scripts, seed + i);
    }));
    CHECK(scripts >= 1000);
}
