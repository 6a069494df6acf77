// Where texts may go and how many, counted in the store for all nodes together: what keeps a menu
// that texts "the number you key" from being a tap for messages that somebody else earns on.
// For the world's loop only.
#pragma once

#include "server/effects/people.hpp"
#include "server/effects/world_actor.hpp"
#include "server/store/limits.hpp"
#include "server/store/message_windows.hpp"
#include "server/store/verify_watch.hpp"

namespace server {

class StoreTextRules final : public TextRules {
public:
    StoreTextRules(Database& database, People& people)
        : limits_{database}, windows_{database}, watch_{database}, people_{people} {}

    net::awaitable<Verdict> may_text(const EffectOrder& order,
                                     const flows::TextMessage& message) override;
    // A code is a text like any other; and where hardly anybody types the codes that are sent to
    // numbers that begin alike, somebody else earns on them.
    net::awaitable<Verdict> may_verify(const EffectOrder& order,
                                       const flows::StartVerification& start) override;
    net::awaitable<void> note_approved(std::string number) override;

private:
    net::awaitable<bool> is_window_open(const EffectOrder& order,
                                        const flows::TextMessage& message);
    net::awaitable<Verdict> judge(const EffectOrder& order, std::string to);

    RateLimits limits_;
    MessageWindows windows_;
    VerifyWatch watch_;
    People& people_;
};

}  // namespace server
