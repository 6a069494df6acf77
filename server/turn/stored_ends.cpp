#include "server/turn/stored_ends.hpp"

#include "server/clock.hpp"
#include "server/flow_library.hpp"
#include "server/turn/sealed_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace server {
namespace {

constexpr std::string_view bound_to = "last state";  // no path of a webhook looks like it
// Some 2 KB each: a store that is away for long must not fill the memory.
constexpr std::size_t most_waiting = 10'000;

}  // namespace

void StoredEnds::keep(std::string call_sid, CallStand stand) {
    if (waiting_.fetch_add(1) >= most_waiting) {
        --waiting_;
        return;
    }
    auto writing = write(std::move(call_sid), std::move(stand));
    net::co_spawn(world_, std::move(writing), net::detached);
}

net::awaitable<void> StoredEnds::write(std::string call_sid, CallStand stand) {
    LastState row{.call_sid = std::move(call_sid),
                  .flow = std::move(stand.flow),
                  .state = {},
                  .told_at = stand.at};
    const Sealing sealing{stand.state, {bound_to, row.call_sid}, &row.state};
    seal(current_.shared()->open_with.front(), stand.version, {&sealing, 1});
    const auto written = co_await states_.write(std::move(row));
    --waiting_;
    if (written.has_error()) {
        log_.say(LogLevel::warning, "where a call stands was not written down",
                 {{"why", written.error().why}});
    }
}

net::awaitable<std::optional<CallEnds::Known>> StoredEnds::find(std::string call_sid) {
    auto found = co_await states_.find(call_sid);
    if (found.has_error()) {
        log_.say(LogLevel::warning, "the end of a call was not looked at: its hung_up does not run",
                 {{"call", call_sid}, {"why", found.error().why}});
        co_return std::nullopt;
    }
    Known known{.is_over = found->is_over};
    if (!found->last) co_return known;
    const auto opened =
        open(current_.shared()->open_with, found->last->state, Binding{bound_to, call_sid});
    if (opened) {
        known.stand = CallStand{.flow = std::move(found->last->flow),
                                .version = opened->version,
                                .state = opened->state,
                                .at = found->last->told_at};
    }
    co_return known;
}

net::awaitable<bool> StoredEnds::claim(std::string call_sid) {
    const auto claimed = co_await states_.claim_hung_up(std::move(call_sid), store_now());
    co_return claimed.has_value() && claimed->has_value();
}

net::awaitable<void> StoredEnds::forget_old() {
    const auto done = co_await states_.forget(store_now() - std::chrono::hours{token_hours});
    if (done.has_error()) co_return;
}

}  // namespace server
