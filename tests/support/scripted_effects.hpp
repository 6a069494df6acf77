// Effects without a world: what each is answered with is written down before.
#pragma once

#include "server/effects/effects.hpp"
#include "server/turn/last_states.hpp"
#include "server/turn/silent_turns.hpp"
#include "server/turn/version_archive.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace support {

// One result an identity: a duplicate gets what the first one got. Without a script an effect has
// "failed". A result that `takes` longer than the webhook's patience is there when it is asked for
// again.
class ScriptedEffects final : public server::Effects {
public:
    struct Script {
        flows::EffectResult result{};
        bool is_slow = false;  // not there when it is asked for the first time
    };
    std::deque<Script> script{};
    std::vector<server::EffectOrder> asked{};  // each time, also by duplicates

    std::size_t acted() const { return known_.size(); }

    boost::asio::awaitable<std::optional<flows::EffectResult>>
    perform(server::EffectOrder order, std::chrono::steady_clock::time_point /*until*/) override {
        const std::string key = order.call_sid + '/' + order.id.flow + '/' + order.id.state + '/' +
                                order.id.step + '/' + std::to_string(order.id.visit) + '/' +
                                std::to_string(order.id.life) + '/' + order.id.place_in_line;
        asked.push_back(std::move(order));
        const auto known = known_.find(key);
        if (known != known_.end()) co_return known->second;
        Script next{.result = {.outcome = "failed"}};
        if (!script.empty()) {
            next = script.front();
            script.pop_front();
        }
        known_[key] = next.result;
        if (next.is_slow) co_return std::nullopt;
        co_return next.result;
    }

private:
    std::map<std::string, flows::EffectResult> known_{};
};

// Silent turns as they were written down.
class OwedTurns final : public server::SilentTurns {
public:
    std::vector<server::SilentTurn> owed{};

    boost::asio::awaitable<void> owe(server::SilentTurn turn) override {
        owed.push_back(std::move(turn));
        co_return;
    }
};

// Where calls stood last, in memory.
class KeptStates final : public server::LastStates {
public:
    std::map<std::string, server::LastState> states{};
    std::map<std::string, std::string> ends{};  // by whom the end of a call was claimed
    bool is_away = false;

    void keep(std::string call_sid, server::LastState state) override {
        states.insert_or_assign(std::move(call_sid), std::move(state));
    }
    boost::asio::awaitable<bool> claim_end(std::string call_sid, std::string by) override {
        co_return !is_away && ends.emplace(std::move(call_sid), by).first->second == by;
    }
    boost::asio::awaitable<std::optional<server::LastState>> find(std::string call_sid) override {
        const auto found = states.find(call_sid);
        if (found == states.end()) co_return std::nullopt;
        co_return found->second;
    }
};

// Versions that were kept, in memory.
class KeptVersions final : public server::VersionArchive {
public:
    std::map<server::FlowVersion, std::shared_ptr<const server::LoadedFlows>> kept{};

    boost::asio::awaitable<std::shared_ptr<const server::LoadedFlows>>
    fetch(server::FlowVersion version) override {
        const auto found = kept.find(version);
        co_return found == kept.end() ? nullptr : found->second;
    }
};

}  // namespace support
