// Where texts may go and how many, counted in the store for all nodes together: what keeps a menu
// that texts "the number you key" from being a tap for messages that somebody else earns on.
// For the world's loop only.
#pragma once

#include "server/effects/people.hpp"
#include "server/effects/world_actor.hpp"
#include "server/store/limits.hpp"
#include "server/store/message_windows.hpp"

namespace server {

class StoreTextRules final : public TextRules {
public:
    StoreTextRules(Database& database, People& people)
        : limits_{database}, windows_{database}, people_{people} {}

    net::awaitable<Verdict> may_text(const EffectOrder& order,
                                     const flows::TextMessage& message) override;
    // A code is a text like any other.
    net::awaitable<Verdict> may_verify(const EffectOrder& order,
                                       const flows::StartVerification& start) override;

private:
    net::awaitable<bool> is_window_open(const EffectOrder& order,
                                        const flows::TextMessage& message);
    net::awaitable<Verdict> judge(const EffectOrder& order, std::string to);

    RateLimits limits_;
    MessageWindows windows_;
    People& people_;
};

}  // namespace server
