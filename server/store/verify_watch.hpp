// Whether one-time codes are used: codes started against codes approved, by the numbers' prefix.
// Who pumps texts for money never types the code. Source: reference "Fraud"; Twilio, "SMS pumping".
#pragma once

#include "server/store/database.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"

namespace server {

// A prefix of which fewer than one in `one_in` of `watched_starts` codes were approved gets no more
// for `closed_for`; then it is watched anew.
inline constexpr std::int64_t watched_starts = 20, one_in = 5;
inline constexpr std::chrono::hours closed_for{1};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class VerifyWatch {
public:
    explicit VerifyWatch(Database& database) : database_{database} {}

    // Counts a start, unless the prefix is closed: then false. `prefix`: the keyed digest of a
    // number less its last four digits.
    net::awaitable<Stored<bool>> may_start(PersonKey prefix, StoreTime now);

    net::awaitable<Stored<void>> approved(PersonKey prefix);

    // Removes those that saw no start since before `before`; returns how many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
