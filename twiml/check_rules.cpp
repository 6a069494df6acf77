#include "twiml/check_rules.hpp"

#include "twiml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace twiml {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view value_of(const Checked& checked, std::string_view name) {
    const std::string* const value = checked.element.find(name);
    return value ? std::string_view{*value} : std::string_view{};
}

bool has(const Checked& checked, std::string_view name) {
    return std::ranges::any_of(checked.element.attributes,
                               [name](const Attribute& a) { return a.name == name; });
}

std::vector<const Element*> children_of(const Element& element) {
    std::vector<const Element*> children;
    for (const Node& node : element.content)
        if (const auto* child = std::get_if<Element>(&node)) children.push_back(child);
    return children;
}

std::size_t form_encoded_size(std::string_view text) {
    std::size_t size = 0;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == ' ' || c == '-' || c == '_' || c == '.' ||
                           c == '*';
        size += plain ? 1 : 3;
    }
    return size;
}

// The text as SSML writes it, tags included: how Google counts.
std::size_t size_with_tags(const Element& element) {
    std::size_t size = 0;
    for (const Node& node : element.content) {
        if (const auto* text = std::get_if<std::string>(&node)) {
            size += count_characters(*text);
        } else if (const auto* child = std::get_if<Element>(&node)) {
            size += 2 * child->name.size() + 5 + size_with_tags(*child);
            for (const Attribute& attribute : child->attributes)
                if (const auto* value = std::get_if<std::string>(&attribute.value))
                    size += attribute.name.size() + 4 + count_characters(*value);
        }
    }
    return size;
}

bool is_basic(std::string_view voice) {
    return voice == "man" || voice == "woman" || voice == "alice";
}

// Limits: 4096 characters for basic voices (13521; 4000 in the docs), 3000 without tags for Polly,
// 5000 with tags for Google. Without a voice the account's is spoken: the widest limit counts.
void check_say_length(const Checked& checked, Findings& findings) {
    constexpr std::size_t basic = 4096, basic_documented = 4000, encoded = 4500;
    constexpr std::size_t polly = 3000, google = 5000;
    const std::string_view voice = value_of(checked, "voice");
    const std::string text = whole_text(checked.element);
    std::size_t size = count_characters(text), most = google;
    if (is_basic(voice)) most = basic;
    if (voice.starts_with("Polly.")) most = polly;
    if (voice.starts_with("Google.")) size = size_with_tags(checked.element);
    const std::string hint = "say it in several <Say>";
    if (size > most)
        return findings.error(13521, place_of_text(checked),
                              fmt::format("<Say> holds {} characters, more than {}", size, most),
                              hint);
    if (is_basic(voice) && size > basic_documented)
        findings.warning(13521, place_of_text(checked),
                         fmt::format("<Say> holds {} characters; basic voices are documented to "
                                     "take {}",
                                     size, basic_documented),
                         hint);
    else if (voice.empty() && size > polly)
        findings.warning(
            13521, place_of_text(checked),
            fmt::format("<Say> holds {} characters; Polly's voices take {}", size, polly), hint);
    else if (const std::size_t sent = form_encoded_size(text); sent > encoded)
        findings.warning(13521, place_of_text(checked),
                         fmt::format("the text of <Say> has {} characters when URL-encoded, more "
                                     "than {}",
                                     sent, encoded),
                         hint);
}

void check_voice(const Checked& checked, Findings& findings) {
    const std::string* const voice = checked.element.find("voice");
    if (!voice) return;
    const std::size_t at = place_of_attribute(checked, "voice");
    const int code = checked.parent.id == "Gather" ? 13321 : 13511;
    if (!is_known_voice(*voice))
        return findings.error(code, at, fmt::format(R"(there is no voice "{}")", *voice),
                              "take one of Twilio's list: Polly.Joanna-Neural, Google.en-US-...; "
                              "capitals matter");
    const std::string* const language = checked.element.find("language");
    if (language && is_say_language(*language) && !voice_speaks(*voice, *language))
        findings.warning(code, at, fmt::format("{} does not speak {}", *voice, *language),
                         "take a voice of that language, or leave language out");
    if (is_basic(*voice) && !children_of(checked.element).empty())
        findings.error(12200, at, fmt::format("the voice {} takes no SSML", *voice),
                       "take a Polly or Google voice, or plain text");
}

}  // namespace

void Findings::error(int code, std::size_t offset, std::string message, std::string hint) {
    list_.push_back({.code = code,
                     .is_error = true,
                     .message = std::move(message),
                     .hint = std::move(hint),
                     .offset = offset});
}

void Findings::warning(int code, std::size_t offset, std::string message, std::string hint) {
    error(code, offset, std::move(message), std::move(hint));
    list_.back().is_error = false;
}

std::vector<Finding> Findings::take() {
    std::ranges::stable_sort(list_, {}, &Finding::offset);
    return std::move(list_);
}

std::size_t place_of(const Checked& checked) { return checked.place ? checked.place->element : 0; }

std::size_t place_of_text(const Checked& checked) {
    return checked.place ? checked.place->text : 0;
}

std::size_t place_of_attribute(const Checked& checked, std::string_view name) {
    if (!checked.place) return 0;
    const auto& list = checked.element.attributes;
    const auto found = std::ranges::find(list, name, &Attribute::name);
    if (found == list.end()) return checked.place->element;
    return checked.place->attributes[static_cast<std::size_t>(found - list.begin())].value;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(blanks) == std::string_view::npos;
}

std::string trimmed(std::string_view text) {
    if (is_blank(text)) return {};
    const std::size_t first = text.find_first_not_of(blanks);
    return std::string{text.substr(first, text.find_last_not_of(blanks) - first + 1)};
}

std::string own_text(const Element& element) {
    std::string text;
    for (const Node& node : element.content) {
        if (const auto* own = std::get_if<std::string>(&node)) text += *own;
        if (std::holds_alternative<UrlHole>(node)) text += "{}";
    }
    return text;
}

std::string whole_text(const Element& element) {
    std::string text;
    for (const Node& node : element.content) {
        if (const auto* own = std::get_if<std::string>(&node)) text += *own;
        if (const auto* child = std::get_if<Element>(&node)) text += whole_text(*child);
    }
    return text;
}

void check_say(const Checked& checked, Findings& findings) {
    check_voice(checked, findings);
    check_say_length(checked, findings);
    if (!is_blank(whole_text(checked.element))) return;
    if (children_of(checked.element).empty())
        findings.error(13520, place_of(checked), "<Say> holds no text",
                       "write what is to be said, or use <Pause/>");
    else
        findings.warning(13520, place_of(checked), "<Say> holds elements, but no words",
                         "write what is to be said, or use <Pause/>");
}

void check_play(const Checked& checked, Findings& findings) {
    if (checked.parent.id == "Gather" && has(checked, "digits"))
        findings.error(13430, place_of_attribute(checked, "digits"),
                       "<Play digits> may not stand in <Gather>", "play the keys before it");
    const std::string text = trimmed(own_text(checked.element));
    if (text.empty() && !has(checked, "digits"))
        findings.error(12200, place_of(checked), "<Play> names nothing to play",
                       "write a URL between <Play> and </Play>, or give digits");
    if (text.find_first_of(blanks) != std::string::npos)
        findings.error(11100, place_of_text(checked), "the URL of <Play> holds blanks",
                       "write a blank in a URL as %20");
}

void check_gather(const Checked& checked, Findings& findings) {
    constexpr std::size_t most_hints = 500, longest_hint = 100;
    if (value_of(checked, "speechTimeout") == "auto" && has(checked, "speechModel"))
        findings.warning(13335, place_of_attribute(checked, "speechTimeout"),
                         R"(speechTimeout="auto" may not work with a chosen speechModel)",
                         "give seconds, or leave speechModel out");
    std::string_view hints = value_of(checked, "hints");
    std::size_t count = hints.empty() ? 0 : 1;
    bool too_long = false;
    while (!hints.empty()) {
        const std::string_view hint = hints.substr(0, hints.find(','));
        too_long |= count_characters(trimmed(hint)) > longest_hint;
        if (hint.size() == hints.size()) break;
        hints.remove_prefix(hint.size() + 1);
        ++count;
    }
    if (count > most_hints || too_long)
        findings.error(13330, place_of_attribute(checked, "hints"),
                       count > most_hints
                           ? fmt::format("{} hints, more than {}", count, most_hints)
                           : fmt::format("a hint has more than {} characters", longest_hint),
                       "keep the words that callers say most");
}

void check_record(const Checked& checked, Findings& findings) {
    constexpr int longest_transcribed = 120;
    const CatalogueAttribute& row = *find_attribute(checked.row, "maxLength");
    const std::string_view length = value_of(checked, "maxLength");
    if (value_of(checked, "transcribe") != "true" || !why_not(row, length).empty()) return;
    if (std::stoi(std::string{length}) > longest_transcribed)
        findings.error(
            13615, place_of_attribute(checked, "maxLength"),
            fmt::format("only recordings up to {} s are transcribed", longest_transcribed),
            fmt::format("set maxLength to {} or less, or leave transcribe out",
                        longest_transcribed));
}

void check_connect(const Checked& checked, Findings& findings) {
    const std::size_t count = children_of(checked.element).size();
    const bool connects = checked.row.id == "Connect";
    if (count == 0) {
        std::string message = fmt::format("<{}> holds no element", checked.row.name);
        std::string hint = "put in what is meant, <Stream> for example";
        if (connects)
            findings.error(12200, place_of(checked), std::move(message), std::move(hint));
        else
            findings.warning(12200, place_of(checked), std::move(message), std::move(hint));
    }
    if (connects && count > 1)
        findings.error(12200, place_of(checked), "<Connect> holds more than one element",
                       "connect to one thing at a time");
}

void check_stream(const Checked& checked, Findings& findings) {
    constexpr std::size_t longest_parameter = 500;
    const bool stops = checked.parent.id == "Stop";
    const std::string* const url = checked.element.find("url");
    const std::size_t at = place_of_attribute(checked, "url");
    if (!has(checked, "url") && !stops)
        findings.error(31923, at, "<Stream> lacks url", R"(add url="wss://...")");
    if (stops && !has(checked, "name"))
        findings.warning(12200, place_of(checked), "<Stop><Stream> without name stops nothing",
                         "give the name that the stream was started with");
    if (url && url->find("://") != std::string::npos && !url->starts_with("wss://"))
        findings.error(31922, at, "a stream goes to a wss:// URL only", "write wss://");
    else if (url && url->find('?') != std::string::npos)
        findings.warning(31923, at, "the query of a stream's URL is not sent",
                         "hand values over by <Parameter>");
    const std::string_view track = value_of(checked, "track");
    if (checked.parent.id == "Connect" && (track == "outbound_track" || track == "both_tracks"))
        findings.error(31941, place_of_attribute(checked, "track"),
                       "in <Connect> a stream has the inbound_track only",
                       "leave track out, or use <Start>");
    for (const Element* parameter : children_of(checked.element)) {
        const std::string* const name = parameter->find("name");
        const std::string* const value = parameter->find("value");
        if (name && value && count_characters(*name + *value) >= longest_parameter)
            findings.error(12200, place_of(checked),
                           "a parameter's name and value have 500 characters or more together",
                           "hand over a key, and look the rest up by it");
    }
}

void check_pay(const Checked& checked, Findings& findings) {
    if (value_of(checked, "action").starts_with("http://"))
        findings.error(64020, place_of_attribute(checked, "action"),
                       "the action of <Pay> must be asked by https", "write https://");
}

void check_ssml(const Checked& checked, Findings& findings) {
    if (checked.row.id == "prosody" && checked.element.attributes.empty())
        findings.warning(12200, place_of(checked), "<prosody> without attributes changes nothing",
                         "give volume, rate or pitch");
    if (checked.row.id == "say-as" && has(checked, "format") &&
        value_of(checked, "interpret-as") != "date")
        findings.warning(12200, place_of_attribute(checked, "format"),
                         R"(format means something for interpret-as="date" only)", "leave it out");
}

}  // namespace twiml
