#include "flows/load/fields.hpp"
#include "flows/load/markup.hpp"
#include "flows/load/reader.hpp"
#include "twiml/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

constexpr int all_languages = -1;
constexpr std::array<std::string_view, 5> forms{"prompt", "play", "pause", "ssml", "text"};

bool looks_like_a_language(std::string_view key) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto letters = std::ranges::find_if_not(key, letter) - key.begin();
    if (letters != 2 && letters != 3) return false;
    return static_cast<std::size_t>(letters) == key.size()
               ? letters == 2
               : key[static_cast<std::size_t>(letters)] == '-';
}

// Words that are only inserts and signs ("{{ account | digits }}.") sound right in every language.
bool has_letters(const Text& text) {
    return std::ranges::any_of(text.pieces, [](const auto& piece) {
        const auto* words = std::get_if<std::string>(&piece);
        return words != nullptr && std::ranges::any_of(*words, [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          static_cast<unsigned char>(c) >= 0x80;
               });
    });
}

class WordsReader {
public:
    WordsReader(const Reader& reader, std::string_view what)
        : reader_{reader}, flow_{reader.draft.flow}, what_{what} {
        words_.by_language.resize(flow_.languages.size());
    }

    Words read(const YamlNode& node) {
        words_.span = node.span;
        append(node, all_languages);
        return std::move(words_);
    }

private:
    void add(int only, const Word& word) {
        for (std::size_t i = 0; i < words_.by_language.size(); ++i) {
            if (only == all_languages || only == static_cast<int>(i)) {
                words_.by_language[i].push_back(word);
            }
        }
    }

    void append(const YamlNode& node, int only) {
        switch (node.kind) {
        case YamlNode::Kind::null:
            return empty(node.span);
        case YamlNode::Kind::scalar:
            return plain(node, only, {}, false);
        case YamlNode::Kind::list:
            if (node.items.empty()) return empty(node.span);
            for (const YamlNode& item : node.items)
                append(item, only);
            return;
        case YamlNode::Kind::map:
            break;
        }
        const auto is_form = [](const YamlNode::Entry& entry) {
            return std::ranges::count(forms, entry.key.text) != 0;
        };
        if (node.entries.empty()) return empty(node.span);
        if (std::ranges::any_of(node.entries, is_form)) return form(node, only);
        by_language(node, only);
    }

    void empty(const Span& span) {
        reader_.report("SB106", span, fmt::format("{} has no words", what_),
                       "write what the caller is to hear");
    }

    // In the language of each list, with its voice.
    void plain(const YamlNode& node, int only, const std::string& voice, bool ssml) {
        if (scalar(reader_, node, what_) == nullptr) return;
        if (node.text.find_first_not_of(" \t\n") == std::string::npos) return empty(node.span);
        Spoken spoken{read_text(reader_, node, what_), {}, {}, ssml, {}};
        if (ssml) read_markup(reader_, node, spoken);
        if (only == all_languages && flow_.languages.size() > 1 && has_letters(spoken.text)) {
            std::vector<std::string> missing;
            for (std::size_t i = 1; i < flow_.languages.size(); ++i) {
                missing.push_back(flow_.languages[i].tag);
            }
            language_missing(node.span, missing);
        }
        for (std::size_t i = 0; i < flow_.languages.size(); ++i) {
            if (only != all_languages && only != static_cast<int>(i)) continue;
            spoken.language = flow_.languages[i].tag;
            spoken.voice = voice.empty() ? flow_.languages[i].voice : voice;
            words_.by_language[i].emplace_back(spoken);
        }
    }

    void language_missing(const Span& span, const std::vector<std::string>& missing) {
        reader_.report("SB601", span, fmt::format("{} is missing in {}", what_, any_of(missing)),
                       fmt::format("write it in every language of the flow: {{{}: ..., {}: ...}}",
                                   flow_.languages.front().tag, missing.front()));
    }

    void form(const YamlNode& node, int only) {
        Fields fields{reader_, node, node.span, what_};
        if (fields.has("prompt")) {
            if (const YamlNode* name = fields.find("prompt")) prompt(*name, only);
        } else if (fields.has("play")) {
            if (const YamlNode* source = fields.find("play")) played(*source, only);
        } else if (fields.has("pause")) {
            if (const YamlNode* length = fields.find("pause")) {
                const auto whole = whole_seconds(reader_, *length, "the pause", "Pause", "length");
                if (whole) add(only, Silence{*whole});
            }
        } else if (fields.has("ssml")) {
            if (const YamlNode* markup = fields.find("ssml")) plain(*markup, only, {}, true);
        } else {
            spoken(fields, only);
        }
        fields.refuse_rest();
    }

    void prompt(const YamlNode& name, int only) {
        const Words* found = read_prompt(reader_, name);
        if (found == nullptr || found->empty()) return;
        for (std::size_t i = 0; i < words_.by_language.size(); ++i) {
            if (only != all_languages && only != static_cast<int>(i)) continue;
            const auto& said = found->in(i);
            words_.by_language[i].insert(words_.by_language[i].end(), said.begin(), said.end());
        }
    }

    void played(const YamlNode& node, int only);

    // {text, language, voice}
    void spoken(Fields& fields, int only) {
        const YamlNode* text = fields.find("text");
        std::string language;
        std::string voice;
        if (const YamlNode* node = fields.find("language")) {
            language =
                attribute_value(reader_, *node, "the language", "Say", "language").value_or("");
        }
        if (const YamlNode* node = fields.find("voice")) {
            voice = voice_name(reader_, *node).value_or("");
        }
        if (text == nullptr) return;
        if (language.empty() && !fields.has("language")) return plain(*text, only, voice, false);
        if (scalar(reader_, *text, what_) == nullptr) return;
        if (text->text.empty()) return empty(text->span);
        if (voice.empty()) {
            const int known = flow_.find_language(language);
            if (known >= 0) voice = flow_.languages[static_cast<std::size_t>(known)].voice;
        }
        add(only, Spoken{read_text(reader_, *text, what_), language, voice, false, {}});
    }

    void by_language(const YamlNode& node, int only) {
        if (only != all_languages) {
            reader_.report("SB106", node.span, "a language stands inside a language",
                           "write each language once, side by side");
            return;
        }
        std::vector<bool> written(flow_.languages.size());
        bool any = false;
        for (const YamlNode::Entry& entry : node.entries) {
            const int index = flow_.find_language(entry.key.text);
            if (index < 0) continue;
            any = true;
            written[static_cast<std::size_t>(index)] = true;
            if (entry.value.is_null()) {
                empty(entry.key.span);
            } else {
                append(entry.value, index);
            }
        }
        bool unknown = false;
        for (const YamlNode::Entry& entry : node.entries) {
            if (flow_.find_language(entry.key.text) >= 0 || for_other_flows(entry.key)) continue;
            unknown = true;
            not_spoken(entry.key, any);
        }
        // One fault, one finding: a language that was misspelt is not missing as well.
        if (!unknown && !std::ranges::all_of(written, [](bool is) { return is; })) {
            std::vector<std::string> missing;
            for (std::size_t i = 0; i < written.size(); ++i) {
                if (!written[i]) missing.push_back(flow_.languages[i].tag);
            }
            language_missing(node.span, missing);
        }
        fill(written);
    }

    // What is not written in a language is said in the first that is (SB601 may be allowed).
    void fill(const std::vector<bool>& written) {
        const auto first = std::ranges::find(written, true) - written.begin();
        if (static_cast<std::size_t>(first) == written.size()) return;
        const auto& said = words_.by_language[static_cast<std::size_t>(first)];
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (!written[i] && words_.by_language[i].empty()) words_.by_language[i] = said;
        }
    }

    // A library's words for flows that speak other languages than this one.
    bool for_other_flows(const YamlNode& key) const {
        return &reader_.source != reader_.draft.file->source &&
               reader_.folder.languages.contains(key.text);
    }

    void not_spoken(const YamlNode& key, bool beside_languages) {
        std::vector<std::string> tags;
        for (const Language& language : flow_.languages)
            tags.push_back(language.tag);
        if (beside_languages || looks_like_a_language(key.text)) {
            reader_.report("SB202", key.span, fmt::format("no language {}", quoted(key.text)),
                           hint_for(key.text, tags, "the flow speaks " + any_of(tags)));
            return;
        }
        std::vector<std::string> candidates{forms.begin(), forms.end()};
        candidates.insert(candidates.end(), tags.begin(), tags.end());
        reader_.report("SB105", key.span, fmt::format("{} has no key {}", what_, quoted(key.text)),
                       hint_for(key.text, candidates, "words are " + any_of(candidates)));
    }

    const Reader& reader_;
    const Flow& flow_;
    std::string what_;
    Words words_{};
};

void WordsReader::played(const YamlNode& node, int only) {
    const auto source = read_audio(reader_, node);
    if (source) add(only, Played{*source});
}

// The text with something harmless for each insert, which may bring the ending along:
// percent-encoded they are no more than that.
std::string with_any_values(const Text& text) {
    std::string name;
    for (const auto& piece : text.pieces) {
        const auto* literal = std::get_if<std::string>(&piece);
        name += literal != nullptr ? *literal : "a.value";
    }
    return name;
}

// What to write instead of a URL that Twilio could not fetch; empty: it can.
std::string wrong_url(std::string_view url) {
    if (!url.starts_with("https://") && !url.starts_with("http://")) {
        return "write a URL that begins with https:// or http://";
    }
    const std::string_view host = url.substr(url.find("://") + 3);
    if (host.empty() || host.front() == '/' || host.front() == '?') {
        return "write a host behind the two slashes, as in https://example.com/music.mp3";
    }
    return url.find(' ') != std::string_view::npos ? "percent-encode it, such as %20 for a blank"
                                                   : "";
}

// The same of a file. Files are served by what their names end in.
std::string wrong_file(std::string_view name) {
    for (const std::string_view slip : {"http:", "https:", "www."}) {
        if (name.starts_with(slip)) {
            return "write a URL that begins with https:// or http://, or a file below the flows "
                   "folder";
        }
    }
    const std::string_view last = name.substr(name.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos) return "";
    return "an audio file ends in .mp3 or .wav; what is to be spoken stands behind say";
}

}  // namespace

std::optional<Text> read_audio(const Reader& reader, const YamlNode& node) {
    if (scalar(reader, node, "the file to play") == nullptr) return {};
    if (node.text.empty()) {
        reader.report("SB106", node.span, "the file to play has no name",
                      "write a file below the flows folder, or a URL");
        return {};
    }
    Text text = read_text(reader, node, "the file to play");
    if (text.pieces.empty()) return text;  // told already
    if (const auto* value = std::get_if<Insert>(&text.pieces.front())) {
        if (value->type.kind == TypeKind::url) return text;
    }
    const std::string name = with_any_values(text);
    const bool is_url = name.find("://") != std::string::npos;
    const std::string wrong = is_url ? wrong_url(name) : wrong_file(name);
    if (!wrong.empty()) {
        reader.report("SB106", node.span, fmt::format("{} cannot be played", quoted(node.text)),
                      wrong);
        return {};
    }
    const bool climbs = name == ".." || name.starts_with("../") ||
                        name.find("/../") != std::string::npos || name.ends_with("/..");
    if (!is_url && (name.starts_with('/') || climbs)) {
        reader.report("SB208", node.span,
                      fmt::format("{} lies outside the flows folder", quoted(node.text)),
                      "write a path below the flows folder, such as audio/music.mp3");
        return {};
    }
    return text;
}

Words read_words(const Reader& reader, const YamlNode& node, std::string_view what) {
    return WordsReader{reader, what}.read(node);
}

const Words* read_prompt(const Reader& reader, const YamlNode& name) {
    if (scalar(reader, name, "the prompt") == nullptr) return nullptr;
    auto& prompts = reader.draft.prompts;
    const auto found = prompts.find(name.text);
    const bool is_told = reader.draft.lacks_library || reader.draft.misnamed.contains(name.text);
    if (found == prompts.end() && is_told) return nullptr;
    if (found == prompts.end()) {
        reader.report("SB202", name.span, fmt::format("no prompt {}", quoted(name.text)),
                      hint_for(name.text, keys_of(prompts), "write it under prompts"));
        const auto meant = prompts.find(config::did_you_mean(name.text, keys_of(prompts)));
        if (meant != prompts.end()) {
            meant->second.used = true;
            meant->second.file->used.insert(meant->first);
        } else {
            reader.draft.incomplete = true;
        }
        return nullptr;
    }
    Prompt& prompt = found->second;
    prompt.used = true;
    prompt.file->used.insert(name.text);
    if (prompt.progress == Prompt::Progress::reading) {
        reader.report("SB106", name.span,
                      fmt::format("the prompt {} contains itself", quoted(name.text)),
                      "write its words out");
        return nullptr;
    }
    if (prompt.progress == Prompt::Progress::unread) {
        prompt.progress = Prompt::Progress::reading;
        const Reader there{reader.folder, reader.draft, *prompt.file->source};
        if (prompt.entry->value.is_null()) {
            there.report("SB106", prompt.entry->key.span,
                         fmt::format("the prompt {} has no words", quoted(name.text)),
                         "write what the caller is to hear");
        } else {
            prompt.words = read_words(there, prompt.entry->value,
                                      fmt::format("the prompt {}", quoted(name.text)));
        }
        prompt.progress = Prompt::Progress::read;
    }
    return &prompt.words;
}

}  // namespace flows::load
