// Callers who left a line to be called back, and keep their place: their call is due when all who
// stood before them have left it. Twilio knows who stands there, so any node may look. For the
// world's loop only.
#pragma once

#include "server/effects/twilio_accounts.hpp"
#include "server/observe/access_log.hpp"
#include "server/store/callbacks.hpp"

#include <functional>

namespace server {

class LineWatch {
public:
    // All must outlive it. `on_due` is called when a call has become due.
    LineWatch(Database& database, LinesOfAccounts& lines, const CurrentSnapshot& current, Log& log,
              std::function<void()> on_due)
        : callbacks_{database}, lines_{lines}, current_{current}, log_{log}, on_due_{std::move(
                                                                                 on_due)} {}

    // For ever.
    net::awaitable<void> work_off();

    // One look at every line in which somebody keeps a place; how many calls have become due.
    net::awaitable<std::size_t> look();

private:
    net::awaitable<LineFront> front_of(const Callback& callback);

    Callbacks callbacks_;
    LinesOfAccounts& lines_;
    const CurrentSnapshot& current_;
    Log& log_;
    std::function<void()> on_due_;
};

}  // namespace server
