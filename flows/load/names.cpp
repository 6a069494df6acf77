// Names that nothing uses, and names that are easily taken for each other.
#include "config/ascii.hpp"
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::load {
namespace {

using config::is_digit;

struct Named {
    std::string_view name{};
    Span span{};
};

// What a reader sees at a glance: no underscores, 0 like o, 1 like l.
std::string at_a_glance(std::string_view name) {
    std::string seen;
    for (const char c : name) {
        if (c == '_') continue;
        seen += c == '0' ? 'o' : c == '1' ? 'l' : c;
    }
    return seen;
}

// One letter more or less, or two that changed places, in names long enough to hide it. Digits are
// for counting (line_1, line_11) and are told apart.
bool is_slip(std::string_view a, std::string_view b) {
    constexpr std::size_t long_enough = 6;
    if (a.size() > b.size()) std::swap(a, b);
    if (a.size() < long_enough || b.size() - a.size() > 1) return false;
    std::size_t same = 0;
    while (same < a.size() && a[same] == b[same])
        ++same;
    if (a.size() == b.size()) {
        return same + 1 < a.size() && a[same] == b[same + 1] && a[same + 1] == b[same] &&
               !is_digit(a[same]) && !is_digit(b[same]) && a.substr(same + 2) == b.substr(same + 2);
    }
    return !is_digit(b[same]) && a.substr(same) == b.substr(same + 1);
}

class NameChecks {
public:
    explicit NameChecks(Folder& folder) : folder_{folder} {}

    void check(const Draft& draft) {
        const Flow& flow = draft.flow;
        file_ = flow.file;
        if (!draft.incomplete) {
            unused(flow.variables, draft.used.variables, "variable", "leave it out of vars");
            unused(flow.settings, draft.used.settings, "setting", "leave it out of settings");
            unused_hours(draft);
            unused_prompts(draft);
            unused_results(draft);
        }
        confused("variable", spans_of(flow.variables));
        confused("setting", spans_of(flow.settings));
        confused("state", spans_of(flow.states));
        confused("result", result_names(draft));
        std::vector<Named> prompts;
        for (const auto& [name, prompt] : draft.prompts) {
            if (prompt.file == draft.file) prompts.push_back({name, prompt.entry->key.span});
        }
        confused("prompt", std::move(prompts));
    }

    void check(const File& library) {
        file_ = library.source->name;
        for (const YamlNode::Entry* prompt : library.prompts) {
            if (!library.used.contains(prompt->key.text)) {
                never_used("prompt", prompt->key.text, prompt->key.span,
                           "no flow of the folder says it: leave it out");
            }
        }
        for (const Hours& hours : library.hours) {
            if (!library.used.contains(hours.name)) {
                never_used("hours", hours.name, hours.span,
                           "no flow of the folder asks for them: leave them out");
            }
        }
    }

private:
    template <class List> static std::vector<Named> spans_of(const List& list) {
        std::vector<Named> names;
        names.reserve(list.size());
        for (const auto& item : list)
            names.push_back({item.name, item.span});
        return names;
    }

    static std::vector<const YamlNode*> result_nodes(const Draft& draft) {
        std::vector<const YamlNode*> nodes(draft.flow.results.size());
        const YamlNode* list = draft.file->document->root.find("results");
        if (list == nullptr) return {};  // its key is misspelt
        for (const YamlNode& item : list->items) {
            const auto known = draft.results.find(item.text);
            if (known == draft.results.end()) continue;
            const auto index = static_cast<std::size_t>(known->second);
            if (nodes[index] == nullptr) nodes[index] = &item;
        }
        return nodes;
    }

    static std::vector<Named> result_names(const Draft& draft) {
        std::vector<Named> names;
        if (draft.flow.results.empty()) return names;
        for (const YamlNode* node : result_nodes(draft))
            names.push_back({node->text, node->span});
        return names;
    }

    void never_used(std::string_view kind, std::string_view name, const Span& span,
                    std::string hint) {
        folder_.findings.push_back(
            finding("SB203", file_, span,
                    fmt::format("the {} {} {} never used", kind, quoted(name),
                                kind == "hours" ? "are" : "is"),
                    std::move(hint)));
    }

    void unused(const std::vector<Variable>& variables, const std::vector<bool>& used,
                std::string_view kind, const std::string& hint) {
        for (std::size_t i = 0; i < variables.size(); ++i) {
            if (!used[i]) never_used(kind, variables[i].name, variables[i].span, hint);
        }
    }

    // The first hours also give the flow its time zone, which now, today and weekday read.
    void unused_hours(const Draft& draft) {
        for (std::size_t i = 0; i < draft.flow.hours.size(); ++i) {
            const Hours& hours = draft.flow.hours[i];
            if (draft.used.hours[i]) {
                draft.hours_from[i]->used.insert(hours.name);
            } else if (draft.hours_from[i] == draft.file) {
                never_used("hours", hours.name, hours.span, "leave them out of hours");
            }
        }
    }

    void unused_prompts(const Draft& draft) {
        for (const auto& [name, prompt] : draft.prompts) {
            if (!prompt.used && prompt.file == draft.file) {
                never_used("prompt", name, prompt.entry->key.span, "leave it out of prompts");
            }
        }
    }

    void unused_results(const Draft& draft) {
        if (draft.flow.results.empty()) return;
        const auto nodes = result_nodes(draft);
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (draft.used.results[i]) continue;
            never_used("result", nodes[i]->text, nodes[i]->span, "leave it out of results");
        }
    }

    void tell_confused(std::string_view kind, const Named& a, const Named& b) {
        const Named& later = a.span.begin < b.span.begin ? b : a;
        const Named& first = &later == &a ? b : a;
        folder_.findings.push_back(
            finding("SB204", file_, later.span,
                    fmt::format("the {}s {} and {} are easily confused", kind, quoted(first.name),
                                quoted(later.name)),
                    "give one of the two a name that sounds different"));
    }

    // Alike at a glance, or a slip of the finger apart. Sorted neighbours and buckets keep this
    // from comparing each with each in flows of thousands of states.
    void confused(std::string_view kind, std::vector<Named> names) {
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto [first, fresh] = seen.emplace(at_a_glance(names[i].name), i);
            if (!fresh) tell_confused(kind, names[first->second], names[i]);
        }
        // A slip leaves the letters alike but for one: bucket by each name with a letter left out.
        std::map<std::string, std::vector<std::size_t>, std::less<>> near;
        std::set<std::pair<std::size_t, std::size_t>> told;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const std::string name{names[i].name};
            if (name.size() > 40) continue;
            std::set<std::string> forms{name};
            for (std::size_t at = 0; at < name.size(); ++at) {
                std::string form = name;
                form.erase(at, 1);
                forms.insert(std::move(form));
            }
            for (const std::string& form : forms) {
                auto& bucket = near[form];
                for (const std::size_t other : bucket) {
                    if (is_slip(names[other].name, names[i].name) &&
                        at_a_glance(names[other].name) != at_a_glance(name) &&
                        told.emplace(other, i).second) {
                        tell_confused(kind, names[other], names[i]);
                    }
                }
                bucket.push_back(i);
            }
        }
    }

    Folder& folder_;
    std::string file_{};
};

}  // namespace

void check_names(Folder& folder) {
    NameChecks checks{folder};
    bool all_known = true;
    for (const auto& file : folder.files)
        all_known = all_known && file->document != nullptr;
    for (const auto& draft : folder.drafts) {
        checks.check(*draft);
        all_known = all_known && !draft->incomplete;
    }
    if (!all_known) return;  // a flow that could not be read may use them
    for (const auto& file : folder.files) {
        if (file->kind == File::Kind::library) checks.check(*file);
    }
}

}  // namespace flows::load
