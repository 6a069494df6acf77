// Deadlines without a timer for each: connections that wait for the same thing wait equally long,
// so that a queue a kind is always in order, and a move costs four pointers. It stays in order when
// durations change, as what is kept is when a wait began.
#pragma once

#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <limits>

namespace server {

enum class WaitsFor { handshake, next_request, rest_of_request, writing, lingering, answer };
inline constexpr std::size_t waits_for_kinds = 6;

// What stands in the queues; leaves its queue by itself when it is destroyed.
class Timed : public boost::intrusive::list_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
private:
    friend class Deadlines;
    std::chrono::steady_clock::time_point since_;
};

// Of one loop: not thread-safe.
class Deadlines {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr Clock::duration never = Clock::duration::max();

    // `durations` by WaitsFor; `never` for a queue that only keeps its members findable.
    explicit Deadlines(const std::array<Clock::duration, waits_for_kinds>& durations);

    // From now on, also for who waits already. Which are `never` may not change.
    void set_durations(const std::array<Clock::duration, waits_for_kinds>& durations);

    // How often `take_expired` should be asked.
    Clock::duration tick() const { return tick_; }
    void set_now(Clock::time_point now) { now_ = now; }

    // Moves `timed` to the end of that queue; its time starts anew.
    void enter(Timed& timed, WaitsFor what);

    // The first whose time has passed, moved to the queue `answer`, whose members never expire;
    // or null when there is none.
    Timed* take_expired();

    // The one that waits longest, or null.
    Timed* longest(WaitsFor what);
    // Visits all, whatever they wait for; none may be destroyed meanwhile, but for itself.
    template <class Visit> void for_each(Visit visit) {
        for (Queue& waiting : queues_)
            for (auto it = waiting.begin(); it != waiting.end();)
                visit(*it++);
    }

private:
    using Queue = boost::intrusive::list<Timed, boost::intrusive::constant_time_size<false>>;
    Queue& queue(WaitsFor what) { return queues_[static_cast<std::size_t>(what)]; }

    std::array<Clock::duration, waits_for_kinds> durations_;
    std::array<Queue, waits_for_kinds> queues_;
    Clock::duration tick_{};
    Clock::time_point now_ = Clock::now();
};

}  // namespace server
