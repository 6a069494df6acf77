#include "flows/tools/keypad.hpp"

#include "flows/model/overloaded.hpp"
#include "flows/tools/call_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

bool are_keys_and_blanks(std::string_view text) {
    return text.find_first_not_of(" \t0123456789*#") == text.npos;
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
    if (const Act* outcome = find_outcome(line, true)) return Acts{*outcome};
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
