#include "flows/engine/json_number.hpp"

#include <algorithm>
#include <charconv>

namespace flows {
namespace {

constexpr int most_places_moved = 30;  // no type of a flow has as many digits

}  // namespace

std::string without_exponent(std::string_view number) {
    const std::size_t e = number.find_first_of("eE");
    if (e == 0 || e == std::string_view::npos) return std::string{number};
    std::string_view written = number.substr(e + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    int exponent = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), exponent);
    if (error != std::errc{} || end != written.data() + written.size() ||
        exponent > most_places_moved || exponent < -most_places_moved)
        return std::string{number};

    const bool is_negative = number.starts_with('-');
    std::string digits{number.substr(is_negative ? 1 : 0, e - (is_negative ? 1 : 0))};
    std::size_t point = std::min(digits.find('.'), digits.size());
    if (point < digits.size()) digits.erase(point, 1);
    if (exponent < 0) {
        digits.insert(0, static_cast<std::size_t>(-exponent), '0');
    } else {
        const auto places = static_cast<std::size_t>(exponent);
        if (digits.size() < point + places) digits.append(point + places - digits.size(), '0');
        point += places;
    }
    std::string whole = digits.substr(0, point), places = digits.substr(point);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.empty() ? 0 : whole.size() - 1));
    places.erase(places.find_last_not_of('0') + 1);
    return (is_negative ? "-" : "") + whole + (places.empty() ? "" : "." + places);
}

}  // namespace flows
