// Where a call can come in the graph of a flow.
#pragma once

#include "flows/load/checker_graph.hpp"

#include <cstdint>
#include <vector>

namespace flows::check {

// By node: whether a call can come there.
using Marks = std::vector<bool>;

// Marks what can be reached from `start`: inside its state; on the call's own way, which leads
// neither into a wait nor into a silent state; or everywhere. Beyond its state, one that is entered
// counts with all its steps: a step that is never reached has its own finding.
enum class Scope : std::uint8_t { state, own_way, flow };
void mark(const Graph& graph, int start, Scope scope, Marks& marks);

// What a call reaches on its own way, from the start, from other flows and by a failure: neither
// what is heard in line, nor silent states. A state that is entered counts with all its steps.
Marks own_way(const Graph& graph, const std::vector<int>& from_outside);
// In line the keys of `anywhere` are dead: leaves out those of menus that stand only there.
void leave_out_dead_keys(Graph& graph, const std::vector<int>& from_outside);

// States of `flow` that other flows of `set` go to by a place.
std::vector<int> entered_from_outside(const Flow& flow, const FlowSet& set);

}  // namespace flows::check
