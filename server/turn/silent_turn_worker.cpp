#include "server/turn/silent_turn_worker.hpp"

#include "flows/engine/call_facts.hpp"
#include "flows/engine/engine.hpp"
#include "twiml/form.hpp"

#include <utility>

namespace server {
namespace {

using std::chrono::milliseconds;

// An effect ends by itself; this is only how long one wait for it may take.
constexpr std::chrono::seconds longest_wait{60};

std::size_t account_of(const SilentTurn& turn, const Snapshot& snapshot) {
    for (std::size_t i = 0; i < snapshot.accounts.size(); ++i) {
        if (snapshot.accounts[i].sid == turn.account_sid) return i;
    }
    return 0;
}

}  // namespace

// What a caller's turn tells in its line of the log.
void SilentTurnWorker::tell(const flows::Next& next, const SilentTurn& turn) {
    for (const auto& [name, value] : next.tags) {
        if (name != "result") continue;
        if (counts_ != nullptr) counts_->count_result(turn.flow, value);
        log_.say(LogLevel::info, "a silent turn came to a result",
                 {{"call", turn.call_sid}, {"flow", turn.flow}, {"result", value}});
    }
}

net::awaitable<SilentTurnWorker::Worked> SilentTurnWorker::work(SilentTurn turn, How how) {
    const std::shared_ptr<const Snapshot> snapshot = current_.shared();
    const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
    const auto hour = static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::hours>(now.time_since_epoch()).count());

    std::shared_ptr<const LoadedFlows> flows = snapshot->flows;
    if (flows->find(turn.version) == nullptr) flows = retired_.find(turn.version, hour);
    if (!flows) {
        flows = co_await archive_.fetch(turn.version);
        if (flows) retired_.keep(turn.version, flows, hour);
    }
    const flows::Flow* const root = flows ? flows->find(turn.version) : nullptr;
    if (root == nullptr) co_return Worked{};
    auto state = flows::decode(turn.state, flows->set);
    if (!state || snapshot->accounts.empty()) {
        log_.say(LogLevel::error, "a silent turn cannot be read", {{"call", turn.call_sid}});
        co_return Worked{.is_done = true};
    }

    twiml::Params params;
    for (const auto& [name, value] : turn.call)
        params.add(name, value);
    const twiml::VoiceRequest request = twiml::read_voice_request(params);
    const auto overrides = hours_.shared();
    flows::Circumstances around;
    around.now = now;
    around.flows = &flows->set;
    around.settings = &flows->settings;
    around.overrides = overrides.get();
    around.dial_rules = &snapshot->dial_rules;
    around.call = flows::call_facts(request);

    flows::Next next = flows::advance(*root, *state, flows::Continued{}, true, around);
    while (true) {
        const auto* const rest = std::get_if<flows::Rest>(&next.what);
        if (rest != nullptr && rest->ended && std::exchange(turn.ends_call, false)) {
            const flows::CallState ended = *rest->ended;
            next = flows::advance(*root, ended, flows::HungUp{}, true, around);
            tell(next, turn);
            const auto* const first = std::get_if<flows::EffectRequest>(&next.what);
            if (first != nullptr && how == How::with_effects) {
                turn.identity = hung_up_identity;
                turn.state.clear();
                flows::encode(first->resume_in, flows->set, turn.state);
                co_return Worked{true, std::move(turn)};
            }
        }
        auto* const asked = std::get_if<flows::EffectRequest>(&next.what);
        if (asked == nullptr) break;
        flows::EffectRequest request_now = std::move(*asked);
        std::optional<flows::EffectResult> result;
        if (how == How::effects_fail) result = flows::EffectResult{.outcome = "failed"};
        while (!result) {
            EffectOrder order{.call_sid = turn.call_sid,
                              .caller = twiml::far_end(request).text,
                              .id = request_now.id,
                              .effect = request_now.effect,
                              .deadline = request_now.deadline,
                              .version = turn.version,
                              .flow = turn.flow,
                              .snapshot = snapshot,
                              .account = account_of(turn, *snapshot),
                              .public_base = turn.public_base,
                              .begins = call_begin_of(request_now.effect, *flows)};
            const auto until = std::chrono::steady_clock::now() + longest_wait;
            result = co_await effects_.perform(std::move(order), until);
        }
        next = flows::resume(*root, std::move(request_now), *result, true, around);
        tell(next, turn);
    }
    co_return Worked{.is_done = true};
}

}  // namespace server
