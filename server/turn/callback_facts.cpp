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

}  // namespace server
