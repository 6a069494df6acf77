#include "server/effects/rest_retry.hpp"

#include "server/http/http_date.hpp"

#include <algorithm>
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
