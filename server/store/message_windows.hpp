// When a person last wrote to one of our WhatsApp senders: that opens 24 hours in which free text
// may be sent, outside of which only a template may. Source: Twilio, "WhatsApp session messages".
#pragma once

#include "server/store/database.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>

namespace server {

// Less than the 24 hours that WhatsApp gives, since a text takes its time to arrive.
inline constexpr std::chrono::minutes message_window{24 * 60 - 5};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class MessageWindows {
public:
    explicit MessageWindows(Database& database) : database_{database} {}

    // The newest counts, in whatever order they come.
    net::awaitable<Stored<void>> note_inbound(std::string sender, PersonKey person, StoreTime at);

    net::awaitable<Stored<std::optional<StoreTime>>> last_inbound(std::string sender,
                                                                  PersonKey person);

    // True within `message_window` of it.
    net::awaitable<Stored<bool>> is_open(std::string sender, PersonKey person, StoreTime now);

    // Removes those that ended before `before`, a thousand at a time; returns how many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
