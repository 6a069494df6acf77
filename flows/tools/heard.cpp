#include "flows/tools/heard.hpp"

#include "flows/tools/tape.hpp"
#include "flows/tools/verbs.hpp"
#include "twiml/parse.hpp"
#include "twiml/render.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

// Verbs in order, whether or not the call gets to them.
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
        if (const auto heard = heard_of(verb)) {
            lines.push_back(in_words(*heard));
        } else if (name == "Gather") {
            hear(verb.content);
            lines.push_back(in_words(Waiting{asked_by(verb)}));
        } else if (name == "Dial") {
            lines.push_back(in_words(Waiting{dialled_by(verb)}));
        } else if (name == "Record") {
            lines.push_back(in_words(Waiting{recorded_by(verb)}));
        } else if (name == "Hangup") {
            lines.emplace_back("hangs up");
        } else if (name == "Reject") {
            lines.push_back("is rejected: " + attribute_of(verb, "reason", "rejected"));
        } else if (name != "Redirect") {
            lines.push_back(in_words(Waiting{Stuck{name}}));
        }
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
