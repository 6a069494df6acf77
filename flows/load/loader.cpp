#include "flows/load/loader.hpp"

#include "flows/load/checker.hpp"
#include "flows/load/checker_parts.hpp"
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace load {
namespace {

bool lies_inside(std::string_view path) {
    if (path.empty() || path.front() == '/') return false;
    while (!path.empty()) {
        const auto slash = path.find('/');
        if (path.substr(0, slash) == "..") return false;
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
    }
    return true;
}

void read_files(Folder& folder, std::span<const config::Source> sources) {
    for (const config::Source& source : sources) {
        if (!lies_inside(source.name)) {
            folder.findings.push_back(finding("SB208", source.name, {},
                                              "this file lies outside the flows folder",
                                              "name files relative to the folder"));
            continue;
        }
        auto file = std::make_unique<File>();
        file->source = &source;
        if (!folder.by_path.emplace(source.name, file.get()).second) continue;
        file->document = config::read_yaml(source, folder.findings);
        if (file->document) read_head(folder, *file);
        folder.files.push_back(std::move(file));
    }
    std::ranges::sort(folder.files, {}, [](const auto& file) { return file->source->name; });
}

// Of the folder as it is read so far; the flows stay where they are.
FlowSet all_flows(const Folder& folder) {
    FlowSet all;
    for (const auto& [name, draft] : folder.flows) {
        all.flows.emplace(name, std::shared_ptr<const Flow>{std::shared_ptr<void>{}, &draft->flow});
    }
    return all;
}

const Span& name_span(const File& file) {
    const YamlNode& root = file.document->root;
    const YamlNode* name =
        root.find(file.kind == File::Kind::flow ? std::string_view{"flow"} : "library");
    return name->span;
}

// A draft for each flow; two of one name are SB207, and the later file is left out.
void begin_drafts(Folder& folder) {
    std::map<std::string, const File*, std::less<>> libraries;
    for (const auto& file : folder.files) {
        if (file->kind == File::Kind::neither) continue;
        const File* first = nullptr;
        if (!file->name.empty() && file->kind == File::Kind::library) {
            first = libraries.emplace(file->name, file.get()).first->second;
        } else if (!file->name.empty()) {
            const auto known = folder.flows.find(file->name);
            if (known != folder.flows.end()) first = known->second->file;
        }
        if (first != nullptr && first != file.get()) {
            folder.findings.push_back(
                finding("SB207", file->source->name, name_span(*file),
                        fmt::format("{} is called {} too", first->source->name, quoted(file->name)),
                        "give one of the two another name"));
        }
        if (file->kind != File::Kind::flow) continue;
        auto draft = std::make_unique<Draft>();
        draft->file = file.get();
        // One without a usable name is read for its findings, but nothing can lead to it.
        if (!file->name.empty()) folder.flows.emplace(file->name, draft.get());
        folder.drafts.push_back(std::move(draft));
    }
}

bool mentions(const YamlNode& node, std::string_view name) {
    if (node.is_scalar()) return node.text == name;
    return std::ranges::any_of(node.items,
                               [&](const YamlNode& item) { return mentions(item, name); }) ||
           std::ranges::any_of(node.entries, [&](const YamlNode::Entry& entry) {
               return entry.key.text == name || mentions(entry.value, name);
           });
}

// Of the states that nothing was found to lead to, those that no gap can lead to either.
std::set<Span> surely_unreached(const Folder& folder, const Draft& draft,
                                const Diagnostics& found) {
    std::set<Span> dead;
    if (draft.lost_place || draft.start_node == nullptr) return dead;
    for (const config::Diagnostic& one : found) {
        if (one.code == "SB301") dead.insert(one.span);
    }
    const auto& states = draft.flow.states;
    const auto is_named = [&](const State& state) {
        for (const YamlNode* node : {draft.anywhere_node, draft.otherwise_node}) {
            if (node != nullptr && mentions(*node, state.name)) return true;
        }
        const std::string from_outside = draft.flow.name + '/' + state.name;
        for (const auto& other : folder.drafts) {
            if (mentions(other->file->document->root, from_outside)) return true;
        }
        for (std::size_t s = 0; s < states.size() && s < draft.state_values.size(); ++s) {
            const YamlNode* value = draft.state_values[s];
            if (value == nullptr || dead.contains(states[s].span)) continue;
            if (mentions(*value, state.name)) return true;
        }
        return false;
    };
    // What an unread part leads to may lead on.
    for (bool changed = true; changed;) {
        changed = false;
        for (const State& state : states) {
            if (dead.contains(state.span) && is_named(state)) {
                dead.erase(state.span);
                changed = true;
            }
        }
    }
    return dead;
}

// Removes what the checker says of a flow with something missing, and would not of the whole flow.
void forget_what_follows_from_gaps(const Folder& folder, const Draft& draft, Diagnostics& found) {
    const Flow& flow = draft.flow;
    // A state that only the missing part leads to may wait or be silent, and need no end.
    std::set<Span> unreached;
    for (const config::Diagnostic& one : found) {
        if (one.code != "SB301") continue;
        for (const State& state : flow.states) {
            if (state.span != one.span) continue;
            for (const Step& step : state.steps)
                unreached.insert(step.span);
        }
    }
    const std::set<Span> sure = surely_unreached(folder, draft, found);
    // A variable that no step names as what it sets is unset whatever the gap was.
    const auto may_be_set = [&](const config::Diagnostic& unset) {
        const std::string name = unset.message.substr(1, unset.message.find('"', 1) - 1);
        return std::ranges::any_of(draft.state_values, [&](const YamlNode* value) {
            return value != nullptr && mentions(*value, name);
        });
    };
    std::erase_if(found, [&](const config::Diagnostic& one) {
        return (one.code == "SB502" && may_be_set(one)) || one.code == "SB503" ||
               one.code == "SB307" || (one.code == "SB301" && !sure.contains(one.span)) ||
               (one.code == "SB302" && unreached.contains(one.span));
    });
}

void check_flows(Folder& folder, const LoadOptions& options) {
    const FlowSet all = all_flows(folder);
    const auto has_gaps = [&](const Draft& draft) {
        if (draft.incomplete) return true;
        // A flow with gaps that leads here may have led to more of it.
        return std::ranges::any_of(folder.drafts, [&](const auto& other) {
            return other->incomplete && (other->goes.contains(draft.flow.name) ||
                                         draft.goes.contains(other->flow.name) ||
                                         std::ranges::any_of(draft.does, [&](const auto& call) {
                                             return call.first == other->flow.name;
                                         }));
        });
    };
    for (const auto& draft : folder.drafts) {
        if (draft->flow.states.empty()) continue;
        Diagnostics found;
        check_flow(draft->flow, all, options.house, found);
        if (options.outbound) check_outbound(draft->flow, *options.outbound, found);
        if (has_gaps(*draft)) forget_what_follows_from_gaps(folder, *draft, found);
        folder.findings.insert(folder.findings.end(), found.begin(), found.end());
    }
}

// What a webhook that tells nothing of the call has to bring along.
void note_silent_facts(Folder& folder) {
    const FlowSet all = all_flows(folder);
    for (const auto& draft : folder.drafts) {
        for (State& state : draft->flow.states) {
            for (Step& step : state.steps) {
                auto* record = std::get_if<Record>(&step.what);
                if (record == nullptr) continue;
                for (auto* later : {&record->stored, &record->transcribed}) {
                    if (!*later) continue;
                    (*later)->facts = check::facts_behind(draft->flow, all, (*later)->state);
                }
            }
        }
    }
}

// The flows without errors, whose callees have none either.
FlowSet sound_flows(Folder& folder) {
    std::set<std::string, std::less<>> faulty_files;
    for (const config::Diagnostic& found : folder.findings) {
        if (found.severity == config::Severity::error) faulty_files.insert(found.file);
    }
    std::set<std::string, std::less<>> faulty;
    for (const auto& [name, draft] : folder.flows) {
        const bool has_fault = draft->incomplete || faulty_files.contains(draft->flow.file) ||
                               std::ranges::any_of(draft->libraries, [&](const File* library) {
                                   return faulty_files.contains(library->source->name);
                               });
        if (has_fault) faulty.insert(name);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (const auto& [name, draft] : folder.flows) {
            const bool falls =
                !faulty.contains(name) &&
                std::ranges::any_of(draft->flow.calls, [&](const std::string& callee) {
                    return faulty.contains(callee);
                });
            if (falls) changed = faulty.insert(name).second || changed;
        }
    }
    FlowSet set;
    for (const auto& [name, draft] : folder.flows) {
        if (faulty.contains(name)) continue;
        set.flows.emplace(name, std::make_shared<const Flow>(std::move(draft->flow)));
    }
    return set;
}

}  // namespace
}  // namespace load

Loaded load_flows(std::span<const config::Source> files, const LoadOptions& options) {
    load::Folder folder;
    if (!options.outbound) folder.skipped = {"SB805", "SB806"};
    if (!options.house.max_choices) folder.skipped.insert("SB406");
    if (!options.house.person_within) folder.skipped.insert("SB307");
    if (!options.house.repeat_for_ever) folder.skipped.insert("SB306");
    load::read_files(folder, files);
    load::begin_drafts(folder);
    for (const auto& draft : folder.drafts)
        load::read_top(folder, *draft);
    for (const auto& draft : folder.drafts)
        load::read_body(folder, *draft);
    load::connect_flows(folder);
    load::note_silent_facts(folder);
    load::check_names(folder);
    load::check_flows(folder, options);
    const bool reaches = std::ranges::any_of(
        folder.drafts, [](const auto& draft) { return reaches_out(draft->flow); });
    config::sort_findings(folder.findings);
    load::apply_allows(folder);
    // An allow of a note stands also where notes are not wanted.
    if (!options.strict) {
        std::erase_if(folder.findings, [](const config::Diagnostic& found) {
            return found.severity == config::Severity::note;
        });
    }
    config::sort_findings(folder.findings);
    return {load::sound_flows(folder), std::move(folder.findings), reaches && !options.outbound};
}

}  // namespace flows
