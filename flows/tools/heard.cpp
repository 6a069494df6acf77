#include "flows/tools/heard.hpp"

#include "flows/tools/tape.hpp"
#include "twiml/parse.hpp"
#include "twiml/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

std::string text_in(const twiml::Element& element) {
    std::string text;
    for (const twiml::Node& node : element.content) {
        if (const auto* part = std::get_if<std::string>(&node)) text += *part;
        if (const auto* inner = std::get_if<twiml::Element>(&node)) text += text_in(*inner);
    }
    return text;
}

std::string_view attribute(const twiml::Element& element, std::string_view name,
                           std::string_view otherwise = {}) {
    const std::string* value = element.find(name);
    return value != nullptr ? std::string_view{*value} : otherwise;
}

std::string asks_for(const twiml::Element& gather) {
    const std::string_view input = attribute(gather, "input", "dtmf");
    std::string what;
    if (input.find("dtmf") != input.npos) {
        const std::string_view digits = attribute(gather, "numDigits");
        const std::string_view finish = attribute(gather, "finishOnKey", "#");
        if (digits.empty()) {
            what = "keys";
        } else {
            what = fmt::format("{} key{}", digits, digits == "1" ? "" : "s");
        }
        if (!finish.empty()) what += fmt::format(", {} ends", finish);
    }
    if (input.find("speech") != input.npos) what += what.empty() ? "speech" : " or speech";
    return "asks for " + what;
}

class Listener {
public:
    std::vector<std::string> lines{};

    void hear(const std::vector<twiml::Node>& nodes) {
        for (const twiml::Node& node : nodes) {
            if (const auto* element = std::get_if<twiml::Element>(&node)) hear(*element);
        }
    }

private:
    void hear(const twiml::Element& verb) {
        const std::string& name = verb.name;
        if (name == "Say") {
            const std::string_view language = attribute(verb, "language");
            lines.push_back(
                fmt::format("{}{}\"{}\"", language, language.empty() ? "" : " ", text_in(verb)));
        } else if (name == "Play") {
            const std::string_view digits = attribute(verb, "digits");
            lines.push_back(digits.empty() ? "plays " + text_in(verb)
                                           : fmt::format("sends the keys {}", digits));
        } else if (name == "Pause") {
            lines.push_back(fmt::format("silence of {} s", attribute(verb, "length", "1")));
        } else if (name == "Gather") {
            hear(verb.content);
            lines.push_back(asks_for(verb));
        } else if (name == "Dial") {
            dials(verb);
        } else if (name == "Record") {
            lines.push_back(
                fmt::format("records up to {} s", attribute(verb, "maxLength", "3600")));
        } else if (name == "Hangup") {
            lines.emplace_back("hangs up");
        } else if (name == "Reject") {
            lines.push_back(fmt::format("is rejected: {}", attribute(verb, "reason", "rejected")));
        } else if (name != "Redirect") {
            lines.push_back(fmt::format("<{}>", name));
        }
    }

    void dials(const twiml::Element& dial) {
        std::string whom;
        for (const twiml::Node& node : dial.content) {
            std::string one;
            if (const auto* noun = std::get_if<twiml::Element>(&node)) one = text_in(*noun);
            if (const auto* number = std::get_if<std::string>(&node)) one = *number;
            if (!one.empty()) whom += (whom.empty() ? "" : ", ") + one;
        }
        lines.push_back("dials " + whom);
    }
};

// "https://host/voice/..." -> "/voice/...": where a server stands is not what it says.
std::string without_hosts(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t scheme = text.find("://");
        if (scheme == text.npos) break;
        std::size_t begin = scheme;
        while (begin > 0 && text[begin - 1] >= 'a' && text[begin - 1] <= 'z')
            --begin;
        const std::size_t path = text.find_first_of("/\"'<> ", scheme + 3);
        const std::string_view rest = path == text.npos ? std::string_view{} : text.substr(path);
        const bool ours = rest.starts_with("/voice/") || rest.starts_with("/audio/");
        const std::size_t end = path == text.npos ? text.size() : path;
        result += text.substr(0, ours ? begin : end);
        text.remove_prefix(end);
    }
    result += text;
    return result;
}

// Behind "s=..." a fragment is the server's connection overrides, not the flow's doing.
std::string without_overrides(std::string_view text) {
    constexpr std::string_view token = "s=\u2026";
    std::string result;
    while (!text.empty()) {
        const std::size_t at = text.find(token);
        if (at == text.npos) break;
        std::size_t end = at + token.size();
        result += text.substr(0, end);
        while (end < text.size() && text[end] != '#' && text[end] != '"' && text[end] != '<') {
            result += text[end++];
        }
        if (end < text.size() && text[end] == '#') {
            end = std::min(text.find_first_of("\"<", end), text.size());
        }
        text.remove_prefix(end);
    }
    result += text;
    return result;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace

std::vector<std::string> what_is_heard(const twiml::Document& document) {
    Listener listener;
    listener.hear(document.verbs);
    return std::move(listener.lines);
}

std::string comparable(std::string_view body) {
    std::string text = without_overrides(without_hosts(without_tokens(body)));
    const auto parsed = twiml::parse(text);
    return parsed ? twiml::render_pretty(parsed->document) : text;
}

std::vector<std::string> difference(std::string_view before, std::string_view now) {
    const auto old_lines = lines_of(before);
    const auto new_lines = lines_of(now);
    const std::size_t rows = old_lines.size();
    const std::size_t columns = new_lines.size();
    constexpr std::size_t most_cells = 4'000'000;
    std::vector<std::string> result;
    if (rows * columns > most_cells) {
        result.emplace_back("the bodies differ, and are too long to compare line by line");
        return result;
    }
    // Lengths of the longest common sequences behind each pair of lines.
    std::vector<std::vector<unsigned>> common(rows + 1, std::vector<unsigned>(columns + 1));
    for (std::size_t i = rows; i-- > 0;) {
        for (std::size_t j = columns; j-- > 0;) {
            common[i][j] = old_lines[i] == new_lines[j]
                               ? common[i + 1][j + 1] + 1
                               : std::max(common[i + 1][j], common[i][j + 1]);
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    bool differs = false;
    while (i < rows || j < columns) {
        if (i < rows && j < columns && old_lines[i] == new_lines[j]) {
            result.push_back(fmt::format("  {}", old_lines[i]));
            ++i;
            ++j;
            continue;
        }
        differs = true;
        if (j == columns || (i < rows && common[i + 1][j] >= common[i][j + 1])) {
            result.push_back(fmt::format("- {}", old_lines[i++]));
        } else {
            result.push_back(fmt::format("+ {}", new_lines[j++]));
        }
    }
    if (!differs) result.clear();
    return result;
}

}  // namespace flows
