#include "server/turn/owed_silent_turns.hpp"

#include "server/awaitable.hpp"
#include "server/clock.hpp"
#include "server/digest.hpp"
#include "twiml/base64url.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

namespace server {
namespace {

namespace json = boost::json;

// Renewed while a turn is worked: when a process is gone, so long nobody takes what it held.
constexpr std::chrono::milliseconds lease{15'000}, renew_every{5'000};
constexpr std::string_view bound_to = "silent turn";  // no path of a webhook looks like it

TurnKey key_of(const SilentTurn& turn) { return {sha256(turn.call_sid + '\n' + turn.identity)}; }

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

}  // namespace

// Of a turn that is being worked.
struct OwedSilentTurns::Hold {
    net::steady_timer timer;
    bool is_over = false;
};

std::string OwedSilentTurns::write(const SilentTurn& turn) const {
    json::array call;
    for (const auto& [name, value] : turn.call)
        call.push_back(json::array{json::value(name), json::value(value)});
    std::string state;
    twiml::append_base64url(turn.state, state);
    const std::string bytes = json::serialize(json::object{{"identity", turn.identity},
                                                           {"flow", turn.flow},
                                                           {"state", state},
                                                           {"account", turn.account_sid},
                                                           {"base", turn.public_base},
                                                           {"ends_call", turn.ends_call},
                                                           {"call", std::move(call)}});
    std::string sealed;
    const Sealing sealing{bytes, {bound_to, turn.call_sid}, &sealed};
    seal(current_.shared()->open_with.front(), turn.version, {&sealing, 1});
    return sealed;
}

std::optional<SilentTurn> OwedSilentTurns::read(const OwedTurn& owed) const {
    const auto opened =
        open(current_.shared()->open_with, owed.state, Binding{bound_to, owed.call_sid});
    if (!opened) return std::nullopt;
    boost::system::error_code wrong;
    const json::value value = json::parse(opened->state, wrong);
    if (wrong || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    SilentTurn turn{.call_sid = owed.call_sid,
                    .identity = text_of(object, "identity"),
                    .flow = text_of(object, "flow"),
                    .version = opened->version,
                    .account_sid = text_of(object, "account"),
                    .public_base = text_of(object, "base")};
    if (!twiml::decode_base64url(text_of(object, "state"), turn.state)) return std::nullopt;
    const json::value* ends_call = object.if_contains("ends_call");  // older builds knew none
    turn.ends_call = ends_call != nullptr && ends_call->is_bool() && ends_call->get_bool();
    const json::value* call = object.if_contains("call");
    if (call == nullptr || !call->is_array()) return std::nullopt;
    for (const json::value& field : call->get_array()) {
        const json::array* pair = field.if_array();
        if (pair == nullptr || pair->size() != 2 || !pair->at(0).is_string() ||
            !pair->at(1).is_string()) {
            return std::nullopt;
        }
        turn.call.emplace_back(std::string{pair->at(0).get_string()},
                               std::string{pair->at(1).get_string()});
    }
    return turn;
}

net::awaitable<void> OwedSilentTurns::owe(SilentTurn turn) {
    OwedTurn owed{.key = key_of(turn),
                  .call_sid = turn.call_sid,
                  .flow = turn.flow,
                  .state = write(turn),
                  .event = {},
                  .owed_at = store_now()};
    auto claimed = co_await owed_.owe(std::move(owed), owner_, store_now(), lease);
    if (claimed.has_error()) {
        log_.say(LogLevel::warning, "a silent turn was not written down: its effects fail",
                 {{"call", turn.call_sid}, {"why", claimed.error().why}});
        const auto worked =
            co_await worker_.work(std::move(turn), SilentTurnWorker::How::effects_fail);
        if (!worked.is_done) log_.say(LogLevel::error, "a silent turn was lost");
        co_return;
    }
    if (!*claimed) co_return;  // a duplicate's
    auto rest = work(std::move(**claimed), std::move(turn));
    net::co_spawn(world_, std::move(rest), net::detached);
}

net::awaitable<void> OwedSilentTurns::hold(std::shared_ptr<Hold> held, OwedTurnClaim claim) {
    while (!held->is_over) {
        held->timer.expires_after(renew_every);
        co_await held->timer.async_wait(quietly);
        if (held->is_over) co_return;
        const auto renewed = co_await owed_.renew(claim, store_now() + lease);
        // Another has it: what it does twice, the identities of its effects see to.
        if (renewed.has_value() && !*renewed) co_return;
    }
}

net::awaitable<void> OwedSilentTurns::work(OwedTurnClaim claim, SilentTurn turn) {
    ++under_way_;
    bool done = false;
    const auto held = std::make_shared<Hold>(Hold{net::steady_timer{world_}});
    auto holding = hold(held, claim);
    net::co_spawn(world_, std::move(holding), net::detached);
    try {
        auto worked = co_await worker_.work(std::move(turn), SilentTurnWorker::How::with_effects);
        if (worked.then) co_await owe(std::move(*worked.then));
        done = worked.is_done;
    } catch (const std::exception& failure) {
        log_.say(LogLevel::error, "a silent turn failed", {{"what", failure.what()}});
    }
    held->is_over = true;
    held->timer.cancel();
    // Not finished, whoever has its flow's version works it when the lease is over.
    if (done) {
        const auto finished = co_await owed_.finish(std::move(claim));
        if (finished.has_error()) {
            log_.say(LogLevel::warning, "a silent turn will be looked at again",
                     {{"why", finished.error().why}});
        }
    }
    --under_way_;
}

net::awaitable<bool> OwedSilentTurns::work_one_left() {
    auto claimed = co_await owed_.claim_next(owner_, store_now(), lease);
    if (claimed.has_error() || !*claimed) co_return false;
    auto turn = read((*claimed)->turn);
    if (!turn) {
        log_.say(LogLevel::error, "a silent turn cannot be opened",
                 {{"call", (*claimed)->turn.call_sid}});
        const auto finished = co_await owed_.finish(std::move(**claimed));
        co_return finished.has_value();
    }
    co_await work(std::move(**claimed), std::move(*turn));
    co_return true;
}

net::awaitable<void> OwedSilentTurns::forget_old() {
    const auto done = co_await owed_.forget(store_now() - std::chrono::hours{token_hours});
    if (done.has_error()) co_return;
}

}  // namespace server
