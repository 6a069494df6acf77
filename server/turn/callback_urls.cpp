#include "server/turn/callback_urls.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace server {

std::string state_name(const flows::CallState& state, const flows::Flow& root,
                       const flows::FlowSet& flows) {
    if (state.frames.empty()) return {};
    const flows::Frame& top = state.frames.back();
    const flows::Flow* flow = flows.find(top.flow);
    if (flow == nullptr || top.state < 0) return {};
    const std::string& name = flow->states[static_cast<std::size_t>(top.state)].name;
    return flow->name == root.name ? name : flow->name + "." + name;
}

std::vector<twiml::FilledUrl> fill_callbacks(const flows::Reply& reply,
                                             const ReplyContext& context) {
    // A Gather and the Redirect behind it carry the same state: it is written once.
    thread_local std::vector<std::string> states;
    thread_local std::vector<std::string> names;
    states.resize(std::max(states.size(), reply.states.size()));
    names.resize(states.size());
    for (std::size_t i = 0; i < reply.states.size(); ++i) {
        states[i].clear();
        flows::encode(reply.states[i], context.flows, states[i]);
        names[i] = state_name(reply.states[i], context.root, context.flows);
    }

    std::vector<twiml::FilledUrl> urls;
    urls.reserve(reply.callbacks.size());
    thread_local std::vector<Sealing> sealings;
    sealings.clear();
    for (const flows::Callback& callback : reply.callbacks) {
        const auto state = static_cast<std::size_t>(callback.state);
        std::string& path = urls.emplace_back(twiml::FilledUrl{{}, context.origin}).path;
        path.reserve(512);
        path.append(context.path_prefix).append("/voice/");
        const std::size_t bound_from = path.size();
        path.append(context.root.name).append("/").append(names[state]).append("/");
        path.append(flows::to_text(callback.event));
        const std::size_t bound_size = path.size() - bound_from;
        path.append("?s=");
        const bool parent = callback.bound == flows::Callback::Bound::parent_call;
        sealings.push_back({states[state],
                            {std::string_view{path}.substr(bound_from, bound_size),
                             parent ? context.parent_call_sid : context.call_sid},
                            &path});
    }
    seal(context.key, context.version, sealings);
    for (twiml::FilledUrl& url : urls) {
        if (context.recovering) url.path += "&r=1";
        url.path += context.overrides;
    }
    return urls;
}

std::string connection_overrides(std::chrono::milliseconds patience) {
    using std::chrono::milliseconds;
    constexpr milliseconds usual{6500}, longest{15'000}, to_answer{1500};
    const milliseconds read = std::clamp(patience + to_answer, usual, longest);
    return fmt::format("#ct=2000&rt={}&rc=2&rp=ct,5xx,rt", read.count());
}

std::string_view query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view field = query.substr(0, end);
        if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=')
            return field.substr(name.size() + 1);
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

}  // namespace server
