// What the operator lets flows reach, and what of a flow lies outside of it.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/engine/circumstances.hpp"
#include "flows/model/flow.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

struct OutboundRules {
    // Whether `http` steps may ask a host, named in lower case and an IPv6 address without its
    // brackets, at a port. Without it they may ask every one.
    std::function<bool(std::string_view host, std::uint16_t port)> lists_host{};
    std::vector<std::string> allow_hosts{};  // the same as it is written, for hints
    DialRules dial{};
    // Values of settings as they are written in the configuration, by flow ("all": of every flow)
    // and name; of what is not there nothing is said.
    std::map<std::string, std::map<std::string, std::string>> settings{};
    // Of what is found. Only a warning where such a flow is to be served all the same.
    config::Severity severity = config::Severity::error;
};

// SB805: a number to dial or call back, written in the flow or set by the operator, that the dial
// rules refuse. SB806: the host of a look-up that is not listed. What callers supply is decided
// when it runs. A setting is told once a flow, where it is used first.
void check_outbound(const Flow& flow, const OutboundRules& rules, config::Diagnostics& findings);

// Whether a flow has anything that the rules would decide.
bool reaches_out(const Flow& flow);

}  // namespace flows
