// Turns with nobody on the line that have effects: written down before their webhook is answered,
// then worked by whoever claims them, and again by another when he is gone. Design, chapter 4.
#pragma once

#include "server/store/database.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>

namespace server {

// SHA-256 over what makes a turn the same one: CallSid, flow, state, visit and event.
using TurnKey = Digest<struct OfTurn>;

struct OwedTurn {
    TurnKey key{};
    std::string call_sid{};
    std::string flow{};
    std::string state{};  // sealed, as a token is
    std::string event{};  // bytes that only the server's turns read
    StoreTime owed_at{};
};

struct OwedTurnClaim {
    OwedTurn turn{};
    std::string owner{};
    // 2 or more: another began it and is gone. Its effects have identities of their own, so that
    // beginning again repeats none.
    std::int64_t attempt = 1;
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class OwedTurns {
public:
    explicit OwedTurns(Database& database) : database_{database} {}

    // Written down, and claimed by `owner` until `now` + `lease`. Nothing: it was owed before, and
    // a duplicate of its webhook needs nothing more.
    net::awaitable<Stored<std::optional<OwedTurnClaim>>>
    owe(OwedTurn turn, std::string owner, StoreTime now, std::chrono::milliseconds lease);

    // The one that is owed longest of those nobody works. Nothing: there is none, or another was
    // quicker; ask again after a while.
    net::awaitable<Stored<std::optional<OwedTurnClaim>>>
    claim_next(std::string owner, StoreTime now, std::chrono::milliseconds lease);

    // False: another has it by now, and whoever asked stops.
    net::awaitable<Stored<bool>> renew(OwedTurnClaim claim, StoreTime until);

    // It is done for good; what it held is forgotten, that it was done is kept. False: another has
    // it.
    net::awaitable<Stored<bool>> finish(OwedTurnClaim claim);

    net::awaitable<Stored<std::int64_t>> waiting();  // how many are owed and not done

    // Removes those owed before `before` (now less 48 hours), done or not, a thousand at a time;
    // returns how many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
