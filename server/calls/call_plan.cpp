#include "server/calls/call_plan.hpp"

#include "twiml/base64url.hpp"

#include <boost/json.hpp>

namespace server {
namespace {

namespace json = boost::json;

constexpr std::string_view bound_to = "placed call";  // no path of a webhook looks like it

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

bool truth_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_bool() && value->get_bool();
}

}  // namespace

std::string seal_plan(const CallPlan& plan, std::string_view id, const StateKey& key) {
    std::string state;
    twiml::append_base64url(plan.state, state);
    const std::string bytes = json::serialize(json::object{{"flow", plan.flow},
                                                           {"state", state},
                                                           {"account", plan.account_sid},
                                                           {"base", plan.public_base},
                                                           {"asked_for", plan.was_asked_for},
                                                           {"machines", plan.tells_machines}});
    std::string sealed;
    const Sealing sealing{bytes, {bound_to, id}, &sealed};
    seal(key, plan.version, {&sealing, 1});
    return sealed;
}

std::optional<CallPlan> open_plan(const std::vector<StateKey>& keys, std::string_view sealed,
                                  std::string_view id) {
    const auto opened = open(keys, sealed, Binding{bound_to, id});
    if (!opened) return std::nullopt;
    boost::system::error_code wrong;
    const json::value value = json::parse(opened->state, wrong);
    if (wrong || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    CallPlan plan{.version = opened->version,
                  .flow = text_of(object, "flow"),
                  .account_sid = text_of(object, "account"),
                  .public_base = text_of(object, "base"),
                  .was_asked_for = truth_of(object, "asked_for"),
                  .tells_machines = truth_of(object, "machines")};
    if (!twiml::decode_base64url(text_of(object, "state"), plan.state)) return std::nullopt;
    return plan;
}

}  // namespace server
