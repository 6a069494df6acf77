// Places the calls that are due, and finds out about those of which nobody tells how they go. For
// the world's loop only.
#pragma once

#include "server/calls/call_plan.hpp"
#include "server/effects/people.hpp"
#include "server/effects/twilio_accounts.hpp"
#include "server/observe/access_log.hpp"
#include "server/observe/effect_counts.hpp"
#include "server/store/callbacks.hpp"
#include "server/store/limits.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>

namespace server {

struct CallTimes {
    // How long a claim is good for: longer than the wait for the rate and for Twilio's answer.
    std::chrono::milliseconds lease{20'000};
    // When a call is looked for at Twilio, of which nobody has told how it goes: longer than it can
    // ring. And one of which nobody knows whether it was placed.
    std::chrono::milliseconds look_after{180'000}, look_for_unknown_after{10'000};
    std::chrono::milliseconds idle{1000};  // between two looks for what is due
    // Before Twilio is asked again that had too many calls or could not be reached; doubled each
    // time it says so again.
    std::chrono::milliseconds back_off{2000}, longest_back_off{60'000};
};

class CallWorker {
public:
    struct Ports {
        Database& database;
        People& people;
        CallPlacers& placers;
        EffectCounts* counts = nullptr;  // nobody counts
    };
    // All must outlive it. `owner`: random, of this process.
    CallWorker(net::io_context& world, Ports ports, const CurrentSnapshot& current,
               std::string owner, Log& log, CallTimes times = {})
        : world_{world}, ports_{ports}, callbacks_{ports.database}, limits_{ports.database},
          current_{current}, owner_{std::move(owner)}, log_{log}, times_{times}, pause_{world} {}

    // For ever.
    net::awaitable<void> work_off();
    // There may be something to do: does not wait until it looks by itself.
    void wake() { pause_.cancel(); }

    // Takes one that is due, and has begun with it when it returns. False: nothing is due.
    net::awaitable<bool> take_one();

    // Claims that are being worked on.
    std::size_t under_way() const { return under_way_; }

private:
    // A claim, and what is needed to work on it.
    struct Job {
        CallbackClaim claim{};
        CallPlan plan{};
        std::shared_ptr<const Snapshot> snapshot{};
        std::size_t account = 0;
    };
    std::optional<Job> job_of(CallbackClaim claim) const;
    net::awaitable<bool> is_let_through(const Job& job);
    net::awaitable<Stored<bool>> may_be_called(const Job& job);
    net::awaitable<void> work(Job job);
    net::awaitable<void> place(const Job& job);
    net::awaitable<void> look(const Job& job);
    net::awaitable<std::optional<SeenCall>> find_unknown(const Job& job, const SeenCalls& seen);
    void count(std::string_view outcome) {
        if (ports_.counts != nullptr) ports_.counts->count_call(outcome);
    }
    void tell(const Job& job, std::string_view what, std::string_view why, int code = 0);

    net::io_context& world_;
    Ports ports_;
    Callbacks callbacks_;
    RateLimits limits_;
    const CurrentSnapshot& current_;
    std::string owner_;
    Log& log_;
    CallTimes times_;
    net::steady_timer pause_;
    std::chrono::milliseconds backing_off_{0};
    std::atomic<std::size_t> under_way_{0};
};

}  // namespace server
