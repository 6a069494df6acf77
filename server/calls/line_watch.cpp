#include "server/calls/line_watch.hpp"

#include "server/awaitable.hpp"
#include "server/calls/call_plan.hpp"
#include "server/clock.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <map>

namespace server {
namespace {

constexpr std::chrono::milliseconds look_every{3000}, line_answers_within{5000};

}  // namespace

net::awaitable<void> LineWatch::work_off() {
    net::steady_timer pause{co_await net::this_coro::executor};
    while (true) {
        const std::size_t due = co_await look();
        if (due > 0) on_due_();
        pause.expires_after(look_every);
        co_await pause.async_wait(quietly);
    }
}

net::awaitable<std::size_t> LineWatch::look() {
    std::size_t due = 0;
    const auto waiting = co_await callbacks_.keeping_place();
    if (waiting.has_error()) co_return due;
    std::map<std::string, LineFront> fronts;
    for (const Callback& callback : *waiting) {
        const std::string& queue = callback.request.queue;
        if (!fronts.contains(queue)) {
            const LineFront front = co_await front_of(callback);
            fronts.emplace(queue, front);
        }
        const LineFront& front = fronts.at(queue);
        // To the second, as Twilio tells it: of two who joined in the same one, the one who stands
        // there still goes first.
        const auto place = std::chrono::floor<std::chrono::seconds>(callback.request.asked_at);
        if (!front.told || (front.joined && *front.joined <= place)) continue;
        const auto made_due = co_await callbacks_.make_due(callback.request.id, store_now());
        if (made_due && *made_due) ++due;
    }
    co_return due;
}

net::awaitable<LineFront> LineWatch::front_of(const Callback& callback) {
    const std::shared_ptr<const Snapshot> snapshot = current_.shared();
    const auto plan = open_plan(snapshot->open_with, callback.request.state, callback.request.id);
    // What cannot be opened is told of, and given up, when its turn comes.
    if (!plan) co_return LineFront{.told = true};
    const auto account = std::ranges::find(snapshot->accounts, plan->account_sid, &Account::sid);
    if (account == snapshot->accounts.end()) co_return LineFront{.told = true};
    const auto lines =
        lines_.lines(snapshot, static_cast<std::size_t>(account - snapshot->accounts.begin()));
    if (!lines) co_return LineFront{};
    const LineFront front = co_await lines->front_of(callback.request.queue, line_answers_within);
    if (!front.told)
        log_.say(LogLevel::warning, "a line could not be looked at",
                 {{"queue", callback.request.queue}});
    co_return front;
}

}  // namespace server
