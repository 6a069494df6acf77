// A flow as the checks see it: its steps as nodes, the ways between them as edges.
#pragma once

#include "flows/model/flow.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace flows::check {

inline constexpr int falls_off = -1;  // the end of a state, with nowhere to go
inline constexpr int goes_away = -2;  // to another flow
// The label of the way from a `callback` to where the call that is placed begins.
inline constexpr std::string_view called_back = "called back";

struct Edge {
    int to = goes_away;        // a node, falls_off or goes_away
    std::string_view label{};  // the choice or outcome that leads there; empty: simply on
    bool is_choice = false;
    bool is_anywhere = false;  // a choice of the flow's `anywhere`
    bool is_aside = false;     // into a wait or silent state: the call's own way goes on elsewhere
    bool enters = false;       // by a place: into a state from its first step
    bool waits = false;        // the caller, or somebody else, had a say before it is taken
    bool is_limited = false;   // taken only so often: a limit of its state counts it
    bool after_failure = false;    // the step did not do what it says
    std::vector<int> sets{};       // what is set behind it, as unguarded_reads() counts it
    const Target* away = nullptr;  // of goes_away: where
};

struct Node {
    int state = 0, step = 0;
    std::vector<Edge> edges{};
};

struct Graph {
    const Flow* flow = nullptr;
    std::vector<Node> nodes{};
    std::vector<int> first{};  // by state: its first node, or falls_off of a state without steps

    const Step& step(int node) const {
        const Node& at = nodes[static_cast<std::size_t>(node)];
        return flow->states[static_cast<std::size_t>(at.state)]
            .steps[static_cast<std::size_t>(at.step)];
    }
    const Node& node(int index) const { return nodes[static_cast<std::size_t>(index)]; }
    int entry(int state) const {
        const bool known = state >= 0 && static_cast<std::size_t>(state) < first.size();
        return known ? first[static_cast<std::size_t>(state)] : goes_away;
    }
    // The node at which the flow's own `otherwise` begins, or goes_away.
    int failure_entry() const;
};

// Whether the cases leave nothing over for an `otherwise`.
bool names_every_case(const Switch& step);

// What `do` needs to know of a flow it calls.
struct Ending {
    std::string_view name{};
    bool silent = false;       // it can be reached without the caller having a say
    std::vector<int> gives{};  // results that every `return` of this ending gives
};
using Endings = std::vector<Ending>;

// Every place that a step names, but those aside.
std::vector<const Target*> places_of(const Step& step);

// The graph of `flow`. `set` holds the flows that it calls; of one that is not there (it has errors
// of its own) the best is believed: every ending waits and gives everything.
Graph graph_of(const Flow& flow, const FlowSet& set);

}  // namespace flows::check
