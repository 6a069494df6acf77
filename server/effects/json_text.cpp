#include "server/effects/json_text.hpp"

#include <boost/json/parse.hpp>

namespace server {

std::string text_in(std::string_view json, std::string_view name) {
    boost::system::error_code no_json;
    const auto value = boost::json::parse(json, no_json);
    if (no_json || !value.is_object()) return {};
    return text_of(value.get_object(), name);
}

std::string text_of(const boost::json::object& object, std::string_view name) {
    const auto* found = object.if_contains(name);
    if (!found || !found->is_string()) return {};
    return std::string{std::string_view{found->get_string()}};
}

}  // namespace server
