// The callback URLs of a reply: what they are called, what they carry, how they are read again.
//     {prefix}/voice/{flow}/{state}/{event}?s={token}[&r=1]#{connection overrides}
#pragma once

#include "flows/engine/engine.hpp"
#include "server/turn/sealed_state.hpp"
#include "twiml/render.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server {

// Twilio goes past a node that dies or hangs by itself: connect within 2 s, an answer within 6.5 s,
// or later where a webhook may wait longer for its effects (`patience`), asked again twice on a
// failed connection, a 5xx or no answer: inside its 15 s in all. A fragment is never sent and never
// signed. Source: Twilio, "Webhooks: connection overrides".
std::string connection_overrides(std::chrono::milliseconds patience);

struct ReplyContext {
    const flows::Flow& root;  // whose webhook the call began at
    const flows::FlowSet& flows;
    const FlowVersion& version;
    const StateKey& key;
    std::string_view call_sid{};         // what Bound::call means here
    std::string_view parent_call_sid{};  // what Bound::parent_call means here
    std::string_view path_prefix{};      // of the public URL that verified the request, or empty
    std::string_view origin{};           // its scheme and host: https://ivr.example.com
    std::string_view overrides{};        // as connection_overrides() writes them
    bool recovering = false;             // the token of the request did not open: &r=1
};

// One URL a callback of the reply, in their order. Deterministic.
std::vector<twiml::FilledUrl> fill_callbacks(const flows::Reply& reply,
                                             const ReplyContext& context);

// The state a call stands in, for paths and logs: "main", or "verify.enter_code" in a sub-flow.
std::string state_name(const flows::CallState& state, const flows::Flow& root,
                       const flows::FlowSet& flows);

// The value of `name` in a query, as sent; empty where it is absent.
std::string_view query_value(std::string_view query, std::string_view name);

}  // namespace server
