#include "flows/tools/saved_test.hpp"

#include "config/yaml_reader.hpp"
#include "flows/engine/hours.hpp"
#include "flows/model/overloaded.hpp"
#include "flows/tools/moments.hpp"
#include "twiml/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace flows {
namespace {

using config::YamlNode;

// ── YAML ──

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

// Plain where nothing in it could mean something to YAML; inside braces a comma would, too.
enum class Where : std::uint8_t { line, braces };
std::string scalar(std::string_view text, Where where = Where::line) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    const std::string_view marks = where == Where::line ? " ._'-,?!()*" : " ._'-";
    const bool plain =
        !text.empty() && letter(text[0]) && text.back() != ' ' && text != "null" &&
        std::ranges::all_of(text, [&](char c) { return letter(c) || marks.find(c) != marks.npos; });
    return plain ? std::string{text} : quoted(text);
}

std::string keys(std::string_view text) {
    return text.find_first_of("*#") == text.npos && text.size() == 1 ? std::string{text}
                                                                     : quoted(text);
}

// ── what was heard ──

constexpr std::size_t most_bytes_of_words = 60;

// Its first sentence, or as much as tells it from others.
std::string beginning_of(std::string_view words) {
    constexpr std::size_t least = 12;
    for (std::size_t i = 0; i + 1 < words.size() && i < most_bytes_of_words; ++i) {
        const bool ends = words[i] == '.' || words[i] == '!' || words[i] == '?';
        if (ends && words[i + 1] == ' ' && i + 1 >= least) {
            return std::string{words.substr(0, i + 1)};
        }
    }
    if (words.size() <= most_bytes_of_words) return std::string{words};
    const std::size_t blank = words.rfind(' ', most_bytes_of_words);
    if (blank != words.npos && blank >= least) return std::string{words.substr(0, blank)};
    std::size_t end = most_bytes_of_words;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80)
        --end;
    return std::string{words.substr(0, end)};
}

std::string file_of(std::string_view url) {
    const std::string path = twiml::percent_decode(url.substr(0, url.find_first_of("?#")));
    return path.substr(path.rfind('/') + 1);
}

std::optional<std::string> hears(const Heard& heard, const Flow& flow) {
    if (heard.called) return std::nullopt;
    if (heard.kind == Heard::Kind::audio) {
        const std::string file = file_of(heard.text);
        if (file.empty()) return std::nullopt;
        return fmt::format("hears: {}", scalar(file));
    }
    if (heard.kind != Heard::Kind::words || heard.text.empty()) return std::nullopt;
    const std::string words = beginning_of(heard.text);
    if (heard.language.empty() || heard.language == flow.languages.front().tag) {
        return fmt::format("hears: {}", scalar(words));
    }
    return fmt::format("hears: {{language: {}, text: {}}}", scalar(heard.language, Where::braces),
                       scalar(words, Where::braces));
}

std::string dials(const Dials& dials) {
    std::string list;
    for (const Dialled& each : dials.whom)
        list += (list.empty() ? "" : ", ") + quoted(each.address);
    return dials.whom.size() == 1 ? fmt::format("dials: {}", list)
                                  : fmt::format("dials: [{}]", list);
}

// A value of JSON as flow-style YAML.
std::string in_braces(const YamlNode& node) {
    std::string list;
    for (const YamlNode& item : node.items)
        list += (list.empty() ? "" : ", ") + in_braces(item);
    for (const auto& entry : node.entries) {
        list += fmt::format("{}{}: {}", list.empty() ? "" : ", ",
                            scalar(entry.key.text, Where::braces), in_braces(entry.value));
    }
    if (node.is_map()) return '{' + list + '}';
    if (node.is_list()) return '[' + list + ']';
    const bool is_nothing = node.is_null() || (!node.is_quoted() && node.text == "null");
    if (is_nothing) return "null";
    return node.is_quoted() ? quoted(node.text) : scalar(node.text, Where::braces);
}

// As `http` of a test has it. One that nobody was asked for ended as failed.
std::string answer_of(const PerformedEffect& lookup) {
    if (!lookup.answer || lookup.answer->fails) return "{fails: true}";
    const HttpAnswer& answer = *lookup.answer;
    if (const auto takes = answer.takes.count(); takes > 0)
        return takes % 1000 == 0 ? fmt::format("{{takes: {}s}}", takes / 1000)
                                 : fmt::format("{{takes: {}ms}}", takes);
    if (answer.status != 200) return fmt::format("{{status: {}}}", answer.status);
    if (answer.body.is_null()) return "{status: 200}";
    return fmt::format("{{body: {}}}", in_braces(answer.body));
}

// `http` and `verify` of a test, as lines.
std::string scripted(std::span<const PerformedEffect> effects) {
    std::vector<std::pair<std::string, std::vector<std::string>>> asked;
    std::string codes;
    bool checks = false;
    for (const PerformedEffect& each : effects) {
        if (const auto* lookup = std::get_if<Lookup>(&each.effect)) {
            const std::string key = key_of(*lookup);
            auto known = std::ranges::find(asked, key, [](const auto& pair) { return pair.first; });
            if (known == asked.end()) known = asked.insert(asked.end(), {key, {}});
            known->second.push_back(answer_of(each));
        }
        const bool is_check = std::holds_alternative<CheckVerification>(each.effect);
        if (!is_check && !std::holds_alternative<StartVerification>(each.effect)) continue;
        checks = checks || is_check;
        codes += (codes.empty() ? "" : ", ") + each.result.outcome;
    }
    std::string lines = asked.empty() ? "" : "  http:\n";
    for (const auto& [key, answers] : asked) {
        const bool one = answers.size() == 1;
        lines += fmt::format("    {}: {}{}{}\n", quoted(key), one ? "" : "[",
                             fmt::join(answers, ", "), one ? "" : "]");
    }
    if (checks) lines += fmt::format("  verify: [{}]\n", codes);
    return lines;
}

std::optional<std::string> texts(const PerformedEffect& effect) {
    const auto* message = std::get_if<TextMessage>(&effect.effect);
    if (message == nullptr) return std::nullopt;
    if (message->text.empty()) return fmt::format("texts: {}", quoted(message->to));
    return fmt::format("texts: {{to: {}, text: {}}}", quoted(message->to),
                       scalar(beginning_of(message->text), Where::braces));
}

class Writer {
public:
    explicit Writer(const CallToSave& call) : call_{call}, played_{call.begins, call.transport} {}

    std::variant<SavedTest, Misread> write() {
        observe();
        for (const Act& act : call_.done) {
            before(act);
            if (auto why_not = played_.act(act)) {
                return Misread{fmt::format("with the settings of the tests the call goes another "
                                           "way: at {} {}",
                                           to_text(act), *why_not)};
            }
            note(act);
            observe();
        }
        end();
        SavedTest saved{call_.name.empty() ? named() : call_.name, {}};
        saved.yaml = fmt::format("- name: {}\n  at: {}\n", scalar(saved.name),
                                 write_moment(call_.begins.at, zone_of(*call_.flow)));
        if (call_.begins.caller.from != Caller{}.from) {
            saved.yaml += fmt::format("  from: {}\n", quoted(call_.begins.caller.from));
        }
        saved.yaml += scripted(phone().effects().performed());
        saved.yaml += steps_.empty() ? "  steps: []\n" : "  steps:\n";
        for (const std::string& step : steps_)
            saved.yaml += fmt::format("    - {}\n", step);
        if (const std::string result = phone().result(); !result.empty()) {
            saved.yaml += fmt::format("  result: {}\n", result);
        }
        return saved;
    }

private:
    const Phone& phone() const { return played_.phone(); }

    // What came since the last input, and whom the call dials.
    void observe() {
        const auto& heard = phone().heard();
        for (; heard_ < heard.size(); ++heard_) {
            if (auto step = hears(heard[heard_], *call_.flow)) steps_.push_back(std::move(*step));
        }
        const auto& effects = phone().effects().performed();
        for (; effects_ < effects.size(); ++effects_) {
            if (auto step = texts(effects[effects_])) steps_.push_back(std::move(*step));
        }
        const auto* dial = std::get_if<Dials>(&phone().waiting());
        if (dial != nullptr && phone().called_waiting() == nullptr) steps_.push_back(dials(*dial));
        const auto* line = std::get_if<InLine>(&phone().waiting());
        if (line != nullptr && !line->was_heard) {
            steps_.push_back(fmt::format("queued: {}", scalar(line->queue)));
        }
    }

    // Tests let a called one answer by a key: without it, hanging up would cancel the dial.
    void before(const Act& act) {
        const bool talked = std::holds_alternative<HangUp>(act) && phone().is_bridged();
        if (talked && !called_pressed_) steps_.emplace_back("answers_whisper: 1");
        called_pressed_ = called_pressed_ && phone().called_waiting() != nullptr;
        callee_asked_ = phone().called_waiting() != nullptr;
    }

    void note(const Act& act) {
        std::visit(Overloaded{
                       [&](const PressKeys& press) {
                           if (callee_asked_) {
                               called_pressed_ = true;
                               return add(fmt::format("answers_whisper: {}", keys(press.keys)));
                           }
                           const bool one = press.keys.size() == 1;
                           add(fmt::format("{}: {}", one ? "presses" : "enters", keys(press.keys)));
                       },
                       [&](const SaySomething& say) {
                           add(say.confidence
                                   ? fmt::format("says: {{text: {}, confidence: {}}}",
                                                 scalar(say.text, Where::braces), *say.confidence)
                                   : fmt::format("says: {}", scalar(say.text)));
                       },
                       [&](const SayNothing&) { add("waits"); },
                       [&](const PickUp&) {},
                       [&](const EndDial& dial) {
                           add(fmt::format("dial_ends: {}", to_text(dial.outcome)));
                       },
                       [&](const EndQueue& queue) {
                           add(fmt::format("queue_ends: {}", to_text(queue.outcome)));
                       },
                       [&](const LeaveMessage& message) {
                           add(fmt::format("records: {}s", message.length.count()));
                           if (message.hangs_up) add("hangs_up");
                       },
                       [&](const EndEffect&) {},  // it stands in `http` or `verify`
                       [&](const HangUp&) { add("hangs_up"); },
                   },
                   act);
    }

    void add(std::string step) {
        did_.push_back(step);
        steps_.push_back(std::move(step));
    }

    void end() {
        const auto* ended = std::get_if<Ended>(&phone().waiting());
        if (ended == nullptr) {
            const auto [flow, state] = phone().stands_in();
            if (state.empty()) return;
            const bool own = flow.empty() || flow == call_.flow->name;
            steps_.push_back(own ? fmt::format("ends_in: {}", state)
                                 : fmt::format("ends_in: {}/{}", flow, state));
        } else if (ended->how == Ended::How::hung_up || ended->how == Ended::How::ran_out ||
                   ended->how == Ended::How::rejected) {
            steps_.emplace_back("ends");
        }
    }

    // "presses 2, waits, hangs up".
    std::string named() const {
        constexpr std::size_t most = 70;
        std::string name;
        for (const std::string& step : did_) {
            std::string words = step;
            std::erase_if(words,
                          [](char c) { return c == ':' || c == '"' || c == '{' || c == '}'; });
            std::ranges::replace(words, '_', ' ');
            if (name.size() + words.size() > most) {
                name += " and on";
                break;
            }
            name += (name.empty() ? "" : ", ") + words;
        }
        return name.empty() ? "only listens" : name;
    }

    const CallToSave& call_;
    PlayedCall played_;
    std::size_t heard_ = 0;
    std::size_t effects_ = 0;
    bool callee_asked_ = false;    // a key is the called one's
    bool called_pressed_ = false;  // in this dial
    std::vector<std::string> steps_{}, did_{};
};

// ── the file ──

std::string indented(std::string_view text, std::size_t by) {
    std::string result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        result += std::string(by, ' ').append(text.substr(0, end));
        text.remove_prefix(end);
    }
    return result;
}

// Behind the line end of `line` (from 1), or of the text.
std::size_t behind_line(std::string_view text, int line) {
    std::size_t at = 0;
    for (int i = 0; i < line && at < text.size(); ++i) {
        const std::size_t end = text.find('\n', at);
        at = end == text.npos ? text.size() : end + 1;
    }
    return at;
}

std::set<std::string> names_in(const YamlNode& tests) {
    std::set<std::string> names;
    for (const YamlNode& test : tests.items) {
        if (!test.is_map()) continue;
        const YamlNode* name = test.find("name");
        if (name != nullptr) names.insert(name->text);
    }
    return names;
}

// The name in its first line is another one.
void rename(SavedTest& test, std::string name) {
    const std::size_t end = test.yaml.find('\n');
    test.yaml.replace(0, end, fmt::format("- name: {}", scalar(name)));
    test.name = std::move(name);
}

}  // namespace

std::variant<SavedTest, Misread> write_test(const CallToSave& call) { return Writer{call}.write(); }

std::optional<TestFileHead> read_test_file_head(const config::Source& source) {
    config::Diagnostics findings;
    const auto document = config::read_yaml(source, findings);
    if (document == nullptr || !document->root.is_map()) return std::nullopt;
    TestFileHead head;
    if (const YamlNode* flow = document->root.find("flow")) head.flow = flow->text;
    const YamlNode* settings = document->root.find("settings");
    if (settings == nullptr || !settings->is_map()) return head;
    for (const auto& entry : settings->entries)
        head.settings[entry.key.text] = entry.value.text;
    return head;
}

std::string new_test_file(const Flow& flow, const WrittenValues& settings, const SavedTest& test) {
    std::string text = fmt::format("flow: {}\n", flow.name);
    if (!settings.empty()) text += "settings:\n";
    for (const auto& [name, value] : settings)
        text += fmt::format("  {}: {}\n", name, quoted(value));
    return text + "tests:\n" + indented(test.yaml, 2);
}

std::variant<TestFileText, Misread> with_test(const config::Source& source, SavedTest test) {
    config::Diagnostics findings;
    const auto document = config::read_yaml(source, findings);
    if (document == nullptr || config::has_errors(findings) || !document->root.is_map()) {
        return Misread{fmt::format("{} is not sound YAML: mend it first", source.name)};
    }
    std::string text = source.text;
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    const YamlNode::Entry* tests = document->root.find_entry("tests");
    if (tests == nullptr) {
        text += "tests:\n" + indented(test.yaml, 2);
        return TestFileText{std::move(test.name), std::move(text)};
    }
    const YamlNode& list = tests->value;
    const int key_line = tests->key.span.begin.line;
    if (list.is_null()) {
        text.insert(behind_line(text, key_line), indented(test.yaml, 2));
        return TestFileText{std::move(test.name), std::move(text)};
    }
    if (!list.is_list() || list.span.begin.line == key_line) {
        return Misread{fmt::format("the tests of {} stand in brackets: write them as a list of -, "
                                   "one below the other",
                                   source.name)};
    }
    const auto names = names_in(list);
    if (names.contains(test.name)) {
        int number = 2;
        while (names.contains(fmt::format("{} {}", test.name, number)))
            ++number;
        rename(test, fmt::format("{} {}", test.name, number));
    }
    int last = list.span.end.line;
    if (list.span.end.column == 1) --last;  // it ends where the next line begins
    const auto by = static_cast<std::size_t>(list.span.begin.column - 1);
    text.insert(behind_line(text, last), "\n" + indented(test.yaml, by));
    return TestFileText{std::move(test.name), std::move(text)};
}

}  // namespace flows
