#include "server/effects/rest_retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace server {
namespace {

using std::chrono::milliseconds;

std::optional<int> digits(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form that may be written (RFC 9110, 5.6.7).
std::optional<std::chrono::sys_seconds> http_date(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    const auto month = std::ranges::find(months, text.substr(8, 3));
    const auto day = digits(text.substr(5, 2));
    const auto year = digits(text.substr(12, 4));
    const auto hour = digits(text.substr(17, 2));
    const auto minute = digits(text.substr(20, 2));
    const auto second = digits(text.substr(23, 2));
    if (month == months.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{*year},
        std::chrono::month{static_cast<unsigned>(month - months.begin() + 1)},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

}  // namespace

std::optional<milliseconds> delay_before_next(const RetryPolicy& policy, int attempt, double chance,
                                              milliseconds remaining,
                                              std::optional<milliseconds> asked_for) {
    if (attempt > policy.most) return std::nullopt;
    milliseconds ceiling = policy.base;
    for (int i = 1; i < attempt && ceiling < policy.cap; ++i)
        ceiling *= 2;
    ceiling = std::min(ceiling, policy.cap);
    const milliseconds jittered{
        static_cast<milliseconds::rep>(chance * static_cast<double>(ceiling.count()))};
    const milliseconds delay = std::max(jittered, asked_for.value_or(milliseconds{0}));
    return delay < remaining ? std::optional{delay} : std::nullopt;
}

std::function<double()> system_chance() {
    return [random = std::mt19937{std::random_device{}()}]() mutable {
        return std::uniform_real_distribution<double>{0, 1}(random);
    };
}

std::optional<milliseconds> retry_after(std::string_view value, std::string_view date) {
    if (const auto seconds = digits(value)) return std::chrono::seconds{*seconds};
    const auto until = http_date(value);
    const auto from = http_date(date);
    if (!until || !from) return std::nullopt;
    return std::max(milliseconds{0}, milliseconds{*until - *from});
}

void ConcurrencyLimit::succeeded() {
    if (now_ >= most_ || ++successes_ < now_) return;
    successes_ = 0;
    ++now_;
}

void ConcurrencyLimit::refused(TimePoint began, TimePoint at) {
    if (began < halved_at_) return;
    halved_at_ = at;
    successes_ = 0;
    now_ = std::max<std::size_t>(1, now_ / 2);
}

}  // namespace server
