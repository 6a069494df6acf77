// What the operator lets flows reach, and what of a flow lies outside of it.
#pragma once

#include "config/diagnostic.hpp"
#include "flows/engine/circumstances.hpp"
#include "flows/model/flow.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

struct OutboundRules {
    std::vector<std::string> allow_hosts{};  // that `http` steps may ask; as outbound.allow_hosts
    DialRules dial{};
    // Values of settings as they are written in the configuration, by flow ("all": of every flow)
    // and name; of what is not there nothing is said.
    std::map<std::string, std::map<std::string, std::string>> settings{};
};

// SB805: a number to dial or call back, written in the flow or set by the operator, that the dial
// rules refuse. SB806: the host of a look-up that is not listed. What callers supply is decided
// when it runs. A setting is told once a flow, where it is used first.
void check_outbound(const Flow& flow, const OutboundRules& rules, config::Diagnostics& findings);

// Whether a flow has anything that the rules would decide.
bool reaches_out(const Flow& flow);

// The host of an http or https URL, in lower case, without its port; empty where it has none.
std::string host_of(std::string_view url);

// Whether a host may be asked: listed as it is, in upper or lower case.
bool lists_host(const std::vector<std::string>& allow_hosts, std::string_view host);

}  // namespace flows
