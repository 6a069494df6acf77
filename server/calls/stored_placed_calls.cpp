#include "server/calls/stored_placed_calls.hpp"

#include "server/calls/call_again.hpp"
#include "server/calls/call_attempt.hpp"
#include "server/calls/call_plan.hpp"
#include "server/calls/call_rules.hpp"
#include "server/clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace server {
namespace {

using By = Callbacks::By;

bool is_open(const Callback& callback) {
    return callback.status == CallbackStatus::placing || callback.status == CallbackStatus::placed;
}

}  // namespace

net::awaitable<PlacedAnswer> StoredPlacedCalls::answered(std::string request, std::string call_sid,
                                                         std::string answered_by) {
    auto there = look_up(std::move(request), std::move(call_sid), std::move(answered_by));
    co_return co_await net::co_spawn(world_, std::move(there), net::use_awaitable);
}

net::awaitable<bool> StoredPlacedCalls::ended(std::string request, std::string call_sid) {
    auto there = note_end(std::move(request), std::move(call_sid));
    co_return co_await net::co_spawn(world_, std::move(there), net::use_awaitable);
}

net::awaitable<PlacedAnswer> StoredPlacedCalls::look_up(std::string request, std::string call_sid,
                                                        std::string answered_by) {
    const bool machine = is_machine(answered_by);
    // Whatever comes of it, a machine that nobody knows is not talked to.
    PlacedAnswer nothing{.hangs_up = machine};
    const auto attempt = parse_call_attempt(request);
    if (!attempt) co_return nothing;
    const By by = machine ? By::nobody_yet : By::person;
    auto heard = co_await callbacks_.heard_from(attempt->id, attempt->number, call_sid, by);
    if (heard.has_error()) {
        log_.say(LogLevel::error, "a call that was placed begins without its values",
                 {{"call", call_sid}, {"why", heard.error().why}});
        co_return nothing;
    }
    if (!*heard) co_return nothing;
    Callback callback = std::move(**heard);
    auto plan = open_plan(current_.shared()->open_with, callback.request.state, attempt->id);
    if (!plan) {
        log_.say(LogLevel::error, "what a call was placed for cannot be opened",
                 {{"call", call_sid}});
        co_return nothing;
    }
    if (machine && !plan->tells_machines) {
        if (is_open(callback)) co_await again(std::move(callback), "machine");
        co_return nothing;
    }
    if (machine) {
        const auto reached = co_await callbacks_.heard_from(attempt->id, attempt->number,
                                                            std::move(call_sid), By::person);
        if (reached.has_error()) co_return nothing;
    }
    co_return PlacedAnswer{
        .start = PlacedStart{std::move(plan->flow), plan->version, std::move(plan->state)}};
}

// Whoever was reached has been answered before: what ends without that has reached nobody.
net::awaitable<bool> StoredPlacedCalls::note_end(std::string request, std::string call_sid) {
    const auto attempt = parse_call_attempt(request);
    if (!attempt) co_return true;
    auto heard = co_await callbacks_.heard_from(attempt->id, attempt->number, std::move(call_sid),
                                                By::nobody_yet);
    if (heard.has_error()) co_return false;
    if (!*heard || !is_open(**heard)) co_return true;
    Callback callback = std::move(**heard);
    co_return co_await again(std::move(callback), "nobody");
}

net::awaitable<bool> StoredPlacedCalls::again(Callback callback, std::string_view why) {
    const StoreTime due =
        call_again_at(callback, store_now(), current_.shared()->outbound.call_again_after);
    const auto status = co_await callbacks_.retry(callback.request.id, callback.attempt, due);
    if (status.has_error()) co_return false;
    count(why);
    if (*status && **status == CallbackStatus::gave_up) count("gave-up");
    log_.say(LogLevel::info, "a call that was placed reached nobody",
             {{"call", callback.placed_call_sid},
              {"why", std::string{why}},
              {"attempt", std::to_string(callback.attempt)},
              {"now", std::string{*status ? to_text(**status) : "forgotten"}}});
    co_return true;
}

}  // namespace server
