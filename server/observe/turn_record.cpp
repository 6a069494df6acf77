#include "server/observe/turn_record.hpp"

#include <algorithm>
#include <string>

namespace server {

ShortText<20> masked(std::string_view party) {
    const bool number = !party.empty() && party.find_first_not_of("+0123456789") == party.npos;
    std::string text{party.substr(0, 20)};
    const std::size_t shown =
        number ? (text.size() > 4 ? text.size() - 4 : 0) : std::min<std::size_t>(2, text.size());
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(shown), text.end(), '*');
    return {text};
}

}  // namespace server
