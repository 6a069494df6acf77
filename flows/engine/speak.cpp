#include "flows/engine/turn.hpp"
#include "twiml/form.hpp"

#include <algorithm>
#include <chrono>

namespace flows {
namespace {

// Polly's bound, the lowest of the better voices. Source: reference of <Say>, "Limits".
constexpr std::size_t max_say_characters = 3000;

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

// Bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size()) {
        const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (begins && count-- == 0) break;
        ++at;
    }
    return at;
}

// Where a text that is too long for one <Say> is cut: behind its last sentence that fits, else at
// its last blank, else in the middle of a word.
std::size_t cut_of(std::string_view text) {
    const std::size_t end = bytes_of(text, max_say_characters);
    if (end >= text.size()) return text.size();
    const std::string_view fits = text.substr(0, end);
    std::size_t cut = 0;
    for (std::string_view mark : {". ", "! ", "? ", "。", "！", "？", "। "}) {
        const std::size_t at = fits.rfind(mark);
        if (at != std::string_view::npos) cut = std::max(cut, at + mark.size());
    }
    if (cut == 0) cut = fits.rfind(' ') == std::string_view::npos ? 0 : fits.rfind(' ') + 1;
    return cut == 0 ? end : cut;
}

bool fill(Nodes& into, const Nodes& markup, const Spoken& spoken, const View& view);

std::optional<std::string> insert_at(const Spoken& spoken, int piece, const View& view) {
    if (piece < 0 || piece >= static_cast<int>(spoken.text.pieces.size())) return std::nullopt;
    const Text one{.pieces = {spoken.text.pieces[static_cast<std::size_t>(piece)]},
                   .span = spoken.text.span};
    return expand(one, view, Purpose::speech, spoken.language);
}

bool fill(twiml::Element& into, const twiml::Element& markup, const Spoken& spoken,
          const View& view) {
    into.name = markup.name;
    for (const twiml::Attribute& attribute : markup.attributes) {
        const auto* hole = std::get_if<twiml::UrlHole>(&attribute.value);
        if (!hole) {
            into.attributes.push_back(attribute);
            continue;
        }
        auto text = insert_at(spoken, hole->index, view);
        if (!text) return false;
        into.attributes.push_back({attribute.name, std::move(*text)});
    }
    return fill(into.content, markup.content, spoken, view);
}

bool fill(Nodes& into, const Nodes& markup, const Spoken& spoken, const View& view) {
    for (const twiml::Node& node : markup) {
        if (const auto* hole = std::get_if<twiml::UrlHole>(&node)) {
            auto text = insert_at(spoken, hole->index, view);
            if (!text) return false;
            into.emplace_back(std::move(*text));
        } else if (const auto* element = std::get_if<twiml::Element>(&node)) {
            twiml::Element filled;
            if (!fill(filled, *element, spoken, view)) return false;
            into.emplace_back(std::move(filled));
        } else {
            into.push_back(node);
        }
    }
    return true;
}

const std::string* attribute_of(const twiml::Element& element, std::string_view name) {
    for (const twiml::Attribute& attribute : element.attributes) {
        if (attribute.name == name) return std::get_if<std::string>(&attribute.value);
    }
    return nullptr;
}

// The last verb, where it is a <Say> that goes on in the same language and voice.
twiml::Element* open_say(Nodes& verbs, std::size_t first, const Spoken& spoken) {
    if (verbs.size() <= first) return nullptr;
    auto* say = std::get_if<twiml::Element>(&verbs.back());
    if (!say || say->name != "Say") return nullptr;
    const std::string* language = attribute_of(*say, "language");
    const std::string* voice = attribute_of(*say, "voice");
    const bool same = language && *language == spoken.language &&
                      (voice ? *voice == spoken.voice : spoken.voice.empty());
    return same ? say : nullptr;
}

twiml::Element new_say(const Spoken& spoken) {
    twiml::Element say{.name = "Say"};
    say.attributes.reserve(2);
    if (!spoken.voice.empty()) say.attributes.push_back({"voice", spoken.voice});
    say.attributes.push_back({"language", spoken.language});
    return say;
}

// Of characters there are at most as many as bytes, which need no counting.
bool fits_one_say(std::string_view before, std::string_view part) {
    return before.size() + part.size() < max_say_characters ||
           characters(before) + characters(part) < max_say_characters;
}

void say_text(Nodes& into, std::size_t first, const Spoken& spoken, std::string_view text) {
    while (!is_blank(text)) {
        const std::size_t cut = cut_of(text);
        const std::string_view part = text.substr(0, cut);
        text.remove_prefix(cut);
        twiml::Element* open = open_say(into, first, spoken);
        auto* before = open && open->content.size() == 1
                           ? std::get_if<std::string>(&open->content.front())
                           : nullptr;
        if (before && fits_one_say(*before, part)) {
            before->append(" ").append(part);
            continue;
        }
        twiml::Element say = new_say(spoken);
        say.content.emplace_back(std::string{part});
        into.emplace_back(std::move(say));
    }
}

bool say(Nodes& into, std::size_t first, const Spoken& spoken, const View& view) {
    if (spoken.ssml) {
        twiml::Element say = new_say(spoken);
        if (!fill(say.content, spoken.markup, spoken, view)) return false;
        into.emplace_back(std::move(say));
        return true;
    }
    if (spoken.text.is_constant()) {
        say_text(into, first, spoken, spoken.text.constant());
        return true;
    }
    const auto text = expand(spoken.text, view, Purpose::speech, spoken.language);
    if (!text) return false;
    say_text(into, first, spoken, *text);
    return true;
}

std::string encode_path(std::string_view path) {
    std::string encoded;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        encoded += twiml::percent_encode(path.substr(at, end - at));
        if (end < path.size()) encoded += '/';
        at = end + 1;
    }
    return encoded;
}

}  // namespace

bool speak(Nodes& into, const std::vector<Word>& words, const Turn& turn, const View& view) {
    const std::size_t first = into.size();
    for (const Word& word : words) {
        if (const auto* spoken = std::get_if<Spoken>(&word)) {
            if (!say(into, first, *spoken, view)) return false;
        } else if (const auto* played = std::get_if<Played>(&word)) {
            auto url = audio_url(played->source, turn);
            if (!url) return false;
            twiml::Element play{.name = "Play"};
            play.content.emplace_back(std::move(*url));
            into.emplace_back(std::move(play));
        } else {
            const auto length =
                std::chrono::ceil<std::chrono::seconds>(std::get<Silence>(word).length);
            if (length.count() < 1) continue;
            twiml::Element pause{.name = "Pause"};
            pause.attributes.push_back({"length", std::to_string(length.count())});
            into.emplace_back(std::move(pause));
        }
    }
    return true;
}

bool speak(Nodes& into, const Words& words, const Turn& turn, const View& view) {
    const auto language = static_cast<std::size_t>(turn.language);
    if (language >= words.by_language.size()) return words.empty();
    return speak(into, words.in(language), turn, view);
}

std::optional<std::string> write(const Text& text, const Turn& turn, Purpose purpose) {
    if (text.is_constant()) return text.constant();
    return expand(text, view_of(turn), purpose, turn.state.language);
}

std::optional<std::string> audio_url(const Text& source, const Turn& turn) {
    auto url = write(source, turn, Purpose::url);
    if (!url || url->find("://") != std::string::npos) return url;
    if (source.is_constant()) *url = encode_path(*url);
    url->insert(0, turn.circumstances.audio_base);
    return url;
}

void put(twiml::Element& element, std::string_view name, std::string value) {
    for (twiml::Attribute& attribute : element.attributes) {
        if (attribute.name != name) continue;
        attribute.value = std::move(value);
        return;
    }
    element.attributes.push_back({std::string{name}, std::move(value)});
}

bool put(twiml::Element& element, const ExtraAttributes& extra, const Turn& turn) {
    for (const ExtraAttribute& attribute : extra) {
        auto value = write(attribute.value, turn, Purpose::plain);
        if (!value) return false;
        put(element, attribute.name, std::move(*value));
    }
    return true;
}

}  // namespace flows
