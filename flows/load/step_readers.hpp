// One reader a kind of step. Nothing comes back where the step cannot be built (its finding is
// made); what merely lacks a part is built without it.
#pragma once

#include "flows/load/fields.hpp"
#include "flows/load/reader.hpp"

namespace flows::load {

// `entry` is the step's key and value (null: written without one); what stands beside the verb's
// own struct (on, otherwise) goes into `step`.
using StepReader = std::optional<StepWhat> (*)(const Reader& reader, const YamlNode::Entry& entry,
                                               Step& step);

std::optional<StepWhat> read_say(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_play(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_pause(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_menu(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_gather(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_dial(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_record(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_redirect(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_hangup(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_reject(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_set(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_switch(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_limit(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_go(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_do(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_return(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_result(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_tag(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_twiml(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_http(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_sms(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_opt_out(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_opt_in(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_verify_start(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_verify_check(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_callback(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_enqueue(const Reader&, const YamlNode::Entry&, Step&);
std::optional<StepWhat> read_leave(const Reader&, const YamlNode::Entry&, Step&);

// The step's options as a map, or null with SB106 or SB107; `example` is the hint.
const YamlNode* options_of(const Reader& reader, const YamlNode::Entry& entry,
                           std::string_view example);
// Whether the step has a value at all; SB107 where it has none.
bool has_value(const Reader& reader, const YamlNode::Entry& entry, std::string_view example);
// "the step menu"
std::string the_step(const YamlNode::Entry& entry);

// `on` and `otherwise`. An outcome that is not among `possible` is SB304; one that must be handled
// and is not is SB303. A question's silence and nonsense go to its retries.
void read_ways(const Reader& reader, Fields& fields, Step& step, const StepWhat& what,
               Retry* noinput = nullptr, Retry* nomatch = nullptr);
// The way of an outcome that is told as SB304: where it leads is meant to be reached, and the one
// that it is a slip of is handled.
void keep_meant(const std::string& outcome, const std::optional<Target>& place,
                const std::vector<std::string>& possible, Step& step);
// `otherwise` of a question or limit, which must be written.
void require_otherwise(const Reader& reader, Fields& fields, Step& step, PlaceRules rules);

}  // namespace flows::load
