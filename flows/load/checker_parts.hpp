// The parts of the checker, each a handful of codes. All are pure and about linear in the flow.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/load/checker_marks.hpp"
#include "flows/load/house_limits.hpp"

#include <string>

namespace flows::check {

// SB301 states nobody reaches, SB302 states that fall off their end, SB308 steps behind the end.
void check_reach(const Graph& graph, const std::vector<int>& from_outside,
                 config::Diagnostics& findings);

// SB309 what speaks in a silent state, SB310 a wait that ends without a sound, SB312 what cannot be
// while the caller waits in line, and `leave` where nobody does (SB106).
void check_aside(const Graph& graph, const FlowSet& set, const std::vector<int>& from_outside,
                 config::Diagnostics& findings);

// Where the call may be while the caller waits in line; and with nobody on the line.
Marks in_line(const Graph& graph);
Marks in_silence(const Graph& graph);

// SB303, as a note: outcomes that only the flow's `otherwise` handles, or in line the enqueue.
void check_outcomes(const Graph& graph, const std::vector<int>& from_outside,
                    config::Diagnostics& findings);

// What the steps behind a state, here and in other flows, read of the call; sorted. Its sid apart,
// which every webhook tells.
std::vector<CallFact> facts_behind(const Flow& flow, const FlowSet& set, int state);

// SB305: a cycle of steps through which nobody has a say, here or by way of other flows. SB306: one
// that the caller can go round as often as they like.
void check_loops(const Graph& graph, const FlowSet& set, const HouseLimits& house,
                 config::Diagnostics& findings);

// SB406: menus with more choices than a caller keeps in mind.
void check_choices(const Flow& flow, const HouseLimits& house, config::Diagnostics& findings);

// SB307: questions behind which a person is too far away, or cannot be reached at all.
void check_way_to_a_person(const Graph& graph, const FlowSet& set, const HouseLimits& house,
                           config::Diagnostics& findings);

// SB807: a look-up that a caller can repeat without end. (One that repeats by itself is SB305.)
void check_lookups(const Graph& graph, const FlowSet& set, config::Diagnostics& findings);

// SB502: a variable that is read where a path does not set it.
void check_unset(const Graph& graph, const std::vector<int>& from_outside,
                 config::Diagnostics& findings);

// SB409 a `must` that no answer fulfils, SB503 a condition that is always true or always false.
void check_conditions(const Flow& flow, config::Diagnostics& findings);

// SB801 a document, SB802 a call state that may grow too large.
void check_sizes(const Flow& flow, const FlowSet& set, config::Diagnostics& findings);

// SB803: a secret that would be spoken, tagged, dialled, logged or readable in a URL.
void check_secrets(const Flow& flow, const FlowSet& set, config::Diagnostics& findings);

void report(config::Diagnostics& findings, std::string_view code, const std::string& file,
            const config::Span& span, std::string message, std::string hint);

}  // namespace flows::check
