#include "flows/engine/call_facts.hpp"

namespace flows {
namespace {

std::string_view direction(twiml::Direction direction) {
    switch (direction) {
    case twiml::Direction::inbound:
        return "inbound";
    case twiml::Direction::outbound_api:
        return "outbound-api";
    case twiml::Direction::outbound_dial:
        return "outbound-dial";
    }
    return {};
}

}  // namespace

CallFacts call_facts(const twiml::VoiceRequest& request) {
    CallFacts facts;
    if (request.call_sid) facts.call_sid = request.call_sid->str();
    if (request.account_sid) facts.account_sid = request.account_sid->str();
    facts.withheld = request.from.kind == twiml::Party::Kind::withheld;
    if (!facts.withheld) facts.from = request.from.text;
    facts.to = request.to.text;
    facts.direction = direction(request.direction);
    facts.forwarded_from = request.forwarded_from;
    facts.caller_name = request.caller_name;
    facts.from_country = request.from_country;
    facts.from_state = request.from_state;
    facts.from_city = request.from_city;
    facts.from_zip = request.from_zip;
    facts.stir_verstat = request.stir_verstat;
    facts.answered_by = request.answered_by;
    return facts;
}

}  // namespace flows
