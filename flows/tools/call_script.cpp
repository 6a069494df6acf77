#include "flows/tools/call_script.hpp"

#include "flows/model/overloaded.hpp"
#include "flows/tools/call_words.hpp"

#include <fmt/format.h>

namespace flows {
namespace {

// 12s, 2m.
std::optional<std::chrono::seconds> read_length(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto count = read_number(text.substr(0, text.size() - 1));
    if (!count) return std::nullopt;
    if (text.back() == 's') return count;
    if (text.back() == 'm') return *count * 60;
    return std::nullopt;
}

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

std::optional<Act> read_word(std::string_view word) {
    if (are_keys(word)) return PressKeys{std::string{word}};
    const std::string small = lower(word);
    if (small == "wait" || small == "waits") return SayNothing{};
    if (small == "h") return HangUp{};
    if (const auto length = read_length(small)) return LeaveMessage{*length};
    if (const Act* outcome = find_outcome(word, false)) return *outcome;
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

}  // namespace flows
