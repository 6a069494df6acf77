#include "server/commands/call_view.hpp"

#include "flows/engine/hours.hpp"
#include "flows/tools/moments.hpp"
#include "twiml/form.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace server {
namespace {

using flows::Heard;
using flows::Scene;

constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view warm = "\x1b[33m";
constexpr std::string_view plain = "\x1b[0m";

// Nothing that is said may steer the terminal: control characters, C1's included, become blanks.
std::string printable(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool c1 =
            c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c1) ++i;
        result += c < 0x20 || c == 0x7F || c1 ? ' ' : text[i];
    }
    return result;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// At blanks; a word that is longer than a line stays whole.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
    std::vector<std::string> lines;
    std::string line;
    while (true) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        if (!line.empty() && columns > 0 && characters(line) + 1 + characters(word) > columns) {
            lines.push_back(std::move(line));
            line.clear();
        }
        line.append(line.empty() ? "" : " ").append(word);
        if (end == text.size()) break;
        text.remove_prefix(end + 1);
    }
    lines.push_back(std::move(line));
    return lines;
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t length = characters(text);
    return std::string{text}.append(length < width ? width - length : 0, ' ');
}

// As the flow names it: a file of its folder, or a URL.
std::string audio_name(std::string_view url) {
    constexpr std::string_view hosted = "/audio/";
    if (!url.starts_with(hosted)) return std::string{url};
    return twiml::percent_decode(url.substr(hosted.size()));
}

class TextView final : public CallView {
public:
    explicit TextView(const CallViewOptions& options) : options_{options} {
        constexpr std::size_t widest_place = 26;
        constexpr std::size_t widest_state = 20;
        measure(*options.flow);
        for (const std::string& name : options.flow->calls) {
            if (const flows::Flow* flow = options.set->find(name)) measure(*flow);
        }
        place_width_ = std::min(place_width_, widest_place);
        state_width_ = std::min(state_width_, widest_state);
        constexpr std::size_t narrowest_text = 30;
        const auto columns = static_cast<std::size_t>(options.columns);
        if (columns > 0 && margin() + narrowest_text > columns) place_width_ = state_width_ = 0;
        if (columns > 0) text_columns_ = std::max(columns - margin() - 1, narrowest_text);
    }

    std::string begins(const flows::CallBegins& begins) const override {
        return fmt::format("{} · {} · from {}{}\n\n", options_.flow->name,
                           flows::show_moment(begins.at, flows::zone_of(*options_.flow)),
                           printable(begins.caller.from), options_.helpful ? " · ? is help" : "");
    }

    std::string did(const flows::Act& act) const override {
        return fmt::format("> {}\n", printable(flows::to_text(act)));
    }

    std::string went(std::span<const Scene> scenes, const flows::PlayedCall& call) const override {
        std::string out;
        const std::string stands = lines_of(fmt::format("({})", standing(call)), dim);
        for (const Scene& scene : scenes)
            out += scene_text(scene, &scene == &scenes.back() ? stands : std::string{});
        return out + (scenes.empty() ? stands : "") + "\n";
    }

    std::string refused(std::string_view why) const override {
        return lines_of(printable(why), warm) + "\n";
    }

    std::string stepped_back(bool could) const override {
        return could ? lines_of("(back)", dim) : refused("the call begins here");
    }

    std::string twiml(std::string_view document) const override {
        return fmt::format("{}\n", document);
    }

    std::string saved(std::string_view name, std::string_view file) const override {
        return lines_of(fmt::format("(saved in {} as \"{}\")", printable(file), printable(name)),
                        dim) +
               "\n";
    }

    std::string help() const override {
        return "  keys        0-9 * # · several at once for a number: 12345678\n"
               "  words       what the caller says, where speech is asked for; always speech:\n"
               "              say h · \"help\" · with a confidence: my account (0.3)\n"
               "  Enter       silence, until the question gives up\n"
               "  a dial      Enter answered · busy · no answer · declined · failed · canceled;\n"
               "              behind answered the keys are those of the called one\n"
               "  a message   12s · Enter says nothing · 12s h hangs up behind it\n"
               "  a look-up   Enter ok, with values made up · ok {\"name\": \"Ada\"} · denied ·\n"
               "              not found · slow · failed\n"
               "  a code      Enter approved · wrong · expired · too many · failed\n"
               "  h           hang up\n"
               "  t           the TwiML of this step\n"
               "  u           one step back\n"
               "  s [NAME]    save the call as a test beside the flow\n"
               "  q           leave\n\n";
    }

private:
    static std::size_t digits_of(int line) { return std::to_string(line).size(); }

    std::string label_of(std::string_view flow, std::string_view state) const {
        return flow == options_.flow->name ? std::string{state} : fmt::format("{}/{}", flow, state);
    }

    void measure(const flows::Flow& flow) {
        for (const flows::State& state : flow.states) {
            for (const flows::Step& step : state.steps) {
                place_width_ = std::max(place_width_, characters(step.file) + 1 +
                                                          digits_of(step.span.begin.line));
            }
            state_width_ = std::max(state_width_, characters(label_of(flow.name, state.name)));
        }
    }

    std::size_t margin() const {
        return place_width_ == 0 ? 4 : place_width_ + 2 + state_width_ + 2;
    }

    std::string coloured(std::string_view text, std::string_view colour) const {
        if (!options_.colour || colour.empty() || text.empty()) return std::string{text};
        return fmt::format("{}{}{}", colour, text, plain);
    }

    // In the column of words.
    std::string lines_of(std::string_view text, std::string_view colour) const {
        std::string out;
        for (const std::string& line : wrapped(text, text_columns_))
            out += std::string(margin(), ' ') + coloured(line, colour) + "\n";
        return out;
    }

    std::string tag_of(const Heard& heard) const {
        const flows::Language& usual = options_.flow->languages.front();
        std::string tag = heard.language == usual.tag ? std::string{} : heard.language;
        const int known = options_.flow->find_language(heard.language);
        const std::string& voice =
            known < 0 ? std::string{}
                      : options_.flow->languages[static_cast<std::size_t>(known)].voice;
        if (heard.voice != voice) tag += (tag.empty() ? "" : " ") + heard.voice;
        return tag.empty() ? tag : fmt::format("[{}] ", tag);
    }

    std::string words_of(const Heard& heard) const {
        const std::string_view called = heard.called ? "the called one: " : "";
        if (heard.kind == Heard::Kind::words) {
            return printable(fmt::format("{}{}\"{}\"", called, tag_of(heard), heard.text));
        }
        if (heard.kind == Heard::Kind::audio) {
            return printable(fmt::format("{}(plays {})", called, audio_name(heard.text)));
        }
        return printable(fmt::format("{}({})", called, flows::in_words(heard)));
    }

    std::string standing(const flows::PlayedCall& call) const {
        const flows::Phone& phone = call.phone();
        if (!phone.is_over()) return printable(flows::what_to_type(phone));
        std::string end = flows::in_words(phone.waiting());
        if (const std::string result = phone.result(); !result.empty())
            end += fmt::format(" · result: {}", result);
        return printable(end);
    }

    // `behind`: lines that follow its own.
    std::string scene_text(const Scene& scene, const std::string& behind) const {
        std::string words;
        for (const Heard& heard : scene.heard) {
            const bool said = heard.kind == Heard::Kind::words;
            words += lines_of(words_of(heard), said ? std::string_view{} : dim);
        }
        for (const auto& [name, value] : scene.notes)
            words += lines_of(printable(fmt::format("({}: {})", name, value)), dim);
        for (const auto& [name, what] : scene.effects)
            words += lines_of(printable(fmt::format("({} {})", name, what)), dim);
        words += behind;
        if (scene.state.empty()) return words;
        const std::string place = fmt::format("{}:{}", scene.file, scene.line);
        const std::string label = label_of(scene.flow, scene.state);
        std::string head = padded(place, place_width_) + "  " + padded(label, state_width_) + "  ";
        // The first words stand beside it, where there is room.
        if (characters(head) == margin() && !words.empty()) {
            return coloured(head, dim) + words.substr(margin());
        }
        head.erase(head.find_last_not_of(' ') + 1);
        return coloured(head, dim) + "\n" + words;
    }

    CallViewOptions options_;
    std::size_t place_width_ = 0;
    std::size_t state_width_ = 0;
    std::size_t text_columns_ = 0;
};

}  // namespace

std::unique_ptr<const CallView> text_view(const CallViewOptions& options) {
    return std::make_unique<TextView>(options);
}

}  // namespace server
