// What the readers of a flow's parts share: the folder, the flow that is being made, where things
// stand. Used inside flows/load alone.
#pragma once

#include "config/diagnostic.hpp"
#include "config/yaml_reader.hpp"
#include "flows/load/expression_parser.hpp"
#include "flows/load/loader.hpp"
#include "flows/model/flow.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace flows::load {

using config::Diagnostics;
using config::Span;
using config::YamlNode;

// A file of the folder as it was read.
struct File {
    const config::Source* source = nullptr;
    std::unique_ptr<config::YamlDocument> document{};  // null: it could not be read
    enum class Kind : std::uint8_t { flow, library, neither } kind = Kind::neither;
    std::string name{};  // of the flow or library; empty: none that is usable
    // Of a library.
    std::vector<const YamlNode::Entry*> prompts{};
    std::vector<Hours> hours{};
    std::set<std::string, std::less<>> used{};  // its prompts and hours that some flow names
};

struct Prompt {
    const YamlNode::Entry* entry = nullptr;
    File* file = nullptr;
    bool used = false;
    enum class Progress : std::uint8_t { unread, reading, read } progress = Progress::unread;
    Words words{};
};

// A name of a flow that something should use.
struct Used {
    std::vector<bool> variables{}, settings{}, hours{}, results{};
};

// A flow on its way.
struct Draft {
    Flow flow{};
    File* file = nullptr;
    std::vector<File*> libraries{};
    std::vector<File*> hours_from{};  // by index of Flow::hours: where each stands
    std::map<std::string, Prompt, std::less<>> prompts{};
    std::map<std::string, int, std::less<>> states{}, variables{}, settings{}, results{};
    std::vector<const YamlNode*> state_values{};  // by index of Flow::states; may be null
    const YamlNode* anywhere_node = nullptr;
    const YamlNode* otherwise_node = nullptr;
    const YamlNode* start_node = nullptr;
    const YamlNode* hung_up_node = nullptr;
    std::vector<Choice> anywhere{};
    Used used{};
    std::set<CallFact> facts{};
    // What this flow does with others: calls by `do` (with the place of each), goes to by a place.
    std::vector<std::pair<std::string, Span>> does{};
    std::set<std::string, std::less<>> goes{};
    // Something is missing because of a fault that was found: what follows only from its absence
    // (never used, unreachable, unset) is not a finding of its own.
    bool incomplete = false;
    // What is told to be no name: what uses it is no fault of its own.
    std::set<std::string, std::less<>> misnamed{};
    // A library could not be read: which prompts and hours it has nobody knows.
    bool lacks_library = false;
    // A place is written that leads nowhere: where it was meant to lead nobody knows.
    bool lost_place = false;
    // Where the phrases of choices stand, by the choice's key and the phrase.
    std::map<std::pair<Span, std::string>, Span> phrases{};
};

struct Folder {
    std::vector<std::unique_ptr<File>> files{};
    std::map<std::string, File*, std::less<>> by_path{};
    std::vector<std::unique_ptr<Draft>> drafts{};
    std::map<std::string, Draft*, std::less<>> flows{};
    // What flows of the folder speak: a library may hold words for all of them.
    std::set<std::string, std::less<>> languages{};
    Diagnostics findings{};
    // Codes that are not looked for this time: an allow of them may stand.
    std::set<std::string, std::less<>> skipped{};
};

struct Reader {
    Folder& folder;
    Draft& draft;
    const config::Source& source;  // of the nodes that are being read

    const std::string& file() const { return source.name; }
    void report(std::string_view code, const Span& span, std::string message,
                std::string hint) const;
    // The same as a note: what may well be meant so.
    void note(std::string_view code, const Span& span, std::string message, std::string hint) const;
    Names names() const;
};

// "did you mean ...?", or `otherwise` where nothing is near.
std::string hint_for(std::string_view word, const std::vector<std::string>& candidates,
                     std::string_view otherwise);
// "did you mean NEAR?", and which letter of `word` only looks like one of ours.
std::string meant(std::string_view word, std::string_view near);
// The hint for a fixed text that reads like an expression, `n + 1` or `call.from`; else
// `otherwise`.
std::string braces_or(const Reader& reader, std::string_view text, std::string_view otherwise);
// The same text in double quotes.
std::string quoted(std::string_view text);
// a, b, c or d
std::string any_of(const std::vector<std::string>& words);
template <class List> std::vector<std::string> names_of(const List& list) {
    std::vector<std::string> names;
    names.reserve(list.size());
    for (const auto& item : list)
        names.push_back(item.name);
    return names;
}
template <class Map> std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map)
        keys.push_back(key);
    return keys;
}

// ── scalars, each with its finding (SB106) where the node is something else ──
// `what` names it in messages: "the timeout".
const std::string* scalar(const Reader& reader, const YamlNode& node, std::string_view what);
std::optional<std::chrono::milliseconds> duration(const Reader& reader, const YamlNode& node,
                                                  std::string_view what);
// A duration of whole seconds, in the range of the attribute of the catalogue.
std::optional<seconds> whole_seconds(const Reader& reader, const YamlNode& node,
                                     std::string_view what, std::string_view element,
                                     std::string_view attribute);
std::optional<int> whole_number(const Reader& reader, const YamlNode& node, std::string_view what,
                                int at_least, int at_most);
std::optional<bool> yes_or_no(const Reader& reader, const YamlNode& node, std::string_view what);
std::optional<std::string> one_word_of(const Reader& reader, const YamlNode& node,
                                       std::string_view what,
                                       const std::vector<std::string>& words);
// A fixed text for an attribute of the catalogue.
std::optional<std::string> attribute_value(const Reader& reader, const YamlNode& node,
                                           std::string_view what, std::string_view element,
                                           std::string_view attribute);
// A voice that Twilio knows.
std::optional<std::string> voice_name(const Reader& reader, const YamlNode& node);
// 500ms 5s 2m 1h
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// [a-z][a-z0-9_]*
bool is_name(std::string_view text);

// ── texts and conditions; the names they use are remembered ──
Text read_text(const Reader& reader, const YamlNode& node, std::string_view what);
std::optional<Expression> read_condition(const Reader& reader, const YamlNode& node,
                                         std::string_view what, bool want_bool);
// Whether it reads something that is neither written in the flow nor the operator's.
bool reads_caller(const Text& text);
// The insert of a text that is exactly one, or null.
const Insert* only_insert(const Text& text);

// ── names ──
// Entries of a map of names (SB106 where it is none), but those whose name is none (SB106 too).
std::vector<const YamlNode::Entry*> named_entries(Diagnostics& findings, const std::string& file,
                                                  const YamlNode& key, const YamlNode& map);
// Index of the variable, or -1 with SB202; it counts as used.
int find_variable(const Reader& reader, const YamlNode& node, std::string_view what);
// SB501 unless a value of `from` may be kept in `variable`.
bool fits(const Reader& reader, const Type& from, int variable, const Span& span);

// ── the parts ──
struct PlaceRules {
    bool next = true;
    bool again = true;
};
// Nothing (and SB106) when it is no place at all; a place that does not exist is SB201, and a state
// of index -1.
std::optional<Target> read_place(const Reader& reader, const YamlNode& node, std::string_view what,
                                 PlaceRules rules = {});
// A state of this flow, which goes on with the values of now: its index, or -1 and a finding.
int read_own_state(const Reader& reader, const YamlNode& node, std::string_view what);
Words read_words(const Reader& reader, const YamlNode& node, std::string_view what);
// A file below the flows folder, or a URL; nothing (and a finding) otherwise.
std::optional<Text> read_audio(const Reader& reader, const YamlNode& node);
// The prompt's words, read once a flow; null (and SB202) where there is none.
const Words* read_prompt(const Reader& reader, const YamlNode& name);
std::vector<Choice> read_choices(const Reader& reader, const YamlNode& node, bool anywhere);
// A menu's choices with those of `anywhere` behind them.
void merge_anywhere(const Reader& reader, std::vector<Choice>& choices);
// Findings about keys and phrases that two choices share.
void compare_choices(const Reader& reader, const std::vector<Choice>& choices);
std::optional<Hours> read_hours(Diagnostics& findings, const config::Source& source,
                                const YamlNode::Entry& entry);
std::optional<State> read_state(const Reader& reader, int index);

// A file's kind and name; of a library also what it holds.
void read_head(Folder& folder, File& file);
// Everything of a flow but its states, `anywhere` and `otherwise`.
void read_top(Folder& folder, Draft& draft);
// The rest; all heads have been read.
void read_body(Folder& folder, Draft& draft);

// Calls between flows: SB205; fills calls, files, reads_*.
void connect_flows(Folder& folder);
// SB203, SB204.
void check_names(Folder& folder);
// Removes what an `allow` silences; SB209.
void apply_allows(Folder& folder);

}  // namespace flows::load
