#include "flows/engine/speech.hpp"
#include "flows/engine/turn.hpp"

#include <algorithm>
#include <utility>

namespace flows {
namespace {

Question question_of(const Menu& menu) {
    return {menu.say, menu.again, menu.noinput, menu.nomatch, menu.tries};
}

// The choices that count at the moment. Nothing where a `when` has no value.
using Alive = std::vector<const Choice*>;
std::optional<Alive> alive_choices(const Menu& menu, const Turn& turn) {
    Alive alive;
    alive.reserve(menu.choices.size());
    for (const Choice& choice : menu.choices) {
        if (choice.anywhere && is_in_line(turn)) continue;
        if (choice.when) {
            const auto holds = is_true(*choice.when, view_of(turn));
            if (!holds) return std::nullopt;
            if (!*holds) continue;
        }
        alive.push_back(&choice);
    }
    return alive;
}

const std::vector<std::string>* phrases_of(const Choice& choice, const Turn& turn) {
    const auto language = static_cast<std::size_t>(turn.language);
    return language < choice.phrases.size() ? &choice.phrases[language] : nullptr;
}

std::vector<std::string> hints_of(const Alive& alive, const Turn& turn) {
    std::vector<std::string> hints;
    for (const Choice* choice : alive) {
        if (const auto* phrases = phrases_of(*choice, turn)) {
            hints.insert(hints.end(), phrases->begin(), phrases->end());
        }
    }
    return hints;
}

void ask_menu(Turn& turn, const Step& step, const Menu& menu, const Words* retry, bool again) {
    const auto alive = alive_choices(menu, turn);
    if (!alive) return fail(turn, step);
    // Twilio ends at that many keys; shorter ones wait for the timeout.
    std::size_t longest = 0;
    for (const Choice* choice : *alive) {
        if (choice->by_key) longest = std::max(longest, choice->key.size());
    }
    twiml::Element gather{.name = "Gather"};
    gather.attributes.reserve(8);
    if (menu.speech) {
        gather.attributes.push_back({"input", longest > 0 ? "dtmf speech" : "speech"});
    }
    gather.attributes.push_back({"timeout", std::to_string(menu.timeout.count())});
    if (longest > 0 || !menu.speech) {
        gather.attributes.push_back(
            {"numDigits", std::to_string(std::max<std::size_t>(longest, 1))});
        gather.attributes.push_back({"finishOnKey", ""});  // else a lone # counts as silence
    }
    if (menu.speech && !put_speech(gather, hints_of(*alive, turn), turn)) return fail(turn, step);
    if (!put(gather, menu.extra, turn)) return fail(turn, step);
    if (!speak_question(gather.content, question_of(menu), retry, again, turn)) {
        return fail(turn, step);
    }
    ask(turn, step, std::move(gather), Awaiting::answer);
}

bool fits_pattern(std::string_view digits, std::string_view pattern) {
    if (digits.size() != pattern.size()) return false;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const bool any_digit = pattern[i] == 'x' && digits[i] >= '0' && digits[i] <= '9';
        if (!any_digit && digits[i] != pattern[i]) return false;
    }
    return true;
}

// Of one key for two choices: the menu's with `own`, then that of `anywhere`, then the menu's.
int rank(const Choice& choice) { return choice.own ? 2 : choice.anywhere ? 1 : 0; }

const Choice* find_key(const Alive& alive, std::string_view digits) {
    const Choice* best = nullptr;
    bool best_is_exact = false;
    for (const Choice* choice : alive) {
        if (!choice->by_key) continue;
        const bool exact = choice->key == digits;
        if (!exact && !fits_pattern(digits, choice->key)) continue;
        if (best && std::pair{best_is_exact, rank(*best)} >= std::pair{exact, rank(*choice)}) {
            continue;
        }
        best = choice;
        best_is_exact = exact;
    }
    return best;
}

const Choice* find_phrase(const Alive& alive, std::string_view said, const Turn& turn) {
    std::vector<PhraseChoice> choices;
    choices.reserve(alive.size());
    for (const Choice* choice : alive) {
        PhraseChoice& added = choices.emplace_back();
        if (const auto* phrases = phrases_of(*choice, turn)) added.phrases = *phrases;
        if (choice->by_key) added.key = choice->key;
    }
    const Language& language = turn.flow->languages[static_cast<std::size_t>(turn.language)];
    const int found = match_speech(said, choices, language.tag);
    return found < 0 ? nullptr : alive[static_cast<std::size_t>(found)];
}

struct Chosen {
    const Choice* choice = nullptr;
    std::string digits{};
};

Chosen choose(const Alive& alive, const Event& event, const Turn& turn) {
    if (const auto* keyed = std::get_if<Keyed>(&event)) {
        return {find_key(alive, keyed->digits), std::string{keyed->digits}};
    }
    const auto* spoke = std::get_if<Spoke>(&event);
    if (!spoke || !is_understood(*spoke, turn.circumstances)) return {};
    if (const Choice* choice = find_phrase(alive, spoke->text, turn)) return {choice, choice->key};
    std::string digits = spoken_digits(spoke->text, turn);
    const Choice* choice = digits.empty() ? nullptr : find_key(alive, digits);
    return {choice, std::move(digits)};
}

}  // namespace

void run(Turn& turn, const Step& step, const Menu& menu) {
    if (turn.gone) return nobody_left(turn);
    // Asked anew, or once more when its tries are used up: they count from the beginning.
    if (!turn.is_again || turn.state.tries >= menu.tries) {
        turn.state.tries = turn.state.noinputs = turn.state.nomatches = 0;
    }
    ask_menu(turn, step, menu, nullptr, turn.is_again);
}

void answered(Turn& turn, const Step& step, const Menu& menu, const Event& event) {
    if (turn.gone) return nobody_left(turn);
    const bool spoken = std::holds_alternative<Spoke>(event);
    const bool keyed = std::holds_alternative<Keyed>(event);
    if (spoken || keyed) {
        const auto alive = alive_choices(menu, turn);
        if (!alive) return fail(turn, step);
        const Chosen chosen = choose(*alive, event, turn);
        bool fits = chosen.choice != nullptr;
        if (fits && chosen.choice->save >= 0) {
            const auto variable = static_cast<std::size_t>(chosen.choice->save);
            auto value = convert(chosen.digits, turn.flow->variables[variable].type);
            fits = value.has_value();
            if (fits) top(turn).variables[variable] = std::move(*value);
        }
        if (fits) {
            take(turn, step, chosen.choice->key);
            return go_to(turn, step, chosen.choice->go);
        }
    }
    const Words* retry = nullptr;
    const Miss miss = spoken || keyed ? Miss::nomatch : Miss::noinput;
    if (!try_again(turn, step, question_of(menu), miss, retry)) return;
    ask_menu(turn, step, menu, retry, true);
}

}  // namespace flows
