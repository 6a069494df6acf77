// Calls that we are to place: the requests of the step `callback` and of `switchboard place`, until
// somebody is reached or nothing is left to try. Placed by whichever node claims one that is due,
// so that two never do.
//
//   waiting ─ claim_due ─► placing ─ placed ─► placed ─ answered ─► reached
//      ▲                      │  ▲               │
//      │                      │  └─ claim_due ───┤   nobody has said for long how it goes
//      └─── retry, put_back ◄─┴──────────────────┘   retry without attempts left ─► gave_up
#pragma once

#include "server/store/database.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

enum class CallbackStatus {
    waiting,
    placing,    // somebody holds it
    placed,     // Twilio has the call, and will tell how it ends
    reached,    // answered by a person
    gave_up,    // no attempts left, or its time over
    cancelled,  // by the person or an operator
};
std::string_view to_text(CallbackStatus status);

struct CallbackRequest {
    std::string id{};        // the effect's identity as digits: asked for twice is one request
    std::string call_sid{};  // the call it was asked for in
    std::string number{};    // E.164
    std::string flow{};
    std::string state{};   // sealed: where the answered call begins
    std::string queue{};   // the line the caller stood in; may be empty
    StoreTime asked_at{};  // of who keeps a place: when that was taken, by joining the line
    std::optional<StoreTime> due{};  // nothing: `keep_place`, due by `make_due` when it is its turn
    StoreTime until{};               // `within`: never called later
    std::int64_t attempts = 2;
};

struct Callback {
    CallbackRequest request{};
    CallbackStatus status = CallbackStatus::waiting;
    std::int64_t attempt = 0;       // the newest; 1 is the first
    std::string placed_call_sid{};  // of the newest attempt, once it is known
};

struct CallbackClaim {
    Callback callback{};
    std::string owner{};
    // Another held it for this same attempt and is gone, or it was placed and nobody has told since
    // how it goes. To be looked for at Twilio before anything is done, never simply placed again.
    bool may_be_placed = false;
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class Callbacks {
public:
    explicit Callbacks(Database& database) : database_{database} {}

    // False: it was there before.
    net::awaitable<Stored<bool>> request(CallbackRequest request);

    // Those that keep their place in a line, by when they joined it.
    net::awaitable<Stored<std::vector<Callback>>> keeping_place();
    // False: it does not wait, or was due before.
    net::awaitable<Stored<bool>> make_due(std::string id, StoreTime due);

    // The one that is due longest, held until `now` + `lease`. Nothing: there is none, or another
    // was quicker; ask again after a while.
    net::awaitable<Stored<std::optional<CallbackClaim>>> claim_due(std::string owner, StoreTime now,
                                                                   std::chrono::milliseconds lease);

    // Held by that claim: Twilio has the call, or may have it (no sid). If nobody tells until
    // `look_at` how it goes it is to be looked for. False: another has it by now.
    net::awaitable<Stored<bool>> placed(CallbackClaim claim, std::string call_sid,
                                        StoreTime look_at);

    // Held by that claim: provably not placed. Again at `due`; it was no attempt. False: another
    // has it by now, or the call has turned up.
    net::awaitable<Stored<bool>> put_back(CallbackClaim claim, StoreTime due);

    // Held by that claim: this number is not to be called.
    net::awaitable<Stored<bool>> give_up(CallbackClaim claim);

    // A webhook of attempt `attempt` came from the call `call_sid`: from now on that is the call,
    // whether or not `placed` was told of it. `reached`: a person has answered. Nothing: unknown,
    // or another call than that of the attempt. Told twice it is the same.
    enum class By { person, nobody_yet };
    net::awaitable<Stored<std::optional<Callback>>> heard_from(std::string id, std::int64_t attempt,
                                                               std::string call_sid, By answered);

    // The newest attempt reached nobody, or was not placed: again at `due`, or given up. For
    // whoever knows how attempt `attempt` ended; told twice it counts once. The status from now on.
    net::awaitable<Stored<std::optional<CallbackStatus>>>
    retry(std::string id, std::int64_t attempt, StoreTime due);

    net::awaitable<Stored<bool>> cancel(std::string id);  // while it waits

    // Gives up those whose time is over while they wait; returns how many.
    net::awaitable<Stored<std::int64_t>> give_up_late(StoreTime now);

    net::awaitable<Stored<std::optional<Callback>>> find(std::string id);
    net::awaitable<Stored<std::optional<Callback>>> find_placed(std::string call_sid);

    // Removes those asked for before `before`, a thousand at a time; returns how many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
