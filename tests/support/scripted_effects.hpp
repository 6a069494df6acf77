// Effects without a world: what each is answered with is written down before.
#pragma once

#include "server/effects/effects.hpp"
#include "server/turn/call_ends.hpp"
#include "server/turn/message_notes.hpp"
#include "server/turn/placed_calls.hpp"
#include "server/turn/silent_turns.hpp"
#include "server/turn/version_archive.hpp"

#include <deque>
#include <map>
#include <string>
#include <utility>
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
class WrittenDown final : public server::SilentTurns {
public:
    std::vector<server::SilentTurn> owed{};

    boost::asio::awaitable<void> owe(server::SilentTurn turn) override {
        owed.push_back(std::move(turn));
        co_return;
    }
};

// Where calls stood last, in memory.
class KnownEnds final : public server::CallEnds {
public:
    std::map<std::string, Known> calls{};
    bool is_away = false;

    void keep(std::string call_sid, server::CallStand stand) override {
        calls[std::move(call_sid)].stand = std::move(stand);
    }
    boost::asio::awaitable<std::optional<Known>> find(std::string call_sid) override {
        if (is_away) co_return std::nullopt;
        co_return calls[call_sid];
    }
    boost::asio::awaitable<bool> claim(std::string call_sid) override {
        co_return !is_away && !std::exchange(calls[std::move(call_sid)].is_over, true);
    }
};

// Where nothing of messages can be written down.
class NoNotes final : public server::MessageNotes {
public:
    boost::asio::awaitable<bool> write(server::MessageNote /*note*/) override { co_return false; }
};

// Calls that were placed, in memory: what each begins with by request and call.
class KnownCalls final : public server::PlacedCalls {
public:
    std::map<std::pair<std::string, std::string>, server::PlacedAnswer> known{};
    std::vector<std::pair<std::string, std::string>> over{};
    bool is_away = false;

    boost::asio::awaitable<server::PlacedAnswer> answered(std::string request, std::string call_sid,
                                                          std::string /*answered_by*/) override {
        const auto found = known.find({request, call_sid});
        co_return found == known.end() ? server::PlacedAnswer{} : found->second;
    }
    boost::asio::awaitable<bool> ended(std::string request, std::string call_sid) override {
        over.emplace_back(std::move(request), std::move(call_sid));
        co_return !is_away;
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
