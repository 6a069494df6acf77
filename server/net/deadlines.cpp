#include "server/net/deadlines.hpp"

#include <algorithm>

namespace server {

using std::chrono::milliseconds;

Deadlines::Deadlines(const std::array<Clock::duration, waits_for_kinds>& durations) {
    set_durations(durations);
}

void Deadlines::set_durations(const std::array<Clock::duration, waits_for_kinds>& durations) {
    durations_ = durations;
    const Clock::duration shortest = std::ranges::min(durations_);
    tick_ = std::clamp<Clock::duration>(shortest / 4, milliseconds{5}, milliseconds{250});
}

void Deadlines::enter(Timed& timed, WaitsFor what) {
    timed.unlink();
    timed.since_ = now_;
    queue(what).push_back(timed);
}

Timed* Deadlines::take_expired() {
    for (std::size_t kind = 0; kind < queues_.size(); ++kind) {
        Queue& waiting = queues_[kind];
        if (durations_[kind] == never || waiting.empty()) continue;
        Timed& first = waiting.front();
        // When it entered, `now_` may have been a tick old.
        if (first.since_ + durations_[kind] + tick_ > now_) continue;
        first.unlink();
        queue(WaitsFor::answer).push_back(first);
        return &first;
    }
    return nullptr;
}

Timed* Deadlines::longest(WaitsFor what) {
    Queue& waiting = queue(what);
    return waiting.empty() ? nullptr : &waiting.front();
}

}  // namespace server
