#include "flows/tools/call_words.hpp"

#include <charconv>

namespace flows {
namespace {

constexpr std::string_view key_characters = "0123456789*#";

struct OutcomeWord {
    std::string_view word;
    std::string_view letter;  // while a dial waits for it
    Act act;
};
const std::array outcome_words{
    OutcomeWord{"answered", "a", PickUp{}},
    OutcomeWord{"completed", {}, EndDial{DialOutcome::completed}},
    OutcomeWord{"busy", "b", EndDial{DialOutcome::busy}},
    OutcomeWord{"no_answer", "n", EndDial{DialOutcome::no_answer}},
    OutcomeWord{"declined", "d", EndDial{DialOutcome::declined}},
    OutcomeWord{"failed", "f", EndDial{DialOutcome::failed}},
    OutcomeWord{"canceled", "c", EndDial{DialOutcome::canceled}},
    OutcomeWord{"bridged", {}, EndQueue{QueueOutcome::bridged}},
    OutcomeWord{"left", {}, EndQueue{QueueOutcome::left}},
    OutcomeWord{"full", {}, EndQueue{QueueOutcome::full}},
    OutcomeWord{"timeout", {}, EndQueue{QueueOutcome::timeout}},
};

}  // namespace

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

bool are_keys(std::string_view text) {
    return !text.empty() && text.find_first_not_of(key_characters) == text.npos;
}

std::string as_outcome(std::string_view text) {
    std::string word = lower(text);
    std::ranges::replace(word, ' ', '_');
    std::ranges::replace(word, '-', '_');
    return word;
}

const Act* find_outcome(std::string_view text, bool letters) {
    const std::string word = as_outcome(text);
    const auto* found = std::ranges::find_if(outcome_words, [&](const OutcomeWord& each) {
        return each.word == word || (letters && !each.letter.empty() && each.letter == word);
    });
    return found == outcome_words.end() ? nullptr : &found->act;
}

std::optional<std::chrono::seconds> read_number(std::string_view text) {
    long count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    constexpr long most = 100'000;
    if (error != std::errc{} || end != text.data() + text.size() || count < 0 || count > most) {
        return std::nullopt;
    }
    return std::chrono::seconds{count};
}

SaySomething speech_of(std::string_view text) {
    text = trimmed(text);
    const std::size_t open = text.rfind('(');
    if (open != text.npos && open > 0 && text.ends_with(')')) {
        const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
        double confidence = 0;
        const auto [end, error] =
            std::from_chars(inside.data(), inside.data() + inside.size(), confidence);
        if (error == std::errc{} && end == inside.data() + inside.size() && confidence >= 0 &&
            confidence <= 1) {
            return {std::string{trimmed(text.substr(0, open))}, confidence};
        }
    }
    return {std::string{text}, std::nullopt};
}

bool is_quote(char c) { return c == '"' || c == '\''; }

bool begins_json(std::string_view text) { return text.starts_with('{') || text.starts_with('['); }

}  // namespace flows
