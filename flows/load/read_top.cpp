// The top of a file: what it is, and every name it declares.
#include "flows/load/fields.hpp"
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

constexpr std::array<std::string_view, 17> top_level_keys{
    "flow",     "about",     "languages", "use",     "hours",   "settings",
    "vars",     "takes",     "gives",     "ends",    "results", "prompts",
    "anywhere", "otherwise", "start",     "hung_up", "states"};

// Keys as other languages name them.
constexpr std::array other_keys{Renamed{"variables", "vars"}, Renamed{"include", "use"},
                                Renamed{"import", "use"}, Renamed{"imports", "use"}};

// Words that mean something of their own in an expression.
constexpr std::array<std::string_view, 14> taken_words{
    "language", "settings", "call", "queue", "now", "today", "weekday",
    "true",     "false",    "and",  "or",    "not", "in",    "matches"};

// Types as other languages name them.
struct OtherType {
    std::string_view theirs{}, ours{};
};
constexpr std::array other_types{
    OtherType{"int", "number"},      OtherType{"integer", "number"}, OtherType{"float", "number"},
    OtherType{"decimal", "number"},  OtherType{"double", "number"},  OtherType{"string", "text"},
    OtherType{"str", "text"},        OtherType{"boolean", "bool"},   OtherType{"tel", "phone"},
    OtherType{"telephone", "phone"}, OtherType{"uri", "url"},        OtherType{"enum", "one_of"},
    OtherType{"currency", "money"}};

// The type that is meant, with what stands in its parentheses; empty: none of these.
std::string our_type(std::string_view written) {
    constexpr std::string_view secret = "secret ";
    const bool is_secret = written.starts_with(secret);
    if (is_secret) written.remove_prefix(secret.size());
    const std::string_view word = written.substr(0, written.find_first_of("([ "));
    const auto* found = std::ranges::find(other_types, word, &OtherType::theirs);
    const std::string type = fmt::format("{}{}", is_secret ? secret : std::string_view{},
                                         found == other_types.end() ? word : found->ours);
    std::string behind{
        written.substr(word.size())};  // "digits 8" and "text[40]" are digits(8), text(40)
    if (behind.starts_with(' ')) behind = fmt::format("({})", behind.substr(1));
    if (behind.starts_with('[') && behind.ends_with(']')) {
        behind.front() = '(';
        behind.back() = ')';
    }
    for (const std::string& meant : {type + behind, type + "(USD)", type}) {
        if (meant != written && parse_type(meant)) return meant;
    }
    return {};
}

class TopReader {
public:
    TopReader(Folder& folder, Draft& draft)
        : folder_{folder}, draft_{draft}, flow_{draft.flow},
          reader_{folder, draft, *draft.file->source}, root_{draft.file->document->root} {}

    void read() {
        flow_.name = draft_.file->name;
        flow_.file = draft_.file->source->name;
        const Span owner = root_.find_entry("flow")->key.span;
        Fields fields{reader_, root_, owner, "a flow"};
        fields.expect(top_level_keys, other_keys);
        (void)fields.find("flow");
        if (const YamlNode* about = fields.find("about")) {
            if (const std::string* text = scalar(reader_, *about, "about")) flow_.about = *text;
        }
        with(fields, "languages", &TopReader::languages);
        if (flow_.languages.empty()) flow_.languages.push_back({"en-US", {}, {}, {}, owner});
        with(fields, "use", &TopReader::use);
        with(fields, "hours", &TopReader::hours);
        for (File* library : draft_.libraries)
            take_hours(*library);
        with(fields, "settings", &TopReader::settings);
        with(fields, "vars", &TopReader::variables);
        with(fields, "takes", &TopReader::takes);
        with(fields, "gives", &TopReader::gives);
        with(fields, "ends", &TopReader::ends);
        with(fields, "results", &TopReader::results);
        with(fields, "prompts", &TopReader::prompts);
        draft_.anywhere_node = fields.find("anywhere");
        draft_.otherwise_node = fields.find("otherwise");
        draft_.hung_up_node = fields.find("hung_up");
        draft_.start_node = fields.require("start", "write the name of the first state");
        if (fields.require("states", "write the states, each with its steps") != nullptr) {
            with(fields, "states", &TopReader::states);
        }
        draft_.incomplete = draft_.incomplete || draft_.start_node == nullptr;
        fields.refuse_rest();
        draft_.used.variables.resize(flow_.variables.size());
        draft_.used.settings.resize(flow_.settings.size());
        draft_.used.hours.resize(flow_.hours.size());
        draft_.used.results.resize(flow_.results.size());
    }

private:
    void with(Fields& fields, std::string_view key,
              void (TopReader::*part)(const YamlNode& key, const YamlNode& value)) {
        const bool told = fields.entry(key) != nullptr && fields.entry(key)->value.is_null();
        const YamlNode* value = told && key == "states" ? nullptr : fields.find(key);
        if (value != nullptr) (this->*part)(fields.entry(key)->key, *value);
    }

    std::vector<const YamlNode::Entry*> names_in(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry& entry : value.entries) {
            if (is_name(entry.key.text)) continue;
            draft_.misnamed.insert(entry.key.text);
            draft_.incomplete = true;
            draft_.lost_place = draft_.lost_place || key.text == "states";
        }
        return named_entries(folder_.findings, reader_.file(), key, value);
    }

    // A list of plain names.
    std::vector<const YamlNode*> list_of_names(const YamlNode& key, const YamlNode& value) {
        std::vector<const YamlNode*> names;
        if (!value.is_list()) {
            reader_.report("SB106", key.span, fmt::format("{} is a list of names", key.text),
                           "write [one, another]");
            return names;
        }
        for (const YamlNode& item : value.items) {
            if (scalar(reader_, item, "a name") == nullptr) continue;
            if (!is_name(item.text)) {
                reader_.report("SB106", item.span, fmt::format("{} is no name", quoted(item.text)),
                               "a name is of a-z, 0-9 and _, and begins with a letter");
                continue;
            }
            const bool again = std::ranges::any_of(
                names, [&](const YamlNode* name) { return name->text == item.text; });
            if (again) {
                two_of(item);
            } else {
                names.push_back(&item);
            }
        }
        return names;
    }

    void two_of(const YamlNode& name) {
        reader_.report("SB207", name.span, fmt::format("{} is named twice", quoted(name.text)),
                       "give one of the two another name");
    }

    std::optional<Type> type_of(const YamlNode::Entry& entry) {
        if (entry.value.is_null()) {
            reader_.report("SB107", entry.key.span,
                           fmt::format("{} needs its type", quoted(entry.key.text)),
                           "write one behind it, such as text, digits(8) or money(USD)");
            return {};
        }
        const std::string* text = scalar(reader_, entry.value, "a type");
        if (text == nullptr) return {};
        auto type = parse_type(*text);
        if (!type) {
            const std::string meant = our_type(*text);
            if (!meant.empty()) type = parse_type(meant);  // what else is found is true then too
            reader_.report(
                "SB106", entry.value.span, fmt::format("no type {}", quoted(*text)),
                !meant.empty()
                    ? fmt::format("write {}", meant)
                    : hint_for(*text,
                               {"text", "digits", "number", "date", "time", "phone", "bool", "url",
                                "recording", "money(USD)"},
                               "types are text, digits(8), number, money(USD), date, time, "
                               "phone, bool, url, one_of(a, b) and recording"));
        }
        return type;
    }

    // What has no usable type is kept as text, so that its name is known.
    Variable variable(const YamlNode::Entry& entry) {
        return {entry.key.text, type_of(entry).value_or(Type{}), entry.key.span};
    }

    void languages(const YamlNode& key, const YamlNode& value);
    void speech(Language& language, const YamlNode::Entry& entry);
    void use(const YamlNode& key, const YamlNode& value);
    void take_hours(File& library);

    void hours(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value)) {
            auto hours = read_hours(folder_.findings, reader_.source, *entry);
            if (!hours) {
                draft_.incomplete = true;
                continue;
            }
            flow_.hours.push_back(std::move(*hours));
            draft_.hours_from.push_back(draft_.file);
        }
    }

    void settings(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value)) {
            draft_.settings.emplace(entry->key.text, static_cast<int>(flow_.settings.size()));
            flow_.settings.push_back(variable(*entry));
            if (flow_.settings.back().type.kind == TypeKind::recording) {
                reader_.report("SB106", entry->value.span, "a setting cannot be a recording",
                               "only record makes one");
            }
        }
    }

    void add_variable(const YamlNode::Entry& entry) {
        const std::string& name = entry.key.text;
        if (std::ranges::count(taken_words, name) != 0) {
            reader_.report("SB207", entry.key.span,
                           fmt::format("{} has a meaning of its own", quoted(name)),
                           "give the variable another name");
            return;
        }
        if (!draft_.variables.emplace(name, static_cast<int>(flow_.variables.size())).second) {
            return two_of(entry.key);
        }
        flow_.variables.push_back(variable(entry));
    }

    void variables(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value))
            add_variable(*entry);
    }

    void takes(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value)) {
            const std::size_t before = flow_.variables.size();
            add_variable(*entry);
            if (flow_.variables.size() > before) {
                flow_.takes.push_back(static_cast<int>(before));
            }
        }
    }

    void gives(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value)) {
            flow_.gives.push_back(variable(*entry));
        }
    }

    void ends(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode* name : list_of_names(key, value))
            flow_.ends.push_back(name->text);
    }

    void results(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode* name : list_of_names(key, value)) {
            draft_.results.emplace(name->text, static_cast<int>(flow_.results.size()));
            flow_.results.push_back(name->text);
        }
    }

    void prompts(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value)) {
            const auto known = draft_.prompts.find(entry->key.text);
            if (known != draft_.prompts.end()) {  // of a library: `use` is read before
                known->second.file->used.insert(entry->key.text);  // by which of the two, who knows
                reader_.report("SB207", entry->key.span,
                               fmt::format("{} is a prompt of {} too", quoted(entry->key.text),
                                           known->second.file->source->name),
                               "give one of the two another name");
            }
            draft_.prompts.insert_or_assign(
                entry->key.text, Prompt{entry, draft_.file, false, Prompt::Progress::unread, {}});
        }
    }

    void states(const YamlNode& key, const YamlNode& value) {
        for (const YamlNode::Entry* entry : names_in(key, value)) {
            const std::string& name = entry->key.text;
            if (name == "next" || name == "again") {
                reader_.report("SB106", entry->key.span,
                               fmt::format("no state can be called {}", quoted(name)),
                               "the word has a meaning of its own as a place; take another");
                continue;
            }
            draft_.states.emplace(name, static_cast<int>(flow_.states.size()));
            State state;
            state.name = name;
            state.span = entry->key.span;
            flow_.states.push_back(std::move(state));
            draft_.state_values.push_back(&entry->value);
        }
        if (flow_.states.empty() && value.is_map() && value.entries.empty()) {
            reader_.report("SB107", key.span, "a flow needs at least one state",
                           "write the first state and its steps");
        }
    }

    Folder& folder_;
    Draft& draft_;
    Flow& flow_;
    Reader reader_;
    const YamlNode& root_;
    Span use_span_{};
};

void TopReader::languages(const YamlNode& key, const YamlNode& value) {
    if (!value.is_map() || value.entries.empty()) {
        reader_.report("SB106", key.span, "languages is a map from language tags to their voices",
                       "write {en-US: {voice: Polly.Joanna-Neural}}");
        return;
    }
    for (const YamlNode::Entry& entry : value.entries) {
        Language language;
        language.tag = entry.key.text;
        language.span = entry.key.span;
        (void)attribute_value(reader_, entry.key, "a language", "Say", "language");
        if (entry.value.is_map()) {
            Fields fields{reader_, entry.value, entry.key.span, "a language"};
            if (const YamlNode* voice = fields.find("voice")) {
                language.voice = voice_name(reader_, *voice).value_or("");
            }
            if (fields.find("speech") != nullptr) speech(language, *fields.entry("speech"));
            fields.refuse_rest();
        } else if (!entry.value.is_null()) {
            reader_.report("SB106", entry.value.span, "a language is a map",
                           "write {voice: Polly.Joanna-Neural}");
        }
        flow_.languages.push_back(std::move(language));
    }
}

// {model, timeout, hints} and what else <Gather> knows of the recogniser.
void TopReader::speech(Language& language, const YamlNode::Entry& entry) {
    if (!entry.value.is_map()) {
        reader_.report("SB106", entry.key.span, "speech is a map", "write {timeout: 2s}");
        return;
    }
    Fields fields{reader_, entry.value, entry.key.span, "speech"};
    if (const YamlNode* model = fields.find("model")) {
        if (const auto value =
                attribute_value(reader_, *model, "the model", "Gather", "speechModel")) {
            language.speech.push_back({"speechModel", Text{{*value}, model->span}});
        }
    }
    if (const YamlNode* timeout = fields.find("timeout")) {
        std::optional<std::string> value;
        if (timeout->is_scalar() && timeout->text == "auto") {
            value = "auto";
        } else if (const auto length =
                       whole_seconds(reader_, *timeout, "the timeout", "Gather", "speechTimeout")) {
            value = std::to_string(length->count());
        }
        if (value) language.speech.push_back({"speechTimeout", Text{{*value}, timeout->span}});
    }
    if (const YamlNode* hints = fields.find("hints")) {
        if (!hints->is_list()) {
            reader_.report("SB106", hints->span, "hints are a list of phrases",
                           "write [first phrase, second phrase]");
        }
        for (const YamlNode& hint : hints->items) {
            if (scalar(reader_, hint, "a hint") != nullptr) language.hints.push_back(hint.text);
        }
    }
    fields.rest_into({{"Gather", &language.speech}}, {{"speech_model", "model"},
                                                      {"speech_timeout", "timeout"},
                                                      {"input", ""},
                                                      {"num_digits", ""},
                                                      {"finish_on_key", ""},
                                                      {"language", ""},
                                                      {"action_on_empty_result", ""},
                                                      {"barge_in", ""},
                                                      {"debug", ""}});
}

// A path relative to `from`, as one relative to the folder; nothing where it leaves it.
std::optional<std::string> resolved(std::string_view from, std::string_view path) {
    if (path.empty() || path.front() == '/') return {};
    std::vector<std::string_view> parts;
    const auto take = [&](std::string_view whole) {
        while (!whole.empty()) {
            const auto slash = whole.find('/');
            const std::string_view part = whole.substr(0, slash);
            whole = slash == std::string_view::npos ? std::string_view{} : whole.substr(slash + 1);
            if (part.empty() || part == ".") continue;
            if (part != "..") {
                parts.push_back(part);
            } else if (parts.empty()) {
                return false;
            } else {
                parts.pop_back();
            }
        }
        return true;
    };
    const auto last = from.rfind('/');
    if (last != std::string_view::npos && !take(from.substr(0, last))) return {};
    if (!take(path)) return {};
    return fmt::format("{}", fmt::join(parts, "/"));
}

void TopReader::use(const YamlNode& key, const YamlNode& value) {
    use_span_ = key.span;
    if (!value.is_list()) {
        reader_.report("SB106", key.span, "use is a list of files",
                       fmt::format("write [{}]", value.is_scalar() ? value.text : "house.yaml"));
        draft_.incomplete = draft_.lacks_library = true;
        return;
    }
    for (const YamlNode& item : value.items) {
        if (scalar(reader_, item, "a library") == nullptr) continue;
        const auto path = resolved(flow_.file, item.text);
        const auto found = path ? folder_.by_path.find(*path) : folder_.by_path.end();
        if (found == folder_.by_path.end()) {
            reader_.report("SB208", item.span,
                           path
                               ? fmt::format("no file {}", quoted(item.text))
                               : fmt::format("{} lies outside the flows folder", quoted(item.text)),
                           path ? hint_for(item.text, keys_of(folder_.by_path),
                                           "write the path relative to this file")
                                : std::string{"keep libraries inside the folder"});
            draft_.incomplete = draft_.lacks_library = true;
            continue;
        }
        File& library = *found->second;
        if (library.kind != File::Kind::library) {
            draft_.incomplete = draft_.lacks_library = true;
            if (library.kind == File::Kind::flow) {
                reader_.report("SB106", item.span,
                               fmt::format("{} is a flow, not a library", quoted(item.text)),
                               "only hours and prompts can be shared: put them into a library");
            }
            continue;
        }
        if (std::ranges::count(draft_.libraries, &library) != 0) {
            two_of(item);
            continue;
        }
        draft_.libraries.push_back(&library);
        for (const YamlNode::Entry* entry : library.prompts) {
            const bool fresh =
                draft_.prompts
                    .emplace(entry->key.text,
                             Prompt{entry, &library, false, Prompt::Progress::unread, {}})
                    .second;
            if (fresh) continue;
            reader_.report("SB207", item.span,
                           fmt::format("two libraries have a prompt {}", quoted(entry->key.text)),
                           "give one of the two another name");
        }
    }
}

void TopReader::take_hours(File& library) {
    for (const Hours& hours : library.hours) {
        const auto known = std::ranges::find(flow_.hours, hours.name, &Hours::name);
        if (known == flow_.hours.end()) {
            flow_.hours.push_back(hours);
            draft_.hours_from.push_back(&library);
            continue;
        }
        const auto index = static_cast<std::size_t>(known - flow_.hours.begin());
        const Span& place = draft_.hours_from[index] == draft_.file ? known->span : use_span_;
        library.used.insert(hours.name);
        reader_.report(
            "SB207", place,
            fmt::format("the hours {} are in {} too", quoted(hours.name), library.source->name),
            "give one of the two another name");
    }
}

}  // namespace

void read_top(Folder& folder, Draft& draft) { TopReader{folder, draft}.read(); }

}  // namespace flows::load
