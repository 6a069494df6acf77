// What became of each text, as its status callbacks tell: in any order, and more than once.
#pragma once

#include "server/store/database.hpp"
#include "server/store/keys.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace server {

// How far a MessageStatus is along: queued < sending < sent < delivered, undelivered, failed <
// read. 0: not known to us. Source: Twilio, "Outbound message status in status callbacks".
std::int64_t message_rank(std::string_view status);

struct MessageReceipt {
    std::string message_sid{};
    std::optional<EffectKey> effect{};  // of the step that sent it, where the callback names it
    std::string status{};               // Twilio's word
    std::int64_t error_code = 0;        // 0: none
    StoreTime at{};
};

// Thread-safe; keeps nothing itself. `database` has to outlive it.
class MessageReceipts {
public:
    explicit MessageReceipts(Database& database) : database_{database} {}

    // True where it is further than all before it: only then there is something to do.
    net::awaitable<Stored<bool>> note(MessageReceipt receipt);

    net::awaitable<Stored<std::optional<MessageReceipt>>> find(std::string message_sid);
    net::awaitable<Stored<std::optional<MessageReceipt>>> find(EffectKey effect);

    // Removes those of before `before`, a thousand at a time; returns how many.
    net::awaitable<Stored<std::int64_t>> forget(StoreTime before);

private:
    Database& database_;
};

}  // namespace server
