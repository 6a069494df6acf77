#include "server/calls/stored_call_requests.hpp"

#include "flows/engine/engine.hpp"
#include "flows/engine/phone_number.hpp"
#include "server/calls/call_plan.hpp"
#include "server/calls/call_rules.hpp"
#include "server/clock.hpp"
#include "server/hex.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

// How long an operator's call is worth placing: past a Twilio or a store that is away for a while.
constexpr std::chrono::minutes place_within{10};

}  // namespace

net::awaitable<bool> StoredCallRequests::request(const EffectOrder& order, const EffectKey& key,
                                                 const flows::RequestCallback& request) {
    const Snapshot& snapshot = *order.snapshot;
    const Account& account = snapshot.accounts[order.account];
    const std::string_view refusal = call_refusal(request.number, snapshot, account);
    if (!refusal.empty() || !order.begins) {
        log_.say(LogLevel::warning, "a callback was refused",
                 {{"call", order.call_sid},
                  {"flow", order.id.flow},
                  {"state", order.id.state},
                  {"why", std::string{refusal.empty() ? "no-such-flow" : refusal}}});
        co_return false;
    }
    const CallPlan plan{.version = order.begins->version,
                        .flow = order.begins->flow,
                        .state = order.begins->state,
                        .account_sid = account.sid,
                        .public_base = order.public_base};
    CallbackRequest row{.id = hex(key.bytes),
                        .call_sid = order.call_sid,
                        .number = request.number,
                        .flow = plan.flow,
                        .queue = request.queue,
                        .asked_at = store_now(),
                        .attempts = request.attempts};
    row.until = row.asked_at + request.within;
    if (request.keep_place && !row.queue.empty()) {
        row.asked_at -= order.waited_in_line;  // where he stands; `LineWatch` says when it is due
    } else {
        row.due = row.asked_at;
    }
    row.state = seal_plan(plan, row.id, snapshot.open_with.front());
    const auto written = co_await callbacks_.request(std::move(row));
    if (written.has_error()) co_return false;
    on_new_();
    co_return true;
}

net::awaitable<std::string> StoredCallRequests::place(PlaceOrder order,
                                                      std::shared_ptr<const Snapshot> snapshot) {
    const auto number = twiml::E164::parse(order.to);
    if (!number || !flows::number_facts(order.to))
        co_return "--to is a number as E.164: +12025550123";
    const flows::Flow* const flow = snapshot->flows->set.find(order.flow);
    if (flow == nullptr) co_return fmt::format("no flow \"{}\" is served", order.flow);
    const std::string base = snapshot->public_urls.first();
    if (base.empty()) co_return "Twilio has to be told where the flow is: set public_url";
    const auto account = std::ranges::find_if(snapshot->accounts, [](const Account& each) {
        return !each.settings.phone_number.empty();
    });
    if (account == snapshot->accounts.end()) co_return "no account has a phone_number to call from";
    const std::string_view refusal = call_refusal(number->str(), *snapshot, *account);
    if (!refusal.empty())
        co_return fmt::format("this number is not called ({}): outbound.dial_prefixes and "
                              "outbound.dial_deny say which are",
                              refusal);
    CallPlan plan{.version = snapshot->flows->versions.at(order.flow),
                  .flow = order.flow,
                  .account_sid = account->sid,
                  .public_base = base,
                  .was_asked_for = false,
                  .tells_machines = flow->reads_answered_by};
    const StoreTime now = store_now();
    flows::encode(flows::begin_call(*flow, now), snapshot->flows->set, plan.state);
    CallbackRequest row{.id = std::move(order.id),
                        .number = std::string{number->str()},
                        .flow = std::move(order.flow),
                        .asked_at = now,
                        .due = now,
                        .until = now + place_within,
                        .attempts = 1};
    row.state = seal_plan(plan, row.id, snapshot->open_with.front());
    const auto written = co_await callbacks_.request(row);
    if (written.has_error()) co_return "the store: " + written.error().why;
    if (!*written) {
        const auto found = co_await callbacks_.find(row.id);
        if (found.has_error()) co_return "the store: " + found.error().why;
        if (!*found || (*found)->request.number != row.number || (*found)->request.flow != row.flow)
            co_return "this id was another call's; choose one at random for each";
    }
    on_new_();
    co_return std::string{};
}

}  // namespace server
