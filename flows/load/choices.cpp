#include "flows/engine/speech.hpp"
#include "flows/load/fields.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::load {
namespace {

enum class KeyKind : std::uint8_t { exact, pattern, name, wrong };

KeyKind kind_of_key(std::string_view key) {
    constexpr std::string_view dtmf = "0123456789*#";
    constexpr std::string_view with_any = "0123456789*#x";
    if (key.empty()) return KeyKind::wrong;
    if (key.find_first_not_of(dtmf) == std::string_view::npos) return KeyKind::exact;
    if (key.find_first_not_of(with_any) == std::string_view::npos) return KeyKind::pattern;
    return is_name(key) ? KeyKind::name : KeyKind::wrong;
}

// The phrases of one language: a list, or a single one.
std::vector<std::string> phrases_in(const Reader& reader, const YamlNode& node,
                                    const Span& choice) {
    std::vector<std::string> phrases;
    const auto add = [&](const YamlNode& item) {
        if (scalar(reader, item, "a phrase") == nullptr) return;
        if (item.text.find_first_not_of(" \t") == std::string::npos) {
            reader.report("SB106", item.span, "a phrase has no words", "write what callers say");
            return;
        }
        phrases.push_back(item.text);
        reader.draft.phrases.emplace(std::pair{choice, item.text}, item.span);
    };
    if (node.is_list()) {
        if (node.items.empty()) {
            reader.report("SB106", node.span, "the list of phrases is empty",
                          "write what callers say, or leave the key out");
        }
        for (const YamlNode& item : node.items)
            add(item);
    } else {
        add(node);
    }
    return phrases;
}

std::vector<std::vector<std::string>> read_phrases(const Reader& reader, const YamlNode& node,
                                                   const Span& choice) {
    const Flow& flow = reader.draft.flow;
    std::vector<std::vector<std::string>> phrases(flow.languages.size());
    const auto missing_in = [&](const std::vector<std::string>& missing) {
        reader.report("SB601", node.span,
                      fmt::format("these phrases are missing in {}", any_of(missing)),
                      fmt::format("write them in every language of the flow: {{{}: [...], {}: "
                                  "[...]}}",
                                  flow.languages.front().tag, missing.front()));
    };
    std::vector<std::string> missing;
    if (!node.is_map()) {
        phrases.assign(flow.languages.size(), phrases_in(reader, node, choice));
        for (std::size_t i = 1; i < flow.languages.size(); ++i) {
            missing.push_back(flow.languages[i].tag);
        }
        if (!missing.empty()) missing_in(missing);
        return phrases;
    }
    std::vector<std::string> tags;
    for (const Language& language : flow.languages)
        tags.push_back(language.tag);
    bool unknown = false;
    for (const YamlNode::Entry& entry : node.entries) {
        const int index = flow.find_language(entry.key.text);
        if (index < 0) {
            unknown = true;
            reader.report("SB202", entry.key.span,
                          fmt::format("no language {}", quoted(entry.key.text)),
                          hint_for(entry.key.text, tags, "the flow speaks " + any_of(tags)));
            continue;
        }
        phrases[static_cast<std::size_t>(index)] = phrases_in(reader, entry.value, choice);
    }
    for (const std::string& tag : tags) {
        if (node.find(tag) == nullptr) missing.push_back(tag);
    }
    if (!unknown && !missing.empty()) missing_in(missing);
    return phrases;
}

// The variable that takes the digits of a pattern.
int read_saved(const Reader& reader, const YamlNode& node, const Choice& choice, KeyKind kind) {
    const int variable = find_variable(reader, node, "save");
    if (variable < 0) return -1;
    if (kind != KeyKind::pattern) {
        reader.report("SB106", node.span, "only a key with x in it has digits to save",
                      "write a pattern such as \"11xx\", or leave save out");
        return -1;
    }
    // What was keyed is converted as it arrives, as an answer to a gather is.
    const Type& type = reader.draft.flow.variables[static_cast<std::size_t>(variable)].type;
    if (type.kind == TypeKind::number && choice.key.find_first_of("*#") == std::string::npos)
        return variable;
    Type keyed;
    keyed.kind = TypeKind::digits;
    keyed.at_least = keyed.at_most = static_cast<int>(choice.key.size());
    return fits(reader, keyed, variable, node.span) ? variable : -1;
}

Choice read_choice(const Reader& reader, const YamlNode::Entry& entry, bool anywhere) {
    Choice choice;
    choice.key = entry.key.text;
    choice.span = entry.key.span;
    choice.anywhere = anywhere;
    choice.go = Target{Target::Kind::state, {}, -1, entry.key.span};
    const KeyKind kind = kind_of_key(choice.key);
    choice.by_key = kind == KeyKind::exact || kind == KeyKind::pattern;
    if (kind == KeyKind::wrong) {
        reader.report("SB106", entry.key.span,
                      fmt::format("{} is neither a key nor a name", quoted(choice.key)),
                      choice.key.find_first_of("-,") != std::string::npos
                          ? "write each key on its own: {1: sales, 2: sales}"
                          : "a key is of 0-9 * # (x for any digit), a name of a-z, 0-9 and _");
        reader.draft.incomplete = true;
    }
    const YamlNode& value = entry.value;
    const std::string what = fmt::format("the choice {}", quoted(choice.key));
    if (value.is_null()) {
        reader.report("SB107", entry.key.span, what + " leads nowhere",
                      "write the state it goes to");
        reader.draft.incomplete = true;
        return choice;
    }
    if (!value.is_map()) {
        if (const auto go = read_place(reader, value, what)) choice.go = *go;
    } else {
        Fields fields{reader, value, entry.key.span, what};
        if (const YamlNode* node = fields.find("speech")) {
            choice.phrases = read_phrases(reader, *node, choice.span);
        }
        if (const YamlNode* node = fields.require("go", "write the state it goes to")) {
            if (const auto go = read_place(reader, *node, what)) choice.go = *go;
        } else {
            reader.draft.incomplete = true;
        }
        if (const YamlNode* node = fields.find("when")) {
            choice.when = read_condition(reader, *node, "when", true);
        }
        if (const YamlNode* node = fields.find("own")) {
            choice.own = yes_or_no(reader, *node, "own").value_or(false);
            if (anywhere) {
                reader.report("SB106", fields.key_span("own"),
                              "own belongs to a menu's choice, not to anywhere", "leave it out");
            }
        }
        if (const YamlNode* node = fields.find("save")) {
            choice.save = read_saved(reader, *node, choice, kind);
            if (choice.save >= 0 && fields.has("speech")) {
                reader.report("SB106", fields.key_span("speech"),
                              "who says one of these phrases has keyed no digits to save",
                              "give the phrases a choice of their own, with a name for its key; "
                              "digits that are said are taken as keyed");
            }
        }
        fields.refuse_rest();
        if (kind == KeyKind::name && !fields.has("speech")) {
            reader.report("SB107", entry.key.span,
                          fmt::format("{} has no key, and no phrases to say either", what),
                          "write speech: [...], or a key such as 1");
        }
        return choice;
    }
    if (kind == KeyKind::name) {
        reader.report("SB107", entry.key.span,
                      fmt::format("{} has no key, and no phrases to say either", what),
                      choice.key == "star" ? "write \"*\""
                      : choice.key == "pound" || choice.key == "hash"
                          ? "write \"#\""
                          : "write {speech: [...], go: ...}, or a key such as 1");
    }
    return choice;
}

bool both_match(const std::string& a, const std::string& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool digits = a[i] != '*' && a[i] != '#' && b[i] != '*' && b[i] != '#';
        if (a[i] != b[i] && !(digits && (a[i] == 'x' || b[i] == 'x'))) return false;
    }
    return true;
}

bool is_pattern(const Choice& choice) {
    return choice.by_key && choice.key.find('x') != std::string::npos;
}

const Choice& later_of(const Choice& a, const Choice& b) {
    return a.span.begin < b.span.begin ? b : a;
}

}  // namespace

std::vector<Choice> read_choices(const Reader& reader, const YamlNode& node, bool anywhere) {
    std::vector<Choice> choices;
    if (!node.is_map() || node.entries.empty()) {
        reader.report("SB106", node.span, "choices are a map from keys to places",
                      "write {1: sales, 2: support}");
        reader.draft.incomplete = true;
        return choices;
    }
    choices.reserve(node.entries.size());
    for (const YamlNode::Entry& entry : node.entries) {
        choices.push_back(read_choice(reader, entry, anywhere));
    }
    return choices;
}

void merge_anywhere(const Reader& reader, std::vector<Choice>& choices) {
    for (const Choice& global : reader.draft.anywhere) {
        const auto same = std::ranges::find_if(choices, [&](const Choice& choice) {
            return !choice.anywhere && choice.key == global.key;
        });
        if (same != choices.end() && same->own && !same->when) continue;
        if (same != choices.end() && !same->own) {
            const Choice& later = later_of(*same, global);
            reader.report("SB408", later.span,
                          fmt::format("{} works in every menu: this menu's own choice of it is "
                                      "never taken",
                                      quoted(global.key)),
                          "write own: true in the menu's choice to let it win, or take another "
                          "key");
            choices.erase(same);
        }
        choices.push_back(global);
    }
}

void compare_choices(const Reader& reader, const std::vector<Choice>& choices) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (!is_pattern(choices[i])) continue;
        for (std::size_t j = i + 1; j < choices.size(); ++j) {
            if (!is_pattern(choices[j]) || !both_match(choices[i].key, choices[j].key)) continue;
            reader.report("SB401", later_of(choices[i], choices[j]).span,
                          fmt::format("what matches {} can match {} too", quoted(choices[j].key),
                                      quoted(choices[i].key)),
                          "write patterns of which only one fits");
        }
    }
    const Flow& flow = reader.draft.flow;
    std::set<std::pair<std::size_t, std::size_t>> told;
    for (std::size_t language = 0; language < flow.languages.size(); ++language) {
        const std::string& tag = flow.languages[language].tag;
        std::map<std::string, std::pair<std::size_t, std::string>> heard;  // by how it sounds
        std::vector<PhraseChoice> keys;
        for (const Choice& choice : choices) {
            const bool is_key = choice.by_key && !is_pattern(choice);
            keys.push_back({{}, is_key ? std::string_view{choice.key} : std::string_view{}});
        }
        // `other`: how the first choice writes it; empty where it is that one's key.
        const auto tell = [&](const std::string& phrase, std::size_t first, std::size_t choice,
                              const std::string& other) {
            if (!told.emplace(std::min(first, choice), std::max(first, choice)).second) return;
            const Choice& later = later_of(choices[first], choices[choice]);
            const auto place = reader.draft.phrases.find(
                {later.span, &later == &choices[choice] ? phrase : other});
            reader.report("SB401", place != reader.draft.phrases.end() ? place->second : later.span,
                          fmt::format("{} is said for the choice {} and for the choice {}",
                                      quoted(phrase), quoted(choices[first].key),
                                      quoted(choices[choice].key)),
                          "give each choice phrases of its own");
        };
        const auto hear = [&](const std::string& phrase, std::size_t choice) {
            const auto [known, fresh] =
                heard.emplace(fold_speech(phrase, tag), std::pair{choice, phrase});
            const auto& [first, other] = known->second;
            if (!fresh && first != choice && !known->first.empty()) {
                tell(phrase, first, choice, other);
            }
            // A spoken digit equals its key.
            const int key = match_speech(phrase, keys, tag);
            if (key >= 0 && static_cast<std::size_t>(key) != choice) {
                tell(phrase, static_cast<std::size_t>(key), choice, {});
            }
        };
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (language >= choices[i].phrases.size()) continue;
            for (const std::string& phrase : choices[i].phrases[language])
                hear(phrase, i);
        }
    }
}

}  // namespace flows::load
