#include "server/effects/twilio_moment.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace server {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int number_in(std::string_view text) {
    int number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

std::chrono::sys_seconds twilio_moment(std::string_view text) {
    if (text.size() < 25) return {};
    const auto month = std::ranges::find(months, text.substr(8, 3));
    const std::chrono::year_month_day day{
        std::chrono::year{number_in(text.substr(12, 4))},
        std::chrono::month{static_cast<unsigned>(month - months.begin() + 1)},
        std::chrono::day{static_cast<unsigned>(number_in(text.substr(5, 2)))}};
    if (month == months.end() || !day.ok()) return {};
    return std::chrono::sys_days{day} + std::chrono::hours{number_in(text.substr(17, 2))} +
           std::chrono::minutes{number_in(text.substr(20, 2))} +
           std::chrono::seconds{number_in(text.substr(23, 2))};
}

}  // namespace server
