#include "server/effects/effect_runner.hpp"

#include "server/awaitable.hpp"
#include "server/clock.hpp"
#include "server/digest.hpp"
#include "server/effects/effect_result.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds longest_look{400};  // at a claim that another node holds
constexpr milliseconds first_retry{250}, longest_retry{10'000};  // to write down a result
constexpr std::chrono::hours results_matter_for{48};

std::string_view kind_of(const flows::Effect& effect) {
    constexpr std::array<std::string_view, std::variant_size_v<flows::Effect>> kinds{
        "http", "sms", "verify_start", "verify_check", "callback", "consent"};
    return kinds[effect.index()];
}

// What a step hears whose effect cannot be waited for any longer, though it may still happen.
flows::EffectResult lost(const flows::Effect& effect) {
    if (std::holds_alternative<flows::Lookup>(effect)) return {.outcome = "slow"};
    if (std::holds_alternative<flows::TextMessage>(effect)) return {.outcome = "unknown"};
    return {.outcome = "failed"};
}

class Hash {
public:
    void add(std::string_view text) {
        const auto size = static_cast<std::uint32_t>(text.size());
        for (int shift = 0; shift < 32; shift += 8)
            bytes_ += static_cast<char>((size >> shift) & 0xFF);
        bytes_ += text;
    }
    EffectKey value() const { return {sha256(bytes_)}; }

private:
    std::string bytes_;
};

}  // namespace

EffectKey key_of(const EffectOrder& order) {
    Hash hash;
    hash.add(order.call_sid);
    hash.add(order.id.flow);
    hash.add(order.id.state);
    hash.add(order.id.step);
    hash.add(std::to_string(order.id.visit));
    hash.add(std::to_string(order.id.life));
    hash.add(order.id.place_in_line);
    return hash.value();
}

net::awaitable<std::optional<flows::EffectResult>>
EffectRunner::perform(EffectOrder order, steady_clock::time_point until) {
    auto joined = join(std::move(order), until);
    co_return co_await net::co_spawn(world_, std::move(joined), net::use_awaitable);
}

net::awaitable<std::optional<flows::EffectResult>>
EffectRunner::join(EffectOrder order, steady_clock::time_point until) {
    const EffectKey key = key_of(order);
    std::shared_ptr<Flight> flight = flights_[key];
    if (!flight) {
        flight = std::make_shared<Flight>();
        flights_[key] = flight;
        ++under_way_;
        // It may land, and leave the map, before this returns.
        net::co_spawn(world_, fly(flight, std::move(order), key), net::detached);
    }
    if (!flight->result) {
        net::steady_timer timer{world_, until};
        flight->waiting.push_back(&timer);
        co_await timer.async_wait(quietly);
        std::erase(flight->waiting, &timer);
    }
    co_return flight->result;
}

void EffectRunner::land(Flight& flight, flows::EffectResult result) {
    flight.result = std::move(result);
    for (net::steady_timer* timer : flight.waiting)
        timer->cancel();
}

net::awaitable<void> EffectRunner::fly(std::shared_ptr<Flight> flight, EffectOrder order,
                                       EffectKey key) {
    std::optional<Finished> unsaved;
    flows::EffectResult settled{.outcome = "failed"};
    try {
        settled = co_await settle(order, key, unsaved);
    } catch (const std::exception& failure) {
        log_.say(LogLevel::error, "an effect failed unexpectedly",
                 {{"kind", std::string{kind_of(order.effect)}}, {"what", failure.what()}});
    }
    land(*flight, std::move(settled));
    // Until it is written down, whoever asks here again has to find it.
    if (unsaved) co_await save(key, std::move(*unsaved));
    flights_.erase(key);
    --under_way_;
}

flows::EffectResult EffectRunner::not_done(const EffectOrder& order, const StoreError& error) {
    log_.say(LogLevel::warning, "an effect was not done: the store is away",
             {{"kind", std::string{kind_of(order.effect)}}, {"why", error.why}});
    return {.outcome = "failed"};
}

net::awaitable<flows::EffectResult> EffectRunner::settle(const EffectOrder& order,
                                                         const EffectKey& key,
                                                         std::optional<Finished>& unsaved) {
    const milliseconds lease = std::max(order.deadline + times_.margin, times_.shortest);
    const auto began = steady_clock::now();
    // Whoever holds it has written down by then what came of it, or has lost it to us or another,
    // whose lease is a new one: a result that is not written down would be another one for the next
    // duplicate. Later only where the clocks of nodes disagree.
    steady_clock::time_point give_up;
    std::optional<StoreTime> lease_seen;
    milliseconds look = times_.first_look;
    while (true) {
        ClaimRequest request{.key = key,
                             .kind = std::string{kind_of(order.effect)},
                             .call_sid = order.call_sid,
                             .owner = owner_,
                             .now = store_now(),
                             .lease = lease};
        auto question = co_await actor_.opt_out_question(order);
        if (question.has_error()) co_return not_done(order, question.error());
        request.unless_opted_out = std::move(*question);
        const Stored<ClaimOutcome> outcome = co_await claims_.claim(std::move(request));
        if (outcome.has_error()) co_return not_done(order, outcome.error());
        if (const auto* finished = std::get_if<Finished>(&*outcome)) {
            auto known = open_result(finished->result, order);
            co_return known ? std::move(*known) : lost(order.effect);
        }
        if (std::holds_alternative<OptedOut>(*outcome)) {
            flows::EffectResult opted_out{.outcome = "opted_out"};
            count(order, opted_out, began);
            co_return opted_out;
        }
        if (const auto* held = std::get_if<Held>(&*outcome)) {
            if (lease_seen != held->until) give_up = steady_clock::now() + lease + times_.margin;
            lease_seen = held->until;
            if (steady_clock::now() >= give_up) co_return lost(order.effect);
            net::steady_timer pause{world_, look};
            co_await pause.async_wait(quietly);
            look = std::min(look * 2, longest_look);
            continue;
        }
        const auto* fresh = std::get_if<Claimed>(&*outcome);
        Acted acted{.result = {.outcome = "failed"}};
        try {
            if (fresh) {
                acted = co_await actor_.act(order, key);
            } else {
                acted = co_await actor_.act_again(order, key);
            }
        } catch (const std::exception& failure) {
            acted = {.result = lost(order.effect), .is_final = false};
            log_.say(LogLevel::error, "an effect failed unexpectedly",
                     {{"kind", std::string{kind_of(order.effect)}}, {"what", failure.what()}});
        }
        count(order, acted.result, began);
        const Finished mine{seal_result(acted.result, order), acted.is_final};
        const Stored<std::optional<Finished>> written = co_await claims_.finish(key, mine);
        if (written.has_error()) {
            unsaved = mine;
            co_return std::move(acted.result);
        }
        // Somebody was quicker: all duplicates are told the same.
        const bool is_mine = !*written || (*written)->result == mine.result;
        auto theirs = is_mine ? std::nullopt : open_result((*written)->result, order);
        co_return theirs ? std::move(*theirs) : std::move(acted.result);
    }
}

void EffectRunner::count(const EffectOrder& order, const flows::EffectResult& result,
                         steady_clock::time_point began) {
    if (counts_ == nullptr) return;
    const auto took = std::chrono::floor<milliseconds>(steady_clock::now() - began);
    counts_->count_effect(kind_of(order.effect), result.outcome, took);
}

net::awaitable<void> EffectRunner::save(EffectKey key, Finished result) {
    const auto until = steady_clock::now() + results_matter_for;
    milliseconds pause = first_retry;
    while (steady_clock::now() < until) {
        net::steady_timer timer{world_, pause};
        co_await timer.async_wait(quietly);
        const Stored<std::optional<Finished>> written = co_await claims_.finish(key, result);
        if (written) co_return;
        pause = std::min(pause * 2, longest_retry);
    }
}

}  // namespace server
