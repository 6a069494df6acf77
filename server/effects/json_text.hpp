// Texts out of what a REST API answers. Pure.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>

namespace server {

// A text of the object; empty where it has none of that name. The first reads the object, and has
// nothing of what is none.
std::string text_in(std::string_view json, std::string_view name);
std::string text_of(const boost::json::object& object, std::string_view name);

}  // namespace server
