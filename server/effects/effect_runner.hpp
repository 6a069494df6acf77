// The claim protocol around an effect: claimed before it acts, its result written down before
// anybody is told, and never done twice. All of it happens on one loop, so nothing here is locked.
#pragma once

#include "server/effects/effects.hpp"
#include "server/observe/access_log.hpp"
#include "server/observe/effect_counts.hpp"
#include "server/store/claims.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace server {

struct Acted {
    flows::EffectResult result{};
    bool is_final = true;  // false: it may have happened, and a status callback may still tell
};

// Acts on the world, once each time it is asked. For the runner's loop only. May throw: the effect
// has failed then.
class EffectActor {
public:
    virtual net::awaitable<Acted> act(const EffectOrder& order, const EffectKey& key) = 0;

    // For an effect that somebody began, who is gone: nobody knows whether it happened. Repeats
    // only what may happen twice.
    virtual net::awaitable<Acted> act_again(const EffectOrder& order, const EffectKey& key) = 0;

    // Of a text: the question asked together with its claim.
    virtual net::awaitable<Stored<std::optional<OptOutQuestion>>>
    opt_out_question(const EffectOrder& order) = 0;

    virtual ~EffectActor() = default;
};

// SHA-256 over call and identity.
EffectKey key_of(const EffectOrder& order);

// How long a claim is good for: the effect's deadline and `margin`, at least `shortest`. By then
// whoever held it has written down what came of it, or is gone. Long against what the clocks of
// nodes differ by. Where another node holds the claim it is looked at again after `first_look`, and
// then ever more rarely.
struct ClaimTimes {
    std::chrono::milliseconds margin{4000}, shortest{10'000}, first_look{50};
};

class EffectRunner final : public Effects {
public:
    // `world` is run by one thread; all else must outlive it. `owner`: random, of this process.
    EffectRunner(net::io_context& world, Claims& claims, EffectActor& actor, std::string owner,
                 Log& log, ClaimTimes times = {}, EffectCounts* counts = nullptr)
        : world_{world}, claims_{claims}, actor_{actor}, owner_{std::move(owner)}, log_{log},
          times_{times}, counts_{counts} {}

    net::awaitable<std::optional<flows::EffectResult>>
    perform(EffectOrder order, std::chrono::steady_clock::time_point until) override;

    // Effects that have not ended, or whose result is not written down yet. Thread-safe.
    std::size_t under_way() const { return under_way_; }

private:
    struct Flight {
        std::optional<flows::EffectResult> result{};
        std::vector<net::steady_timer*> waiting{};
    };

    net::awaitable<std::optional<flows::EffectResult>>
    join(EffectOrder order, std::chrono::steady_clock::time_point until);
    net::awaitable<void> fly(std::shared_ptr<Flight> flight, EffectOrder order, EffectKey key);
    net::awaitable<flows::EffectResult> settle(const EffectOrder& order, const EffectKey& key,
                                               std::optional<Finished>& unsaved);
    flows::EffectResult not_done(const EffectOrder& order, const StoreError& error);
    void count(const EffectOrder& order, const flows::EffectResult& result,
               std::chrono::steady_clock::time_point began);
    net::awaitable<void> save(EffectKey key, Finished result);
    void land(Flight& flight, flows::EffectResult result);

    net::io_context& world_;
    Claims& claims_;
    EffectActor& actor_;
    std::string owner_;
    Log& log_;
    ClaimTimes times_;
    EffectCounts* counts_;  // null: nobody counts
    std::map<EffectKey, std::shared_ptr<Flight>> flights_{};
    std::atomic<std::size_t> under_way_{0};
};

}  // namespace server
