#include "flows/tools/played_call.hpp"

#include "flows/model/overloaded.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {}  // namespace

PlayedCall::PlayedCall(const CallBegins& begins, Transport transport)
    : phone_{begins.caller,
             {.target = begins.target},
             begins.at,
             std::move(transport),
             EffectScript{{}, EffectScript::Unscripted::asks}} {
    phone_.begin();
}

WhyNot PlayedCall::did(WhyNot why_not, Act act) {
    if (!why_not) done_.push_back(std::move(act));
    return why_not;
}

WhyNot PlayedCall::press(const PressKeys& press) {
    if (std::holds_alternative<Dials>(phone_.waiting())) {
        if (phone_.is_bridged()) return "they talk: keys do nothing";
        if (phone_.called_waiting() == nullptr) {
            return "a dial waits for how it ends, not for keys: answered, busy, no_answer ...";
        }
        return did(phone_.callee_presses(press.keys).why_not, press);
    }
    std::string rest = press.keys;
    while (!rest.empty()) {
        const auto* asks = std::get_if<Asks>(&phone_.waiting());
        const std::string finishing = asks != nullptr ? asks->finish_on : std::string{};
        const Pressed pressed = phone_.press(rest);
        if (pressed.why_not && rest != press.keys) {
            return fmt::format("{} is left over: {}", rest, *pressed.why_not);
        }
        if (pressed.why_not) return pressed.why_not;
        done_.emplace_back(PressKeys{rest.substr(0, pressed.used)});
        rest.erase(0, pressed.used);
        if (rest == finishing) break;  // pressed once more than the question needs
    }
    return std::nullopt;
}

WhyNot PlayedCall::pick_up() {
    const auto* dials = std::get_if<Dials>(&phone_.waiting());
    if (dials == nullptr) return "nobody is dialled";
    if (std::ranges::all_of(dials->whom, [](const Dialled& each) { return each.url.empty(); })) {
        return end_dial(DialOutcome::completed);
    }
    return did(phone_.callee_answers(), PickUp{});
}

WhyNot PlayedCall::say_nothing() {
    if (!std::holds_alternative<Dials>(phone_.waiting())) return did(phone_.wait(), SayNothing{});
    if (phone_.is_bridged()) return "they talk: completed ends it, h hangs up";
    if (phone_.called_waiting() != nullptr) return end_dial(DialOutcome::declined);
    return "a dial waits for how it ends: answered, busy, no_answer, failed, canceled";
}

WhyNot PlayedCall::end_dial(DialOutcome outcome) {
    if (outcome == DialOutcome::failed && !phone_.queue().empty()) {
        return did(phone_.queue_ends(QueueOutcome::failed), EndQueue{QueueOutcome::failed});
    }
    return did(phone_.dial_ends(outcome), EndDial{outcome});
}

WhyNot PlayedCall::end_effect(const EndEffect& effect) {
    const auto* asked = std::get_if<Undecided>(&phone_.waiting());
    if (asked == nullptr) return "nothing is asked of the world";
    const bool is_lookup = std::holds_alternative<Lookup>(asked->effect);
    const auto outcomes = is_lookup ? outcomes_of(Http{}) : outcomes_of(VerifyCheck{});
    if (std::ranges::find(outcomes, effect.outcome, &Outcome::name) == outcomes.end()) {
        return fmt::format("{} does not end as {}", effect_name(asked->effect), effect.outcome);
    }
    if (!is_lookup) return did(phone_.code_is(effect.outcome), effect);
    HttpAnswer answer;
    if (effect.outcome == "denied") answer.status = 403;
    if (effect.outcome == "not_found") answer.status = 404;
    if (effect.outcome == "slow") answer.takes = std::chrono::hours{1};
    answer.fails = effect.outcome == "failed";
    if (!effect.body.empty()) {
        auto body = read_json(effect.body);
        if (!body) return "that is no JSON";
        answer.body = std::move(*body);
    }
    return did(phone_.look_up_ends(std::move(answer)), effect);
}

// What is undecided fails first: the flow is at work while the caller leaves.
WhyNot PlayedCall::hang_up() {
    constexpr int most = 100;  // a flow may ask again whatever comes of it
    for (int i = 0; i < most && std::holds_alternative<Undecided>(phone_.waiting()); ++i)
        (void)end_effect(EndEffect{"failed", {}});
    if (phone_.is_over()) return std::nullopt;
    return did(phone_.hang_up(), HangUp{});
}

WhyNot PlayedCall::perform(const Act& act) {
    if (phone_.is_over()) return "the call is over";
    return std::visit(
        Overloaded{
            [&](const PressKeys& keys) { return press(keys); },
            [&](const SaySomething& say) { return did(phone_.say(say.text, say.confidence), say); },
            [&](const SayNothing&) { return say_nothing(); },
            [&](const PickUp&) { return pick_up(); },
            [&](const EndDial& dial) {
                const bool asked = std::holds_alternative<Undecided>(phone_.waiting());
                if (asked && dial.outcome == DialOutcome::failed)
                    return end_effect(EndEffect{"failed", {}});
                return end_dial(dial.outcome);
            },
            [&](const EndEffect& effect) { return end_effect(effect); },
            [&](const EndQueue& queue) { return did(phone_.queue_ends(queue.outcome), queue); },
            [&](const LeaveMessage& message) {
                const auto how = message.hangs_up              ? Phone::RecordingEnds::by_hanging_up
                                 : message.length.count() == 0 ? Phone::RecordingEnds::by_silence
                                                               : Phone::RecordingEnds::by_key;
                return did(phone_.record(message.length, how), message);
            },
            [&](const HangUp&) { return hang_up(); },
        },
        act);
}

WhyNot PlayedCall::act(const Act& act) {
    Before before{phone_, done_.size()};
    auto why_not = perform(act);
    if (done_.size() > before.done) history_.push_back(std::move(before));
    return why_not;
}

bool PlayedCall::back() {
    if (history_.empty()) return false;
    phone_ = std::move(history_.back().phone);
    done_.resize(history_.back().done);
    history_.pop_back();
    return true;
}

}  // namespace flows
