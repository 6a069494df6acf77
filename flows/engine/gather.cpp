#include "flows/engine/phone_number.hpp"
#include "flows/engine/speech.hpp"
#include "flows/engine/turn.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace flows {
namespace {

Question question_of(const Gather& gather) {
    return {gather.say, gather.again, gather.noinput, gather.nomatch, gather.tries};
}

const Variable& variable_of(const Gather& gather, const Turn& turn) {
    return turn.flow->variables[static_cast<std::size_t>(gather.save)];
}

std::string_view tag_of(const Turn& turn) {
    return turn.flow->languages[static_cast<std::size_t>(turn.language)].tag;
}

const char* input_of(const Gather& gather) {
    if (!gather.speech) return "dtmf";
    return gather.dtmf ? "dtmf speech" : "speech";
}

void ask_gather(Turn& turn, const Step& step, const Gather& gather, const Words* retry,
                bool again) {
    turn.state.candidate.reset();
    twiml::Element verb{.name = "Gather"};
    verb.attributes.reserve(8);
    if (gather.speech) verb.attributes.push_back({"input", input_of(gather)});
    verb.attributes.push_back({"timeout", std::to_string(gather.timeout.count())});
    if (gather.dtmf) {
        if (gather.digits_at_most > 0) {
            verb.attributes.push_back({"numDigits", std::to_string(gather.digits_at_most)});
        }
        verb.attributes.push_back({"finishOnKey", gather.finish_on});
    }
    if (gather.speech && !put_speech(verb, variable_of(gather, turn).type.options, turn)) {
        return fail(turn, step);
    }
    if (!put(verb, gather.extra, turn)) return fail(turn, step);
    if (!speak_question(verb.content, question_of(gather), retry, again, turn)) {
        return fail(turn, step);
    }
    ask(turn, step, std::move(verb), Awaiting::answer);
}

View view_with_candidate(const Turn& turn, const Gather& gather, const Value& candidate) {
    View view = view_of(turn);
    view.candidate = gather.save;
    view.candidate_value = &candidate;
    return view;
}

void ask_confirmation(Turn& turn, const Step& step, const Gather& gather) {
    twiml::Element verb{.name = "Gather"};
    verb.attributes.reserve(6);
    if (gather.speech) verb.attributes.push_back({"input", "dtmf speech"});
    verb.attributes.push_back({"timeout", std::to_string(gather.timeout.count())});
    verb.attributes.push_back({"numDigits", "1"});
    verb.attributes.push_back({"finishOnKey", ""});
    if (gather.speech && !put_speech(verb, {}, turn)) return fail(turn, step);
    const View view = view_with_candidate(turn, gather, *turn.state.candidate);
    if (!speak(verb.content, *gather.confirm, turn, view)) return fail(turn, step);
    ask(turn, step, std::move(verb), Awaiting::confirmation);
}

void filled(Turn& turn, const Step& step, const Gather& gather, Value value) {
    top(turn).variables[static_cast<std::size_t>(gather.save)] = std::move(value);
    turn.state.candidate.reset();
    follow(turn, step, "filled");
}

std::optional<Value> keyed_value(std::string_view keys, const Gather& gather, const Turn& turn) {
    // Twilio keeps the finishing key to itself; others may not.
    if (!gather.finish_on.empty() && keys.ends_with(gather.finish_on)) {
        keys.remove_suffix(gather.finish_on.size());
    }
    if (keys.empty() || !gather.dtmf) return std::nullopt;
    const auto count = static_cast<int>(keys.size());
    if (count < gather.digits_at_least) return std::nullopt;
    if (gather.digits_at_most > 0 && count > gather.digits_at_most) return std::nullopt;
    const Type& type = variable_of(gather, turn).type;
    if (type.kind != TypeKind::phone) return convert(keys, type);
    auto number = phone_from_keys(keys, turn.circumstances.call.from_country);
    return number ? std::optional<Value>{std::move(*number)} : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::optional<Value> spoken_value(const Spoke& spoke, const Gather& gather, const Turn& turn) {
    if (!is_understood(spoke, turn.circumstances)) return std::nullopt;
    const Type& type = variable_of(gather, turn).type;
    switch (type.kind) {
    case TypeKind::one_of: {
        std::vector<PhraseChoice> choices;
        for (const std::string& option : type.options) {
            choices.push_back({std::span{&option, 1}, {}});
        }
        const int found = match_speech(spoke.text, choices, tag_of(turn));
        if (found < 0) return std::nullopt;
        return Value{type.options[static_cast<std::size_t>(found)]};
    }
    case TypeKind::digits: {
        const std::string digits = spoken_digits(spoke.text, turn);
        const auto count = static_cast<int>(digits.size());
        if (digits.empty() || count < gather.digits_at_least) return std::nullopt;
        if (gather.digits_at_most > 0 && count > gather.digits_at_most) return std::nullopt;
        return convert(digits, type);
    }
    case TypeKind::number: {
        std::string_view text = trimmed(spoke.text);
        if (text.ends_with('.')) text.remove_suffix(1);
        if (auto value = convert(text, type)) return value;
        return convert(spoken_digits(spoke.text, turn), type);
    }
    case TypeKind::phone: {
        const std::string digits = spoken_digits(spoke.text, turn);
        if (digits.empty()) return std::nullopt;
        auto number = phone_from_keys(digits, turn.circumstances.call.from_country);
        return number ? std::optional<Value>{std::move(*number)} : std::nullopt;
    }
    default:
        return convert(trimmed(spoke.text), type);
    }
}

bool is_key(const Event& event, std::string_view key, const Turn& turn) {
    if (const auto* keyed = std::get_if<Keyed>(&event)) return keyed->digits == key;
    const auto* spoke = std::get_if<Spoke>(&event);
    if (!spoke || !is_understood(*spoke, turn.circumstances)) return false;
    const std::array choices{PhraseChoice{{}, key}};
    return match_speech(spoke->text, choices, tag_of(turn)) == 0;
}

}  // namespace

void run(Turn& turn, const Step& step, const Gather& gather) {
    if (turn.gone) return nobody_left(turn);
    if (!turn.is_again || turn.state.tries >= gather.tries) {
        turn.state.tries = turn.state.noinputs = turn.state.nomatches = 0;
    }
    ask_gather(turn, step, gather, nullptr, turn.is_again);
}

void answered(Turn& turn, const Step& step, const Gather& gather, const Event& event) {
    if (turn.gone) return nobody_left(turn);
    const auto* keyed = std::get_if<Keyed>(&event);
    const auto* spoke = std::get_if<Spoke>(&event);
    std::optional<Value> value;
    if (keyed) value = keyed_value(keyed->digits, gather, turn);
    if (spoke) value = spoken_value(*spoke, gather, turn);
    if (value && gather.must) {
        const auto holds = is_true(*gather.must, view_with_candidate(turn, gather, *value));
        if (!holds) return fail(turn, step);
        if (!*holds) value.reset();
    }
    if (value && !gather.confirm) return filled(turn, step, gather, std::move(*value));
    if (value) {
        turn.state.candidate = std::move(value);
        return ask_confirmation(turn, step, gather);
    }
    const Words* retry = nullptr;
    const Miss miss = keyed || spoke ? Miss::nomatch : Miss::noinput;
    if (!try_again(turn, step, question_of(gather), miss, retry)) return;
    ask_gather(turn, step, gather, retry, true);
}

void confirmed(Turn& turn, const Step& step, const Gather& gather, const Event& event) {
    if (turn.gone) return nobody_left(turn);
    if (!turn.state.candidate || !gather.confirm)
        return ask_gather(turn, step, gather, nullptr, false);
    if (is_key(event, "1", turn)) {
        return filled(turn, step, gather, std::move(*turn.state.candidate));
    }
    const bool rejected = is_key(event, "2", turn);
    if (!count_try(turn, step, gather.tries)) return;
    if (rejected) return ask_gather(turn, step, gather, nullptr, true);
    ask_confirmation(turn, step, gather);
}

}  // namespace flows
