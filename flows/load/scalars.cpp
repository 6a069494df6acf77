#include "config/ascii.hpp"
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"
#include "twiml/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace flows::load {
namespace {

using config::is_digit;

std::optional<long> parse_whole(std::string_view text) {
    if (text.empty() || text.size() > 9 || !std::ranges::all_of(text, is_digit)) return {};
    long value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string_view kind_of(const YamlNode& node) {
    switch (node.kind) {
    case YamlNode::Kind::null:
        return "empty";
    case YamlNode::Kind::scalar:
        return "a text";
    case YamlNode::Kind::list:
        return "a list";
    case YamlNode::Kind::map:
        return "a map";
    }
    return "something else";
}

const twiml::CatalogueAttribute* catalogued(std::string_view element, std::string_view attribute) {
    const auto* found = twiml::find_element(element);
    return found != nullptr ? twiml::find_attribute(*found, attribute) : nullptr;
}

// What was meant by `text`: a slip of one of the values, or the beginning of some ("en", of en-US).
std::string likely(const twiml::CatalogueAttribute& attribute, const std::string& text,
                   std::string_view otherwise) {
    const std::vector<std::string> values{attribute.values.begin(), attribute.values.end()};
    std::vector<std::string> longer;
    for (const std::string& value : values) {
        if (value.starts_with(text + '-')) longer.push_back(value);
    }
    if (!text.empty() && !longer.empty()) return "write " + any_of(longer);
    return hint_for(text, values, otherwise);
}

}  // namespace

void Reader::report(std::string_view code, const Span& span, std::string message,
                    std::string hint) const {
    folder.findings.push_back(finding(code, file(), span, std::move(message), std::move(hint)));
}

void Reader::note(std::string_view code, const Span& span, std::string message,
                  std::string hint) const {
    report(code, span, std::move(message), std::move(hint));
    folder.findings.back().severity = config::Severity::note;
}

Names Reader::names() const {
    return {&draft.flow.variables, &draft.flow.settings, &draft.flow.hours, &draft.flow.languages,
            draft.lacks_library};
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

std::string any_of(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

std::string hint_for(std::string_view word, const std::vector<std::string>& candidates,
                     std::string_view otherwise) {
    const std::string near = config::did_you_mean(word, candidates);
    return near.empty() ? std::string{otherwise} : meant(word, quoted(near));
}

std::string meant(std::string_view word, std::string_view near) {
    const std::string foreign = config::foreign_letter(word);
    return fmt::format("did you mean {}?{}{}", near, foreign.empty() ? "" : " ", foreign);
}

std::string braces_or(const Reader& reader, std::string_view text, std::string_view otherwise) {
    const std::string_view first = text.substr(0, text.find_first_of(" .+-*/|"));
    const bool is_dotted = text.size() > first.size() && text[first.size()] == '.';
    const bool is_named =
        reader.draft.variables.contains(first) || first == "today" || first == "now" ||
        first == "weekday" ||
        (is_dotted && (first == "call" || first == "settings" || first == "queue"));
    if (!is_named) return std::string{otherwise};
    return fmt::format("what is worked out stands in braces: \"{{{{ {} }}}}\"", text);
}

bool is_name(std::string_view text) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
           std::ranges::all_of(text, allowed);
}

const std::string* scalar(const Reader& reader, const YamlNode& node, std::string_view what) {
    if (node.is_scalar()) return &node.text;
    reader.report("SB106", node.span,
                  fmt::format("{} is {}, not a single value", what, kind_of(node)),
                  "write one value here");
    return nullptr;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto unit = std::ranges::find_if_not(text, is_digit) - text.begin();
    const auto count = parse_whole(text.substr(0, static_cast<std::size_t>(unit)));
    if (!count) return {};
    const std::string_view word = text.substr(static_cast<std::size_t>(unit));
    using std::chrono::milliseconds;
    if (word == "ms") return milliseconds{*count};
    if (word == "s") return milliseconds{*count * 1000};
    if (word == "m") return milliseconds{*count * 60'000};
    if (word == "h") return milliseconds{*count * 3'600'000};
    return {};
}

std::optional<std::chrono::milliseconds> duration(const Reader& reader, const YamlNode& node,
                                                  std::string_view what) {
    const std::string* text = scalar(reader, node, what);
    if (text == nullptr) return {};
    const auto length = parse_duration(*text);
    if (!length) {
        reader.report("SB106", node.span, fmt::format("{} is no duration: {}", what, quoted(*text)),
                      parse_whole(*text) ? fmt::format("write {}s", *text)
                                         : "write it as 500ms, 5s, 2m or 1h");
    }
    return length;
}

std::optional<seconds> whole_seconds(const Reader& reader, const YamlNode& node,
                                     std::string_view what, std::string_view element,
                                     std::string_view attribute) {
    const auto length = duration(reader, node, what);
    if (!length) return {};
    if (length->count() % 1000 != 0) {
        reader.report("SB106", node.span, fmt::format("{} is in whole seconds", what),
                      "write 1s, 2s, ...");
        return {};
    }
    const auto whole = std::chrono::duration_cast<seconds>(*length);
    if (const auto* row = catalogued(element, attribute)) {
        const std::string reason = twiml::why_not(*row, std::to_string(whole.count()));
        if (!reason.empty()) {
            reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, node.text),
                          fmt::format("in seconds it is {}", reason));
            return {};
        }
    }
    return whole;
}

std::optional<int> whole_number(const Reader& reader, const YamlNode& node, std::string_view what,
                                int at_least, int at_most) {
    const std::string* text = scalar(reader, node, what);
    if (text == nullptr) return {};
    const auto value = parse_whole(*text);
    if (value && *value >= at_least && *value <= at_most) return static_cast<int>(*value);
    reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, quoted(*text)),
                  fmt::format("write a whole number from {} to {}", at_least, at_most));
    return {};
}

std::optional<bool> yes_or_no(const Reader& reader, const YamlNode& node, std::string_view what) {
    const std::string* text = scalar(reader, node, what);
    if (text == nullptr) return {};
    if (*text == "true" || *text == "on") return true;
    if (*text == "false" || *text == "off") return false;
    reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, quoted(*text)),
                  "write true or false");
    return {};
}

std::optional<std::string> one_word_of(const Reader& reader, const YamlNode& node,
                                       std::string_view what,
                                       const std::vector<std::string>& words) {
    const std::string* text = scalar(reader, node, what);
    if (text == nullptr) return {};
    if (std::ranges::count(words, *text) != 0) return *text;
    reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, quoted(*text)),
                  hint_for(*text, words, "write " + any_of(words)));
    return {};
}

std::optional<std::string> attribute_value(const Reader& reader, const YamlNode& node,
                                           std::string_view what, std::string_view element,
                                           std::string_view attribute) {
    const std::string* text = scalar(reader, node, what);
    if (text == nullptr) return {};
    const auto* row = catalogued(element, attribute);
    const std::string reason = row != nullptr ? twiml::why_not(*row, *text) : std::string{};
    if (reason.empty()) return *text;
    reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, quoted(*text)),
                  likely(*row, *text, "it is " + reason));
    return {};
}

std::optional<std::string> voice_name(const Reader& reader, const YamlNode& node) {
    auto voice = attribute_value(reader, node, "the voice", "Say", "voice");
    if (!voice || twiml::is_known_voice(*voice)) return voice;
    if (voice->starts_with("Polly.") || voice->starts_with("Google.")) {
        // Twilio has new ones more often than this program is built.
        reader.note("SB106", node.span,
                    fmt::format("{} is none of the voices known here", quoted(*voice)),
                    "look at its letters, capitals matter; leave it if it is a new one");
        return voice;
    }
    reader.report("SB106", node.span, fmt::format("there is no voice {}", quoted(*voice)),
                  "take one of Twilio's list, such as Polly.Joanna-Neural; capitals matter");
    return {};
}

}  // namespace flows::load
