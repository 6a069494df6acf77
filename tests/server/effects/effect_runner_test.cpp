#include "server/effects/effect_runner.hpp"
#include "server/store/migrated_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_caller.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <thread>

using namespace server;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

// Does what it is told to, and counts.
class CountingActor final : public EffectActor {
public:
    flows::EffectResult result{.outcome = "sent"};
    std::chrono::milliseconds takes{0};
    std::atomic<bool> never_ends{false};
    bool throws = false;
    std::string found_out{"unknown"};
    std::atomic<int> acted{0}, acted_again{0};

    net::awaitable<Acted> act(const EffectOrder& /*order*/, const EffectKey& /*key*/) override {
        ++acted;
        if (throws) throw std::runtime_error{"the world ended"};
        net::steady_timer timer{co_await net::this_coro::executor};
        timer.expires_after(never_ends ? 1h : takes);
        co_await timer.async_wait(net::use_awaitable);
        co_return Acted{.result = result};
    }
    net::awaitable<Acted> act_again(const EffectOrder& /*order*/,
                                    const EffectKey& /*key*/) override {
        ++acted_again;
        co_return Acted{.result = {.outcome = found_out}, .is_final = false};
    }
    net::awaitable<Stored<std::optional<OptOutQuestion>>>
    opt_out_question(const EffectOrder& /*order*/) override {
        co_return std::optional<OptOutQuestion>{};
    }
};

const config::Source acme_flow{"acme.yaml", "flow: acme\nstart: a\nstates: {a: [hangup]}\n"};

EffectOrder text_order(int visit = 1) {
    static const auto snapshot = support::snapshot_of({acme_flow});
    return {.call_sid = support::some_call,
            .id = {.flow = "acme", .state = "a", .step = "0", .visit = visit},
            .effect = flows::TextMessage{.to = "+12025550123", .text = "hello"},
            .deadline = 300ms,
            .version = snapshot->flows->versions.at("acme"),
            .flow = "acme",
            .snapshot = snapshot};
}

// One process: its loop, its claims in the shared file. Going out of scope is its kill -9.
class EffectNode {
public:
    EffectNode(const std::filesystem::path& file, EffectActor& actor, std::string owner)
        : database_{std::make_unique<SqliteDatabase>(file)}, claims_{database_},
          runner_{
              loop_, claims_, actor, std::move(owner), log_, {.margin = 50ms, .shortest = 400ms}},
          thread_{[this] { loop_.run(); }} {}
    ~EffectNode() {
        loop_.stop();
        thread_.join();
    }
    EffectNode(const EffectNode&) = delete;
    EffectNode& operator=(const EffectNode&) = delete;
    EffectNode(EffectNode&&) = delete;
    EffectNode& operator=(EffectNode&&) = delete;

    std::future<std::optional<flows::EffectResult>> start(EffectOrder order,
                                                          std::chrono::milliseconds patience) {
        return net::co_spawn(loop_,
                             runner_.perform(std::move(order), steady_clock::now() + patience),
                             net::use_future);
    }
    std::optional<flows::EffectResult> perform(EffectOrder order,
                                               std::chrono::milliseconds patience = 5s) {
        return start(std::move(order), patience).get();
    }
    std::size_t under_way() const { return runner_.under_way(); }

private:
    Log log_{LogFormat::text, LogLevel::error};
    net::io_context loop_{1};
    net::executor_work_guard<net::io_context::executor_type> busy_{loop_.get_executor()};
    MigratedDatabase database_;
    Claims claims_;
    EffectRunner runner_;
    std::thread thread_;
};

struct Fixture {
    support::TemporaryFolder folder{};
    std::filesystem::path database = folder.path() / "store.db";
    CountingActor actor{};
};

}  // namespace

TEST_CASE("an effect acts once, and whoever asks again gets its result") {
    Fixture world;
    {
        EffectNode node{world.database, world.actor, "one"};
        CHECK(node.perform(text_order())->outcome == "sent");
        CHECK(node.perform(text_order())->outcome == "sent");
    }
    EffectNode restarted{world.database, world.actor, "two"};
    CHECK(restarted.perform(text_order())->outcome == "sent");
    CHECK(world.actor.acted == 1);
    CHECK(restarted.perform(text_order(2))->outcome == "sent");  // another visit, another effect
    CHECK(world.actor.acted == 2);
}

TEST_CASE("duplicates at once, here and at another node, wait for the one that acts") {
    Fixture world;
    world.actor.takes = 100ms;
    EffectNode one{world.database, world.actor, "one"};
    EffectNode two{world.database, world.actor, "two"};
    auto first = one.start(text_order(), 5s);
    auto second = one.start(text_order(), 5s);
    auto third = two.start(text_order(), 5s);
    CHECK(first.get()->outcome == "sent");
    CHECK(second.get()->outcome == "sent");
    CHECK(third.get()->outcome == "sent");
    CHECK(world.actor.acted == 1);
}

TEST_CASE("when patience is used up the effect goes on, and its result is there later") {
    Fixture world;
    world.actor.takes = 150ms;
    EffectNode node{world.database, world.actor, "one"};
    CHECK(node.perform(text_order(), 10ms) == std::nullopt);
    CHECK(node.perform(text_order(), 5s)->outcome == "sent");
    CHECK(world.actor.acted == 1);
}

TEST_CASE("a text whose sender was killed is unknown, and is never sent again") {
    Fixture world;
    world.actor.never_ends = true;
    {
        EffectNode killed{world.database, world.actor, "one"};
        auto never_told = killed.start(text_order(), 1h);
        while (world.actor.acted == 0)
            std::this_thread::yield();
    }
    world.actor.never_ends = false;
    EffectNode next{world.database, world.actor, "two"};
    CHECK(next.perform(text_order())->outcome == "unknown");
    CHECK(next.perform(text_order())->outcome == "unknown");
    CHECK(world.actor.acted == 1);
    CHECK(world.actor.acted_again == 1);
}

TEST_CASE("who waits for an effect of a killed node is told what all others will be told") {
    Fixture world;
    world.actor.never_ends = true;
    world.actor.found_out = "pending";
    {
        EffectNode killed{world.database, world.actor, "one"};
        auto never_told = killed.start(text_order(), 1h);
        while (world.actor.acted == 0)
            std::this_thread::yield();
    }
    EffectNode two{world.database, world.actor, "two"};
    EffectNode three{world.database, world.actor, "three"};
    auto first = two.start(text_order(), 1h);
    auto second = three.start(text_order(), 1h);
    CHECK(first.get()->outcome == "pending");
    CHECK(second.get()->outcome == "pending");
    CHECK(two.perform(text_order())->outcome == "pending");
    CHECK(world.actor.acted_again == 1);
}

TEST_CASE("a result that holds values is not to be read in the store's file") {
    Fixture world;
    world.actor.result = {"ok", {"Ms. Example", std::nullopt}};
    EffectNode node{world.database, world.actor, "one"};
    CHECK(node.perform(text_order()) == world.actor.result);
    CHECK(node.perform(text_order()) == world.actor.result);  // read back
    for (const auto& file : std::filesystem::directory_iterator{world.folder.path()}) {
        std::ifstream in{file.path(), std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        CHECK(bytes.find("Ms. Example") == std::string::npos);
    }
}

TEST_CASE("an effect that goes wrong unexpectedly may have happened: it is told and not repeated") {
    Fixture world;
    world.actor.throws = true;
    EffectNode node{world.database, world.actor, "one"};
    CHECK(node.perform(text_order())->outcome == "unknown");
    CHECK(node.perform(text_order())->outcome == "unknown");
    CHECK(world.actor.acted == 1);
}
