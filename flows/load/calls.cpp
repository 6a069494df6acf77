// How flows lead to each other: who calls whom by `do`, who goes where by a place.
#include "flows/load/findings.hpp"
#include "flows/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::load {
namespace {

// A call stack holds at most so many flows.
constexpr int most_frames = 8;

struct Links {
    std::vector<int> does{}, all{};  // indices of drafts
};

class Connector {
public:
    explicit Connector(Folder& folder) : folder_{folder}, links_(folder.drafts.size()) {
        std::map<std::string, int, std::less<>> index;
        for (std::size_t i = 0; i < folder.drafts.size(); ++i) {
            const std::string& name = folder.drafts[i]->flow.name;
            if (!name.empty()) index.emplace(name, static_cast<int>(i));
        }
        for (std::size_t i = 0; i < folder.drafts.size(); ++i) {
            const Draft& draft = *folder.drafts[i];
            std::set<int> all;
            for (const auto& [callee, span] : draft.does) {
                links_[i].does.push_back(index.find(callee)->second);
                all.insert(links_[i].does.back());
            }
            for (const std::string& target : draft.goes)
                all.insert(index.find(target)->second);
            links_[i].all.assign(all.begin(), all.end());
        }
    }

    void connect() {
        components();
        refuse_cycles();
        refuse_depth();
        for (std::size_t i = 0; i < links_.size(); ++i)
            gather(static_cast<int>(i));
    }

private:
    Draft& draft(int index) { return *folder_.drafts[static_cast<std::size_t>(index)]; }
    const Links& links(int index) const { return links_[static_cast<std::size_t>(index)]; }

    std::vector<bool> reachable(int from) const {
        std::vector<bool> reached(links_.size());
        std::vector<int> open{from};
        while (!open.empty()) {
            const int at = open.back();
            open.pop_back();
            for (const int next : links(at).all) {
                if (reached[static_cast<std::size_t>(next)]) continue;
                reached[static_cast<std::size_t>(next)] = true;
                open.push_back(next);
            }
        }
        return reached;
    }

    void components() {
        for (std::size_t i = 0; i < links_.size(); ++i) {
            reached_.push_back(links_[i].all.empty() ? std::vector<bool>(links_.size())
                                                     : reachable(static_cast<int>(i)));
        }
    }

    bool reaches(int from, int to) const {
        return reached_[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
    }

    // A `do` from which the call can come back to its own flow without a return: the calls pile up.
    void refuse_cycles() {
        std::vector<bool> told(links_.size());
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const int caller = static_cast<int>(i);
            for (std::size_t k = 0; k < links_[i].does.size(); ++k) {
                const int callee = links_[i].does[k];
                if (callee != caller && !reaches(callee, caller)) continue;
                has_cycle_ = true;
                if (told[i]) continue;  // by a flow of the same circle
                for (std::size_t j = 0; j < links_.size(); ++j) {
                    const int other = static_cast<int>(j);
                    if (other == caller || (reaches(caller, other) && reaches(other, caller))) {
                        told[j] = true;
                    }
                }
                const auto& [name, span] = draft(caller).does[k];
                folder_.findings.push_back(finding(
                    "SB205", draft(caller).flow.file, span,
                    callee == caller ? fmt::format("the flow {} calls itself", quoted(name))
                                     : fmt::format("the flows {} and {} call each other",
                                                   quoted(draft(caller).flow.name), quoted(name)),
                    "let the called flow return, or go to a state of the other: other_flow/state"));
            }
        }
    }

    // Frames that are on the stack from this flow downwards, at most.
    int depth(int flow) {
        int& known = depths_[static_cast<std::size_t>(flow)];
        if (known != 0) return known;
        known = 1;  // flows that go to each other by places are as deep as the deepest of them
        int deepest = 1;
        for (const int callee : links(flow).does)
            deepest = std::max(deepest, 1 + depth(callee));
        for (const int target : links(flow).all)
            deepest = std::max(deepest, depth(target));
        return depths_[static_cast<std::size_t>(flow)] = deepest;
    }

    void refuse_depth() {
        if (has_cycle_) return;
        depths_.assign(links_.size(), 0);
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const int caller = static_cast<int>(i);
            const auto& does = links_[i].does;
            for (std::size_t k = 0; k < does.size(); ++k) {
                if (1 + depth(does[k]) <= most_frames) continue;
                // Only where the limit is passed: callers further up would be told the same.
                if (depth(does[k]) > most_frames) continue;
                folder_.findings.push_back(finding(
                    "SB205", draft(caller).flow.file, draft(caller).does[k].second,
                    fmt::format("with this call flows are nested more than {} deep", most_frames),
                    "let a flow in between return before the next one is called"));
            }
        }
    }

    void gather(int index) {
        Flow& flow = draft(index).flow;
        std::set<std::string> calls;
        std::set<std::string> files;
        const auto add_files = [&](const Draft& other) {
            files.insert(other.flow.file);
            for (const File* library : other.libraries)
                files.insert(library->source->name);
        };
        add_files(draft(index));
        for (const int next : links(index).all) {
            if (next != index) calls.insert(draft(next).flow.name);
        }
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const int other = static_cast<int>(i);
            if (!reaches(index, other)) continue;
            const Draft& reached = draft(other);
            add_files(reached);
            flow.reads_attestation =
                flow.reads_attestation || reached.facts.contains(CallFact::attestation);
            flow.reads_answered_by =
                flow.reads_answered_by || reached.facts.contains(CallFact::answered_by);
        }
        flow.calls.assign(calls.begin(), calls.end());
        flow.files.assign(files.begin(), files.end());
    }

    Folder& folder_;
    std::vector<Links> links_;
    std::vector<std::vector<bool>> reached_{};
    std::vector<int> depths_{};
    bool has_cycle_ = false;
};

}  // namespace

void connect_flows(Folder& folder) { Connector{folder}.connect(); }

}  // namespace flows::load
