// When what was provably not carried out may be asked for again. Chance and time are handed in.
// Source: Twilio's own libraries (full jitter, at most three times, capped at 3 s); AWS
// Architecture Blog, "Exponential Backoff And Jitter".
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace server {

struct RetryPolicy {
    std::chrono::milliseconds base{250};
    std::chrono::milliseconds cap{3000};
    int most = 3;  // repeats, so one attempt more
};

// How long to wait after the `attempt`th attempt (from 1), or nothing: enough was tried, or the
// next would come after `remaining`. Full jitter: `chance`, from 0 to below 1, of what doubles with
// each attempt; not before `asked_for`, what the other side said in Retry-After.
std::optional<std::chrono::milliseconds>
delay_before_next(const RetryPolicy& policy, int attempt, double chance,
                  std::chrono::milliseconds remaining,
                  std::optional<std::chrono::milliseconds> asked_for = {});

// From 0 to below 1, by the system's random numbers. Each has a state of its own.
std::function<double()> system_chance();

// Retry-After in its two forms, seconds or a date (RFC 9110, 10.2.3); a date counts from the
// answer's own `Date`. Nothing where it makes no sense; a date that has passed is 0.
std::optional<std::chrono::milliseconds> retry_after(std::string_view value, std::string_view date);

// How many requests may be under way at an account whose limit is not published: half as many
// after "too many", one more after as many successes as there are at once. Not below 1.
class ConcurrencyLimit {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    explicit ConcurrencyLimit(std::size_t most) : most_{most}, now_{most} {}

    std::size_t now() const { return now_; }
    void succeeded();
    // Answers to requests that had begun before the last halving were refused under the old limit,
    // and say nothing about this one.
    void refused(TimePoint began, TimePoint at);

private:
    std::size_t most_;
    std::size_t now_;
    std::size_t successes_ = 0;
    TimePoint halved_at_ = TimePoint::min();
};

}  // namespace server
