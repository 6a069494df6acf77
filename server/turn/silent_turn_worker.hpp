// Works off silent turns on the world's loop.
#pragma once

#include "server/effects/effects.hpp"
#include "server/observe/access_log.hpp"
#include "server/observe/effect_counts.hpp"
#include "server/turn/silent_turns.hpp"
#include "server/turn/snapshot.hpp"
#include "server/turn/version_archive.hpp"

#include <optional>

namespace server {

// Runs a turn's silent steps to their end, effects included, whoever is meant to remember it. The
// effects' identities see to it that running it again repeats none of them.
class SilentTurnWorker {
public:
    SilentTurnWorker(const CurrentSnapshot& current, RetiredVersions& retired,
                     VersionArchive& archive, Effects& effects, const CurrentHours& hours, Log& log,
                     EffectCounts* counts = nullptr)
        : current_{current}, retired_{retired}, archive_{archive}, effects_{effects}, hours_{hours},
          log_{log}, counts_{counts} {}

    enum class How { with_effects, effects_fail };
    struct Worked {
        bool is_done = false;              // else its flow's version is not to be had, here and now
        std::optional<SilentTurn> then{};  // to be owed before this one is forgotten
    };
    net::awaitable<Worked> work(SilentTurn turn, How how);

private:
    void tell(const flows::Next& next, const SilentTurn& turn);

    const CurrentSnapshot& current_;
    RetiredVersions& retired_;
    VersionArchive& archive_;
    Effects& effects_;
    const CurrentHours& hours_;
    Log& log_;
    EffectCounts* counts_;  // null: nobody counts
};

}  // namespace server
