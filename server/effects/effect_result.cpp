#include "server/effects/effect_result.hpp"

#include "server/turn/sealed_state.hpp"

#include <boost/json.hpp>

namespace server {
namespace {

namespace json = boost::json;

constexpr char plain_mark = '=';                        // no token begins with it
constexpr std::string_view bound_to = "effect result";  // no path of a webhook looks like it

}  // namespace

std::string plain_result(std::string_view outcome) { return plain_mark + std::string{outcome}; }

std::string seal_result(const flows::EffectResult& result, const EffectOrder& order) {
    if (result.values.empty()) return plain_result(result.outcome);
    json::array values;
    for (const auto& value : result.values)
        values.push_back(value ? json::value(*value) : json::value(nullptr));
    const std::string bytes =
        json::serialize(json::object{{"outcome", result.outcome}, {"values", std::move(values)}});
    std::string sealed;
    const Sealing sealing{bytes, {bound_to, order.call_sid}, &sealed};
    seal(order.snapshot->accounts[order.account].seal_with.front(), order.version, {&sealing, 1});
    return sealed;
}

std::optional<flows::EffectResult> open_result(std::string_view sealed, const EffectOrder& order) {
    if (sealed.starts_with(plain_mark)) {
        return flows::EffectResult{.outcome = std::string{sealed.substr(1)}};
    }
    const auto opened = open(order.snapshot->open_with, sealed, Binding{bound_to, order.call_sid});
    if (!opened) return std::nullopt;
    boost::system::error_code wrong;
    const json::value read = json::parse(opened->state, wrong);
    const json::object* object = wrong ? nullptr : read.if_object();
    const json::value* outcome = object ? object->if_contains("outcome") : nullptr;
    const json::value* values = object ? object->if_contains("values") : nullptr;
    if (!outcome || !outcome->is_string() || !values || !values->is_array()) return std::nullopt;
    flows::EffectResult result{.outcome = std::string{outcome->get_string()}};
    for (const json::value& value : values->get_array()) {
        if (const json::string* text = value.if_string()) {
            result.values.emplace_back(std::string{*text});
        } else {
            result.values.emplace_back(std::nullopt);
        }
    }
    return result;
}

}  // namespace server
