#include "server/store/claims.hpp"
#include "tests/server/store/test_store.hpp"

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

constexpr auto lease = 15s;

EffectKey effect(unsigned char which) { return {.bytes = {which, 0xff, 0}}; }

ClaimRequest text(unsigned char which, StoreTime now = noon, std::string owner = "node 1") {
    return {.key = effect(which),
            .kind = "sms",
            .call_sid = "CA00000000000000000000000000000001",
            .owner = std::move(owner),
            .now = now,
            .lease = lease};
}

// Two processes on one store.
struct Nodes {
    TestStore store{GENERATE(each_engine())};
    std::unique_ptr<Database> second{store.open_again()};
    Claims one{store.database()};
    Claims two{*second};

    ClaimOutcome claim(Claims& claims, ClaimRequest request) {
        return store.must(claims.claim(std::move(request)));
    }
    std::optional<Finished> finish(Claims& claims, EffectKey key, Finished result) {
        return store.must(claims.finish(key, std::move(result)));
    }
    ClaimRow find(EffectKey key) { return store.must(one.find(key)).value(); }
};

template <class T> T outcome_as(const ClaimOutcome& outcome) {
    REQUIRE(std::holds_alternative<T>(outcome));
    return std::get<T>(outcome);
}

}  // namespace

TEST_CASE("the first to claim an effect acts, and everybody else reads what came of it") {
    Nodes nodes;
    const auto claimed = outcome_as<Claimed>(nodes.claim(nodes.one, text(1)));
    CHECK(claimed.ticket.attempt == 1);
    CHECK(outcome_as<Held>(nodes.claim(nodes.one, text(1))).until == noon + lease);
    CHECK(outcome_as<Held>(nodes.claim(nodes.two, text(1, noon + 14s, "node 2"))).until ==
          noon + lease);

    const std::string result{"sent\0SM1", 8};
    CHECK(nodes.finish(nodes.one, effect(1), {.result = result})->result == result);
    CHECK(outcome_as<Finished>(nodes.claim(nodes.two, text(1, noon + 1h, "node 2"))).result ==
          result);
    CHECK(outcome_as<Claimed>(nodes.claim(nodes.two, text(2, noon, "node 2"))).ticket.attempt == 1);
}

TEST_CASE("of many who claim one effect at the same time one acts") {
    Nodes nodes;
    std::vector<net::awaitable<Stored<ClaimOutcome>>> claims;
    for (int i = 0; i < 40; ++i)
        claims.push_back((i % 2 == 0 ? nodes.one : nodes.two).claim(text(1)));
    int claimed = 0;
    for (const auto& outcome : nodes.store.wait_for_all(std::move(claims))) {
        REQUIRE(outcome.has_value());
        claimed += std::holds_alternative<Claimed>(*outcome) ? 1 : 0;
        CHECK(
            (std::holds_alternative<Claimed>(*outcome) || std::holds_alternative<Held>(*outcome)));
    }
    CHECK(claimed == 1);
}

TEST_CASE("a claim whose holder is gone becomes an orphan of one other when the lease is over") {
    Nodes nodes;
    nodes.claim(nodes.one, text(1));
    outcome_as<Held>(nodes.claim(nodes.two, text(1, noon + lease - 1ms, "node 2")));
    const auto orphan =
        outcome_as<Orphaned>(nodes.claim(nodes.two, text(1, noon + lease, "node 2")));
    CHECK(orphan.ticket.attempt == 2);
    CHECK(outcome_as<Held>(nodes.claim(nodes.one, text(1, noon + lease))).until ==
          noon + 2 * lease);
    const ClaimRow row = nodes.find(effect(1));
    CHECK(row.owner == "node 2");
    CHECK(row.claimed_at == noon);
    CHECK_FALSE(row.finished);
}

TEST_CASE("a holder keeps what takes long by renewing it, until another has it") {
    Nodes nodes;
    const auto mine = outcome_as<Claimed>(nodes.claim(nodes.one, text(1))).ticket;
    CHECK(nodes.store.must(nodes.one.renew(mine, noon + 1min)));
    outcome_as<Held>(nodes.claim(nodes.two, text(1, noon + 59s, "node 2")));
    const auto theirs =
        outcome_as<Orphaned>(nodes.claim(nodes.two, text(1, noon + 1min, "node 2"))).ticket;
    CHECK_FALSE(nodes.store.must(nodes.one.renew(mine, noon + 2min)));
    CHECK(nodes.store.must(nodes.two.renew(theirs, noon + 2min)));
    nodes.finish(nodes.two, effect(1), {.result = "sent"});
    CHECK_FALSE(nodes.store.must(nodes.two.renew(theirs, noon + 3min)));
}

TEST_CASE("an old attempt of the same process cannot renew what a new one holds") {
    Nodes nodes;
    const auto old = outcome_as<Claimed>(nodes.claim(nodes.one, text(1))).ticket;
    outcome_as<Orphaned>(nodes.claim(nodes.one, text(1, noon + lease)));
    CHECK_FALSE(nodes.store.must(nodes.one.renew(old, noon + 1h)));
}

TEST_CASE("the first result stands, whoever comes with another") {
    Nodes nodes;
    nodes.claim(nodes.one, text(1));
    nodes.claim(nodes.two, text(1, noon + lease, "node 2"));
    CHECK(nodes.finish(nodes.one, effect(1), {.result = "sent"})->result == "sent");
    CHECK(nodes.finish(nodes.two, effect(1), {.result = "failed"})->result == "sent");
    CHECK(nodes.finish(nodes.two, effect(1), {.result = "?", .is_final = false})->result == "sent");
    CHECK(nodes.find(effect(1)).finished->is_final);
    CHECK_FALSE(nodes.finish(nodes.one, effect(9), {.result = "sent"}));
}

TEST_CASE("what is unknown stays so for duplicates until somebody knows for certain") {
    Nodes nodes;
    nodes.claim(nodes.one, text(1));
    const auto unknown = nodes.finish(nodes.one, effect(1), {.result = "?", .is_final = false});
    CHECK_FALSE(unknown->is_final);
    CHECK(outcome_as<Finished>(nodes.claim(nodes.two, text(1, noon + 1h))).result == "?");
    CHECK(nodes.store.must(nodes.two.resolve(effect(1), "delivered")));
    CHECK(outcome_as<Finished>(nodes.claim(nodes.one, text(1, noon + 1h))).result == "delivered");
    CHECK_FALSE(nodes.store.must(nodes.two.resolve(effect(1), "failed")));
    CHECK(nodes.find(effect(1)).finished->result == "delivered");
    CHECK_FALSE(nodes.store.must(nodes.two.resolve(effect(9), "sent")));
}

TEST_CASE("a status callback that is quicker than the answer decides") {
    Nodes nodes;
    nodes.claim(nodes.one, text(1));
    CHECK(nodes.store.must(nodes.two.resolve(effect(1), "sent")));
    CHECK(nodes.finish(nodes.one, effect(1), {.result = "?", .is_final = false})->result == "sent");
}

TEST_CASE("a claim survives a restart") {
    TestStore store{GENERATE(each_engine())};
    outcome_as<Claimed>(store.must(Claims{store.database()}.claim(text(1))));
    store.reopen();
    Claims claims{store.database()};
    outcome_as<Held>(store.must(claims.claim(text(1, noon + 1s, "after"))));
    outcome_as<Orphaned>(store.must(claims.claim(text(1, noon + lease, "after"))));
}

TEST_CASE("a text to a person who opted out is finished instead of claimed, once and for all") {
    Nodes nodes;
    const PersonKey person{.bytes = {1, 2, 3}};
    const auto asking = [&](unsigned char which, std::string channel, std::string sender) {
        ClaimRequest request = text(which);
        request.unless_opted_out = OptOutQuestion{.person = person,
                                                  .channel = std::move(channel),
                                                  .sender = std::move(sender),
                                                  .result_if_opted_out = "opted_out"};
        return request;
    };
    const auto opt_out = [&](const char* channel, const char* scope) {
        nodes.store.rows(
            "INSERT INTO opt_outs VALUES ($1, $2, $3, 'person', 'sms', '', 0, $4)",
            {Blob{{person.bytes.begin(), person.bytes.end()}}, channel, scope, Blob{"sealed"}});
    };
    outcome_as<Claimed>(nodes.claim(nodes.one, asking(1, "sms", "+12025550100")));

    opt_out("sms", "+12025550100");
    outcome_as<OptedOut>(nodes.claim(nodes.one, asking(2, "sms", "+12025550100")));
    CHECK(outcome_as<Finished>(nodes.claim(nodes.two, asking(2, "sms", "+12025550100"))).result ==
          "opted_out");
    outcome_as<Claimed>(nodes.claim(nodes.one, asking(3, "sms", "+12025550101")));
    outcome_as<Claimed>(nodes.claim(nodes.one, asking(4, "whatsapp", "+12025550100")));

    opt_out("sms", "");
    outcome_as<OptedOut>(nodes.claim(nodes.two, asking(5, "sms", "+12025550101")));
    // Claimed before: it may have been sent, and that is what the result has to say.
    outcome_as<Held>(nodes.claim(nodes.two, asking(1, "sms", "+12025550100")));
    nodes.store.rows("DELETE FROM opt_outs");
    CHECK(outcome_as<Finished>(nodes.claim(nodes.two, asking(5, "sms", "+12025550101"))).result ==
          "opted_out");
}

TEST_CASE("the claims of a call are told in order") {
    Nodes nodes;
    nodes.claim(nodes.one, text(2, noon));
    nodes.claim(nodes.one, text(1, noon + 1s));
    ClaimRequest other = text(3);
    other.call_sid = "CA00000000000000000000000000000002";
    nodes.claim(nodes.one, other);
    const auto rows = nodes.store.must(nodes.one.of_call("CA00000000000000000000000000000001"));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].key == effect(2));
    CHECK(rows[1].key == effect(1));
    CHECK(rows[1].kind == "sms");
    CHECK(rows[1].lease_until == noon + 1s + lease);
}

TEST_CASE("claims that no token can ask for again are forgotten, a thousand at a time") {
    Nodes nodes;
    nodes.claim(nodes.one, text(1, noon - 48h));
    nodes.claim(nodes.one, text(2, noon - 48h - 1ms));
    CHECK(nodes.store.must(nodes.one.forget(noon - 48h)) == 1);
    CHECK(nodes.store.must(nodes.one.find(effect(1))));
    CHECK_FALSE(nodes.store.must(nodes.one.find(effect(2))));

    for (int hundreds = 0; hundreds < 11; ++hundreds) {  // more at once, and some time out
        std::vector<net::awaitable<Stored<ClaimOutcome>>> claims;
        for (int i = 0; i < 100; ++i) {
            ClaimRequest request = text(3, noon - 72h);
            request.key.bytes[4] = static_cast<unsigned char>(i);
            request.key.bytes[5] = static_cast<unsigned char>(hundreds);
            claims.push_back(nodes.one.claim(request));
        }
        for (const auto& claimed : nodes.store.wait_for_all(std::move(claims)))
            REQUIRE(claimed.has_value());
    }
    CHECK(nodes.store.must(nodes.one.forget(noon)) == 1000);
}
