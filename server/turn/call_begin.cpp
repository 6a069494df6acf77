#include "server/turn/call_begin.hpp"

namespace server {

std::optional<CallBegin> call_begin_of(const flows::Effect& effect, const LoadedFlows& flows) {
    const auto* request = std::get_if<flows::RequestCallback>(&effect);
    if (request == nullptr || request->begins_in.frames.empty()) return std::nullopt;
    const std::string& flow = request->begins_in.frames.front().flow;
    const auto version = flows.versions.find(flow);
    if (version == flows.versions.end()) return std::nullopt;
    CallBegin begin{.flow = flow, .version = version->second};
    flows::encode(request->begins_in, flows.set, begin.state);
    return begin;
}

}  // namespace server
