#include "flows/engine/speech.hpp"
#include "flows/engine/turn.hpp"

#include <algorithm>
#include <array>

namespace flows {

bool speak_question(Nodes& into, const Question& question, const Words* retry, bool again,
                    const Turn& turn) {
    const View view = view_of(turn);
    if (retry && !speak(into, *retry, turn, view)) return false;
    const bool has_short = again && !question.again.empty();
    return speak(into, has_short ? question.again : question.say, turn, view);
}

bool count_try(Turn& turn, const Step& step, int tries) {
    if (++turn.state.tries < tries) return true;
    take(turn, step, "otherwise");
    otherwise(turn, step);
    return false;
}

bool try_again(Turn& turn, const Step& step, const Question& question, Miss miss,
               const Words*& retry) {
    const bool silent = miss == Miss::noinput;
    const std::string_view outcome = silent ? "noinput" : "nomatch";
    take(turn, step, outcome);
    for (const OutcomeTarget& on : step.on) {
        if (on.outcome != outcome) continue;
        go_to(turn, step, on.go);
        return false;
    }
    const Retry& answer = silent ? question.noinput : question.nomatch;
    int& count = silent ? turn.state.noinputs : turn.state.nomatches;
    if (answer.go) {
        go_to(turn, step, *answer.go);
        return false;
    }
    if (!answer.words.empty()) {
        const auto last = answer.words.size() - 1;
        retry = &answer.words[std::min(static_cast<std::size_t>(std::max(count, 0)), last)];
    }
    ++count;
    return count_try(turn, step, question.tries);
}

bool put_speech(twiml::Element& gather, const std::vector<std::string>& hints, const Turn& turn) {
    // Twilio's bounds: 500 hints of 100 characters, separated by commas.
    constexpr std::size_t max_hints = 500, max_hint_bytes = 100;
    const Language& language = turn.flow->languages[static_cast<std::size_t>(turn.language)];
    gather.attributes.push_back({"language", language.tag});
    std::string joined;
    std::size_t count = 0;
    for (const auto* list : {&hints, &language.hints}) {
        for (const std::string& hint : *list) {
            if (hint.empty() || hint.size() > max_hint_bytes || ++count > max_hints) continue;
            if (!joined.empty()) joined += ", ";
            for (const char c : hint)
                joined += c == ',' ? ' ' : c;
        }
    }
    if (!joined.empty()) gather.attributes.push_back({"hints", std::move(joined)});
    return put(gather, language.speech, turn);
}

void ask(Turn& turn, const Step& step, twiml::Element gather, Awaiting awaiting) {
    gather.attributes.push_back({"action", hole(turn, EventName::gather)});
    Nodes verbs;
    verbs.reserve(2);
    verbs.emplace_back(std::move(gather));
    verbs.push_back(redirect_to(hole(turn, EventName::noinput)));
    if (!add(turn, step, std::move(verbs))) return;
    take(turn, step, {});
    rest(turn, awaiting);
}

bool is_understood(const Spoke& spoke, const Circumstances& circumstances) {
    return !spoke.confidence || *spoke.confidence >= circumstances.speech_confidence;
}

std::string digits_only(std::string_view said) {
    std::string digits;
    for (const char c : said) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (c != ' ' && c != '-' && c != '.' && c != ',' && c != '(' && c != ')') {
            return {};
        }
    }
    return digits;
}

std::string spoken_digits(std::string_view said, const Turn& turn) {
    std::string digits = digits_only(said);
    if (!digits.empty()) return digits;
    const std::string& tag = turn.flow->languages[static_cast<std::size_t>(turn.language)].tag;
    constexpr std::string_view keys = "0123456789";
    std::array<PhraseChoice, keys.size()> choices;
    for (std::size_t i = 0; i < keys.size(); ++i)
        choices[i].key = keys.substr(i, 1);
    const std::string folded = fold_speech(said, tag);
    for (std::size_t at = 0; at < folded.size();) {
        const std::size_t end = std::min(folded.find(' ', at), folded.size());
        const std::string_view word = std::string_view{folded}.substr(at, end - at);
        const std::string figures = digits_only(word);
        const int key = match_speech(word, choices, tag);
        if (figures.empty() && key < 0) return {};
        digits += figures.empty() ? std::string{keys[static_cast<std::size_t>(key)]} : figures;
        at = end + 1;
    }
    return digits;
}

}  // namespace flows
