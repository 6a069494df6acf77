#include "flows/tools/flow_test_effects.hpp"

#include "flows/tools/near_miss.hpp"
#include "flows/tools/transcript.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

const std::string& text_in(const TextMessage& message) {
    return message.text.empty() ? message.template_sid : message.text;
}

bool is_like(const TextMessage& message, const Texts& texts) {
    return (texts.to.empty() || bare(texts.to) == message.to) &&
           folded(text_in(message)).find(folded(texts.text)) != std::string::npos;
}

Unlike without_answer(const PerformedEffect& effect) {
    const auto* lookup = std::get_if<Lookup>(&effect.effect);
    if (lookup == nullptr) {
        return {fmt::format("an answer for {}", effect_name(effect.effect)),
                {effect.unscripted},
                "write verify: [approved], in the order in which it is asked"};
    }
    const std::string key = key_of(*lookup);
    std::string hint = near_miss(key, effect.near);
    if (hint.empty()) hint = fmt::format("write http: {{\"{}\": {{status: 200}}}}", key);
    return {fmt::format("an answer for \"{}\"", key), {effect.unscripted}, std::move(hint)};
}

}  // namespace

std::string bare(std::string_view whom) {
    if (!whom.starts_with('+')) return std::string{whom};
    std::string number;
    for (const char c : whom) {
        if (c != ' ' && c != '-' && c != '(' && c != ')') number += c;
    }
    return number;
}

Checked ExpectedEffects::unanswered(const EffectScript& script) {
    const auto& all = script.performed();
    while (answered_ < all.size()) {
        const PerformedEffect& each = all[answered_++];
        if (!each.unscripted.empty()) return without_answer(each);
    }
    return std::nullopt;
}

Checked ExpectedEffects::texts(const EffectScript& script, const Texts& texts) {
    Unlike unlike{.expected = fmt::format("a text message to {}",
                                          texts.to.empty() ? "anybody" : bare(texts.to))};
    if (!texts.text.empty()) unlike.expected += ": " + texts.text;
    const auto& all = script.performed();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto* message = std::get_if<TextMessage>(&all[i].effect);
        if (message == nullptr) continue;
        const bool fits = is_like(*message, texts);
        if (i < texts_) {
            if (fits) unlike.hint = "it was sent before what was expected already";
        } else if (fits) {
            texts_ = i + 1;
            return std::nullopt;
        } else {
            unlike.actual.push_back("sends one " + in_words(all[i]));
        }
    }
    if (unlike.actual.empty()) unlike.actual.emplace_back("none was sent");
    return unlike;
}

std::variant<std::size_t, Unlike> ExpectedEffects::callback(const EffectScript& script,
                                                            const CallsBack& calls) {
    Unlike unlike{.expected = "to call back " + bare(calls.number)};
    const auto& all = script.performed();
    for (std::size_t i = callbacks_; i < all.size(); ++i) {
        const auto* request = std::get_if<RequestCallback>(&all[i].effect);
        if (request == nullptr) continue;
        if (request->number == bare(calls.number)) {
            callbacks_ = i + 1;
            return i;
        }
        unlike.actual.push_back("calls back " + request->number);
    }
    if (unlike.actual.empty()) unlike.actual.emplace_back("no callback was asked for");
    return unlike;
}

std::vector<std::pair<config::Span, Unlike>> unused_answers(const EffectScript& script) {
    std::vector<std::string> asked;
    for (const PerformedEffect& each : script.performed()) {
        if (const auto* lookup = std::get_if<Lookup>(&each.effect))
            asked.push_back(key_of(*lookup));
    }
    std::vector<std::pair<config::Span, Unlike>> unused;
    for (const HttpAnswer& each : script.unused_http()) {
        const auto times = std::ranges::count(asked, each.asked);
        Unlike unlike{.expected = fmt::format("a step to ask for \"{}\"", each.asked)};
        if (times == 0) {
            unlike.actual.emplace_back("none did");
            unlike.hint = near_miss(each.asked, asked);
        } else {
            unlike.actual.push_back(fmt::format(
                "it was asked for {}", times == 1 ? "once" : fmt::format("{} times", times)));
        }
        unused.emplace_back(each.span, std::move(unlike));
    }
    const auto add = [&](const std::vector<ScriptedOutcome>& left, std::string_view what) {
        for (const ScriptedOutcome& each : left) {
            unused.emplace_back(
                each.span,
                Unlike{fmt::format("a step to {}, and \"{}\" to come of it", what, each.outcome),
                       {"none did"},
                       {}});
        }
    };
    add(script.unused_sms(), "send a text message");
    add(script.unused_verify(), "send or check a code");
    return unused;
}

Checked texted(const EffectScript& script, const Never& never) {
    for (const PerformedEffect& each : script.performed()) {
        const auto* message = std::get_if<TextMessage>(&each.effect);
        if (message == nullptr ||
            folded(text_in(*message)).find(folded(never.text)) == std::string::npos) {
            continue;
        }
        return Unlike{fmt::format("never to hear or read \"{}\"", never.text),
                      {"sends one " + in_words(each)},
                      {}};
    }
    return std::nullopt;
}

Checked logged(const EffectScript& script, const Never& never) {
    for (const PerformedEffect& each : script.performed()) {
        std::string line = logged(each);
        if (line.find(never.text) == std::string::npos) continue;
        return Unlike{fmt::format("never to log \"{}\"", never.text), {std::move(line)}, {}};
    }
    return std::nullopt;
}

}  // namespace flows
