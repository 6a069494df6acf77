// Where each call of a flow with `hung_up` stood last. The end of a call carries no state, so one
// row a call is written behind each reply, and read when the call's end is told. Design, chapter 3.
#pragma once

#include "server/store/database.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>

namespace server {

struct LastState {
    std::string call_sid{};
    std::string flow{};   // whose `hung_up` it is
    std::string state{};  // sealed, as a token is
    StoreTime told_at{};  // when the reply was made: the newest wins, in whatever order they come
};

struct HungUp {
    std::optional<LastState> last{};  // nothing: never written, so that all variables are unset
};

struct LastKnown {
    bool is_over = false;  // its end is claimed
    std::optional<LastState> last{};
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class LastStates {
public:
    explicit LastStates(Database& database) : database_{database} {}

    // Without effect where a newer one is there, or the call's end is claimed.
    net::awaitable<Stored<void>> write(LastState state);

    // The end of the call, for the first who asks; nothing for everybody after him, also where
    // nothing was ever written. Who is to have effects then owes the turn (`owed_turns.hpp`) at
    // once.
    net::awaitable<Stored<std::optional<HungUp>>> claim_hung_up(std::string call_sid,
                                                                StoreTime now);

    // What is known of a call, whoever asks and as often as he likes.
    net::awaitable<Stored<LastKnown>> find(std::string call_sid);

    // Removes those told before `before` (now less 48 hours), a thousand at a time; returns how
    // many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
