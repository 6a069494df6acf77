#include "flows/engine/circumstances.hpp"

#include <algorithm>

namespace flows {
namespace {

// "TN-Validation-Passed-A", "TN-Validation-Passed-A-Diverted", "...-A-Passthrough"; anything else,
// failed or absent, attests nothing. Source: Twilio, "Trusted Calling with SHAKEN/STIR".
std::string_view attestation_of(std::string_view verstat) {
    constexpr std::string_view passed = "TN-Validation-Passed-";
    if (!verstat.starts_with(passed)) return "none";
    verstat.remove_prefix(passed.size());
    const bool one_letter = verstat.size() == 1 || (verstat.size() > 1 && verstat[1] == '-');
    if (!one_letter) return "none";
    switch (verstat[0]) {
    case 'A':
        return "a";
    case 'B':
        return "b";
    case 'C':
        return "c";
    default:
        return "none";
    }
}

bool begins_with_any(std::string_view number, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return number.starts_with(prefix); });
}

}  // namespace

std::string_view fact_text(CallFact fact, const CallFacts& facts) {
    switch (fact) {
    case CallFact::from:
        return facts.from;
    case CallFact::to:
        return facts.to;
    case CallFact::sid:
        return facts.call_sid;
    case CallFact::direction:
        return facts.direction;
    case CallFact::forwarded_from:
        return facts.forwarded_from;
    case CallFact::caller_name:
        return facts.caller_name;
    case CallFact::from_country:
        return facts.from_country;
    case CallFact::from_state:
        return facts.from_state;
    case CallFact::from_city:
        return facts.from_city;
    case CallFact::from_zip:
        return facts.from_zip;
    case CallFact::attestation:
        return attestation_of(facts.stir_verstat);
    case CallFact::withheld:
        return facts.withheld ? "true" : "false";
    case CallFact::answered_by:
        return facts.answered_by;
    case CallFact::queue_position:
    case CallFact::queue_size:
    case CallFact::queue_time:
    case CallFact::queue_average_time:
        break;
    }
    return {};
}

bool DialRules::allows(std::string_view e164, bool from_caller) const {
    if (begins_with_any(e164, deny)) return false;
    if (begins_with_any(e164, allow)) return true;
    return allow.empty() && !from_caller;
}

}  // namespace flows
