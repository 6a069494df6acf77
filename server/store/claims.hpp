// Effects happen once: whoever is about to act claims the effect's identity first, and writes down
// what came of it before anybody is told. Design, chapter 4.
//
//   claim ─► Claimed    act, `renew` while it takes long, `finish`
//         ─► Held       somebody else is acting: ask `find` again, until done or until the lease
//         ends ─► Orphaned   who held it is gone, and nobody knows how far he got; it is yours now
//         ─► Finished   use the result, act no more
//         ─► OptedOut   the person wants no texts; written down as the result that was handed in
//
// Any number of processes may ask for one identity at once, also after a restart: one gets
// `Claimed`. `Orphaned` is never a licence to repeat: what may have happened once must not happen
// twice. Results are bytes that only `effects` reads.
//
// Leases compare clocks of nodes, so they should be long (10 s or more) against what those differ
// by. An error that `may_be_done` on `claim` means: do not act, and the next one to ask finds the
// row orphaned once the lease is over.
#pragma once

#include "server/store/database.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace server {

// The question that is put in the same transaction as the claim of a text: did this person opt out
// of this class of channel, for the whole installation or for this sender?
struct OptOutQuestion {
    PersonKey person{};
    std::string channel{};              // "sms" or "whatsapp", as `consent.hpp` writes it
    std::string sender{};               // number in E.164 or messaging service
    std::string result_if_opted_out{};  // becomes the result, for duplicates to read
};

struct ClaimRequest {
    EffectKey key{};
    std::string kind{};      // the step's word, such as "sms": for people, who find it in a trace
    std::string call_sid{};  // the call it is done for, for `of_call`; empty where there is none
    std::string owner{};     // random, of this process: what `kill -9` ends with it
    StoreTime now{};
    std::chrono::milliseconds lease{15'000};
    std::optional<OptOutQuestion> unless_opted_out{};
};

// What a holder shows to renew. Who lost the claim to another shows an old attempt.
struct ClaimTicket {
    EffectKey key{};
    std::string owner{};
    std::int64_t attempt = 1;
};

struct Claimed {
    ClaimTicket ticket{};
};
struct Held {
    StoreTime until{};  // when the lease ends unless it is renewed
};
struct Orphaned {
    ClaimTicket ticket{};  // attempt 2 or more
};
struct Finished {
    std::string result{};
    bool is_final = true;  // false: "unknown", which `resolve` may still change
};
struct OptedOut {};
using ClaimOutcome = std::variant<Claimed, Held, Orphaned, Finished, OptedOut>;

// A row as people and waiting webhooks see it.
struct ClaimRow {
    EffectKey key{};
    std::string kind{};
    std::string call_sid{};
    std::string owner{};
    std::int64_t attempt = 1;
    StoreTime claimed_at{};   // by the first who did
    StoreTime lease_until{};  // without meaning once there is a result
    std::optional<Finished> finished{};
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class Claims {
public:
    explicit Claims(Database& database) : database_{database} {}

    net::awaitable<Stored<ClaimOutcome>> claim(ClaimRequest request);

    // Makes the lease end at `until`. False: it is not yours any more, or it is finished.
    net::awaitable<Stored<bool>> renew(ClaimTicket ticket, StoreTime until);

    // Writes down what came of it and returns what is written down from now on: the first result
    // wins, so that all duplicates tell the same, also where somebody else took the claim over or a
    // status callback was quicker. A final one replaces one that is not. Nothing only where the row
    // has been forgotten.
    net::awaitable<Stored<std::optional<Finished>>> finish(EffectKey key, Finished result);

    // What a status callback knows for certain; true where it became the result, in place of none
    // or of one that was not final.
    net::awaitable<Stored<bool>> resolve(EffectKey key, std::string result);

    net::awaitable<Stored<std::optional<ClaimRow>>> find(EffectKey key);

    // Of one call, oldest first.
    net::awaitable<Stored<std::vector<ClaimRow>>> of_call(std::string call_sid);

    // Removes rows claimed before `before`, at most a thousand at a time so that nobody waits for
    // it; returns how many. Sound for `before` = now less 48 hours: by then no token opens that
    // could ask again.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
