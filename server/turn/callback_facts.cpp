#include "server/turn/callback_facts.hpp"

namespace server {

std::string_view bound_path(const Routed& path) {
    // The three segments are pieces of one path.
    const char* const end = path.event.data() + path.event.size();
    return {path.flow.data(), static_cast<std::size_t>(end - path.flow.data())};
}

bool is_on_leg(flows::EventName event) {
    return event == flows::EventName::whisper || event == flows::EventName::screen ||
           event == flows::EventName::screened;
}

bool awaits_secret(const flows::CallState& state, const flows::FlowSet& flows) {
    if (state.frames.empty() || state.awaiting != flows::Awaiting::answer) return false;
    const flows::Frame& top = state.frames.back();
    const flows::Flow* flow = flows.find(top.flow);
    if (flow == nullptr) return false;
    const auto& steps = flow->states[static_cast<std::size_t>(top.state)].steps;
    const auto& what = steps[static_cast<std::size_t>(top.step)].what;
    const auto is_secret = [&](int variable) {
        return variable >= 0 && flow->variables[static_cast<std::size_t>(variable)].type.secret;
    };
    if (const auto* gather = std::get_if<flows::Gather>(&what)) return is_secret(gather->save);
    if (const auto* menu = std::get_if<flows::Menu>(&what)) {
        for (const flows::Choice& choice : menu->choices) {
            if (is_secret(choice.save)) return true;
        }
    }
    return false;
}

flows::CallFacts call_facts(const twiml::VoiceRequest& request) {
    flows::CallFacts facts;
    if (request.call_sid) facts.call_sid = request.call_sid->str();
    if (request.account_sid) facts.account_sid = request.account_sid->str();
    facts.withheld = request.from.kind == twiml::Party::Kind::withheld;
    if (!facts.withheld) facts.from = request.from.text;
    facts.to = request.to.text;
    switch (request.direction) {
    case twiml::Direction::inbound:
        facts.direction = "inbound";
        break;
    case twiml::Direction::outbound_api:
        facts.direction = "outbound-api";
        break;
    case twiml::Direction::outbound_dial:
        facts.direction = "outbound-dial";
        break;
    }
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

}  // namespace server
