#include "flows/tools/keypad.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace flows {
namespace {

template <class... Ts> struct Overloaded : Ts... { using Ts::operator()...; };
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

constexpr std::string_view key_characters = "0123456789*#";
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool are_keys(std::string_view text) {
    return !text.empty() && text.find_first_not_of(key_characters) == text.npos;
}

bool are_keys_and_blanks(std::string_view text) {
    return text.find_first_not_of(" \t0123456789*#") == text.npos;
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

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

// `failed` is a dial's, too: what the call waits for tells them apart.
constexpr std::array lookup_words{"ok", "denied", "not_found", "slow", "failed"};
constexpr std::array code_words{"approved", "wrong", "expired", "too_many", "failed"};

// "no answer" and "no-answer" are no_answer.
std::string as_outcome(std::string_view text) {
    std::string word = lower(text);
    std::ranges::replace(word, ' ', '_');
    std::ranges::replace(word, '-', '_');
    return word;
}

const OutcomeWord* find_outcome(std::string_view text, bool letters) {
    const std::string word = as_outcome(text);
    const auto* found = std::ranges::find_if(outcome_words, [&](const OutcomeWord& each) {
        return each.word == word || (letters && !each.letter.empty() && each.letter == word);
    });
    return found == outcome_words.end() ? nullptr : found;
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

// 12s, 2m.
std::optional<std::chrono::seconds> read_length(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto count = read_number(text.substr(0, text.size() - 1));
    if (!count) return std::nullopt;
    if (text.back() == 's') return count;
    if (text.back() == 'm') return *count * 60;
    return std::nullopt;
}

// `my account (0.3)`: said with that confidence.
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

template <class List> bool is_in(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

bool is_quote(char c) { return c == '"' || c == '\''; }

// A message that ends by hanging up is one act.
Acts joined(Acts acts) {
    for (std::size_t i = 0; i + 1 < acts.size(); ++i) {
        auto* message = std::get_if<LeaveMessage>(&acts[i]);
        if (message == nullptr || !std::holds_alternative<HangUp>(acts[i + 1])) continue;
        message->hangs_up = true;
        acts.erase(acts.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    return acts;
}

Acts keys_apart(std::string_view line) {
    Acts acts;
    while (!(line = trimmed(line)).empty()) {
        const std::size_t end = std::min(line.find_first_of(blanks), line.size());
        acts.emplace_back(PressKeys{std::string{line.substr(0, end)}});
        line.remove_prefix(end);
    }
    return acts;
}

std::optional<Act> read_word(std::string_view word) {
    if (are_keys(word)) return PressKeys{std::string{word}};
    const std::string small = lower(word);
    if (small == "wait" || small == "waits") return SayNothing{};
    if (small == "h") return HangUp{};
    if (const auto length = read_length(small)) return LeaveMessage{*length};
    if (const auto* outcome = find_outcome(word, false)) return outcome->act;
    if (is_in(lookup_words, small) || is_in(code_words, small)) return EndEffect{small, {}};
    return std::nullopt;
}

// JSON at the beginning of a text: up to where its brackets are closed; 0 where they are not.
std::size_t end_of_json(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (in_string) {
            if (text[i] == '\\')
                ++i;
            else if (text[i] == '"')
                in_string = false;
        } else if (text[i] == '"') {
            in_string = true;
        } else if (text[i] == '{' || text[i] == '[') {
            ++depth;
        } else if (text[i] == '}' || text[i] == ']') {
            if (--depth == 0) return i + 1;
        }
    }
    return 0;
}

bool begins_json(std::string_view text) { return text.starts_with('{') || text.starts_with('['); }

std::optional<Typed> read_command(std::string_view line) {
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    if (word == "s" || word == "S") return SaveTest{std::string{trimmed(line.substr(1))}};
    if (line.size() != 1) return std::nullopt;
    switch (line[0]) {
    case '?':
        return ShowHelp{};
    case 'h':
    case 'H':
        return Acts{HangUp{}};
    case 't':
    case 'T':
        return ShowTwiml{};
    case 'u':
    case 'U':
        return StepBack{};
    case 'q':
    case 'Q':
        return PutDown{};
    default:
        return std::nullopt;
    }
}

std::optional<Typed> read_quoted(std::string_view line) {
    constexpr std::string_view say = "say ";
    std::string_view text;
    if (is_quote(line[0])) {
        text = line.substr(1);
        if (text.ends_with(line[0])) text.remove_suffix(1);
        // "my account" (0.3): the quote ends in front of the confidence.
        const std::size_t quote = text.rfind(line[0]);
        if (quote != text.npos && text.ends_with(')')) {
            const std::string whole =
                fmt::format("{}{}", text.substr(0, quote), text.substr(quote + 1));
            return Acts{speech_of(whole)};
        }
    } else if (lower(line.substr(0, say.size())) == say) {
        text = line.substr(say.size());
    } else {
        return std::nullopt;
    }
    if (trimmed(text).empty()) return Misread{"nothing is said: Enter alone is silence"};
    return Acts{speech_of(text)};
}

bool has_leg(const Dials& dials) {
    return std::ranges::any_of(dials.whom, [](const Dialled& each) { return !each.url.empty(); });
}

Typed read_at_dial(std::string_view line, const Phone& phone) {
    const Waiting* called = phone.called_waiting();
    if (called == nullptr) {
        if (line.empty()) return Acts{PickUp{}};
    } else if (phone.is_bridged()) {
        if (line.empty()) return Acts{EndDial{DialOutcome::completed}};
    } else if (line.empty()) {
        return Acts{SayNothing{}};
    }
    if (called != nullptr && are_keys(line)) return Acts{PressKeys{std::string{line}}};
    if (const auto* outcome = find_outcome(line, true)) return Acts{outcome->act};
    const auto script = read_script(line);
    if (const auto* acts = std::get_if<Acts>(&script)) return *acts;
    return Misread{fmt::format("\"{}\" is not how a dial ends: {}", line, what_to_type(phone))};
}

Typed read_in_line(std::string_view line, const Phone& phone) {
    if (line.empty()) return Acts{SayNothing{}};
    const auto script = read_script(line);
    if (const auto* acts = std::get_if<Acts>(&script)) return *acts;
    return Misread{fmt::format("\"{}\" is nothing to do in line: {}", line, what_to_type(phone))};
}

Typed read_at_recording(std::string_view line, const Phone& phone) {
    if (line.empty()) return Acts{SayNothing{}};
    std::string_view number = line;
    if (number.ends_with('#')) number.remove_suffix(1);
    if (number.empty()) return Acts{SayNothing{}};
    if (const auto length = read_number(number)) return Acts{LeaveMessage{*length}};
    const std::size_t blank = line.find_first_of(blanks);
    if (blank != line.npos && lower(trimmed(line.substr(blank))) == "h") {
        if (const auto length = read_number(line.substr(0, blank))) {
            return Acts{LeaveMessage{*length, true}};
        }
    }
    const auto script = read_script(line);
    if (const auto* acts = std::get_if<Acts>(&script)) return *acts;
    return Misread{fmt::format("\"{}\" is no length: {}", line, what_to_type(phone))};
}

Typed read_at_lookup(std::string_view line, const Phone& phone) {
    if (line.empty()) return Acts{EndEffect{"ok", {}}};
    std::string_view body = line;
    if (lower(line.substr(0, 2)) == "ok") body = trimmed(line.substr(2));
    if (begins_json(body)) {
        if (!read_json(std::string{body})) return Misread{fmt::format("{} is no JSON", body)};
        return Acts{EndEffect{"ok", std::string{body}}};
    }
    const std::string word = as_outcome(line);
    if (is_in(lookup_words, word)) return Acts{EndEffect{word, {}}};
    return Misread{
        fmt::format("\"{}\" is not what comes of a look-up: {}", line, what_to_type(phone))};
}

Typed read_at_effect(std::string_view line, const Undecided& asked, const Phone& phone) {
    if (std::holds_alternative<Lookup>(asked.effect)) return read_at_lookup(line, phone);
    if (line.empty()) return Acts{EndEffect{"approved", {}}};
    const std::string word = as_outcome(line);
    if (is_in(code_words, word)) return Acts{EndEffect{word, {}}};
    return Misread{
        fmt::format("\"{}\" is not what comes of a code: {}", line, what_to_type(phone))};
}

Typed read_at_question(std::string_view line, const Asks& asks) {
    if (line.empty()) return Acts{SayNothing{}};
    if (are_keys_and_blanks(line)) {
        if (asks.keys) return keys_apart(line);
        return Misread{fmt::format("this question takes speech alone: say {} speaks it", line)};
    }
    if (asks.speech) return Acts{speech_of(line)};
    const auto script = read_script(line);
    if (const auto* acts = std::get_if<Acts>(&script)) return *acts;
    return Misread{"this question takes keys alone: 0-9, * and #; ? is help"};
}

std::string keys_wanted(const Asks& asks) {
    std::string words = in_words(Waiting{asks});
    constexpr std::string_view begin = "asks for ";
    if (words.starts_with(begin)) words.erase(0, begin.size());
    return words;
}

std::string to_type_at(const Dials& dials, const Phone& phone) {
    const Waiting* called = phone.called_waiting();
    if (called != nullptr && phone.is_bridged()) {
        return "they talk: Enter ends the talk, h hangs up";
    }
    if (called != nullptr) return "the called one: a key, or Enter presses none";
    return fmt::format("{}: Enter answered, busy, no answer,{} failed, canceled",
                       in_words(Waiting{dials}), has_leg(dials) ? " declined," : "");
}

}  // namespace

std::string to_text(const Act& act) {
    return std::visit(
        Overloaded{
            [](const PressKeys& press) { return press.keys; },
            [](const SaySomething& say) {
                return say.confidence ? fmt::format("\"{}\" ({})", say.text, *say.confidence)
                                      : fmt::format("\"{}\"", say.text);
            },
            [](const SayNothing&) { return std::string{"wait"}; },
            [](const PickUp&) { return std::string{"answered"}; },
            [](const EndDial& dial) { return std::string{to_text(dial.outcome)}; },
            [](const EndQueue& queue) { return std::string{to_text(queue.outcome)}; },
            [](const LeaveMessage& message) {
                return fmt::format("{}s{}", message.length.count(), message.hangs_up ? " h" : "");
            },
            [](const EndEffect& effect) {
                return effect.outcome + (effect.body.empty() ? "" : " ") + effect.body;
            },
            [](const HangUp&) { return std::string{"h"}; },
        },
        act);
}

std::optional<config::YamlNode> read_json(const std::string& text) {
    config::Diagnostics findings;
    const auto document = config::read_yaml({"", text}, findings);
    if (document == nullptr || config::has_errors(findings)) return std::nullopt;
    return std::move(document->root);
}

Typed read_line(std::string_view line, const Phone& phone) {
    line = trimmed(line);
    if (!line.empty()) {
        if (auto command = read_command(line)) return *command;
        if (auto speech = read_quoted(line)) return *speech;
    }
    return std::visit(
        Overloaded{
            [&](const Asks& asks) { return read_at_question(line, asks); },
            [&](const Dials&) { return read_at_dial(line, phone); },
            [&](const Records&) { return read_at_recording(line, phone); },
            [&](const Undecided& asked) { return read_at_effect(line, asked, phone); },
            [&](const InLine&) { return read_in_line(line, phone); },
            [&](const Stuck& stuck) {
                return Typed{Misread{fmt::format("nothing here plays <{}>: h hangs up, u goes one "
                                                 "step back",
                                                 stuck.verb)}};
            },
            [&](const Ended&) {
                if (line.empty()) return Typed{PutDown{}};
                return Typed{Misread{"the call is over: s saves it as a test, u goes one step "
                                     "back, Enter leaves"}};
            },
        },
        phone.waiting());
}

std::variant<Acts, Misread> read_script(std::string_view script) {
    Acts acts;
    while (!(script = trimmed(script)).empty()) {
        if (is_quote(script[0])) {
            const std::size_t close = script.find(script[0], 1);
            if (close == script.npos) {
                return Misread{fmt::format("{} has no closing quote", script)};
            }
            SaySomething speech{std::string{trimmed(script.substr(1, close - 1))}, std::nullopt};
            if (speech.text.empty()) return Misread{"between the quotes nothing is said"};
            script.remove_prefix(close + 1);
            if (const std::size_t end = script.find(')');
                trimmed(script).starts_with('(') && end != script.npos) {
                const auto with = speech_of(fmt::format("x {}", script.substr(0, end + 1)));
                if (!with.confidence) {
                    return Misread{fmt::format("{} is no confidence: write it as (0.3)",
                                               trimmed(script.substr(0, end + 1)))};
                }
                speech.confidence = with.confidence;
                script.remove_prefix(end + 1);
            }
            acts.emplace_back(std::move(speech));
            continue;
        }
        const std::size_t end = std::min(script.find_first_of(blanks), script.size());
        const std::string_view word = script.substr(0, end);
        auto act = read_word(word);
        if (!act) {
            return Misread{
                fmt::format("\"{}\" is neither keys (0-9 * #) nor wait, h, a length "
                            "(12s), how a dial ends (answered, busy, no_answer, "
                            "declined, failed, canceled) or a line (bridged, left, full, timeout, "
                            "failed), or what comes of a look-up (ok, denied, not_found, slow, "
                            "failed) or a code (approved, wrong, expired, too_many, failed); "
                            "speech stands in quotes",
                            word)};
        }
        script.remove_prefix(end);
        auto* effect = std::get_if<EndEffect>(&*act);
        if (const std::string_view rest = trimmed(script);
            effect != nullptr && effect->outcome == "ok" && begins_json(rest)) {
            effect->body = rest.substr(0, end_of_json(rest));
            if (effect->body.empty() || !read_json(effect->body))
                return Misread{fmt::format("{} is no JSON", rest)};
            script = rest.substr(effect->body.size());
        }
        acts.push_back(std::move(*act));
    }
    return joined(std::move(acts));
}

std::string what_to_type(const Phone& phone) {
    return std::visit(
        Overloaded{
            [](const Asks& asks) { return keys_wanted(asks); },
            [&](const Dials& dials) { return to_type_at(dials, phone); },
            [](const Records& records) {
                return fmt::format("{}: how long, as 12s; Enter says nothing, 12s h hangs up",
                                   in_words(Waiting{records}));
            },
            [](const Undecided& asked) {
                const bool is_lookup = std::holds_alternative<Lookup>(asked.effect);
                return fmt::format("{} {}: {}", effect_name(asked.effect), in_words(asked.effect),
                                   is_lookup
                                       ? "Enter ok, ok {\"name\": \"Ada\"}, denied, not found, "
                                         "slow, failed"
                                       : "Enter approved, wrong, expired, too many, failed");
            },
            [](const InLine& line) {
                return fmt::format("{}: Enter listens{}, bridged, left, timeout{}, "
                                   "h hangs up",
                                   in_words(Waiting{line}), line.was_heard ? " on" : "",
                                   line.was_heard ? "" : ", full, failed");
            },
            [](const Stuck& stuck) {
                return fmt::format("nothing here plays <{}>: h hangs up", stuck.verb);
            },
            [&](const Ended&) { return in_words(phone.waiting()); },
        },
        phone.waiting());
}

}  // namespace flows
