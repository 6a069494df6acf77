// FlowRecords over the store. For the world's loop only.
#pragma once

#include "server/effects/people.hpp"
#include "server/effects/world_actor.hpp"
#include "server/store/consent.hpp"

namespace server {

class StoreRecords final : public FlowRecords {
public:
    StoreRecords(Database& database, People& people, Log& log)
        : database_{database}, people_{people}, log_{log} {}

    net::awaitable<bool> change_consent(const EffectOrder& order,
                                        const flows::ChangeConsent& change) override;
    net::awaitable<Stored<std::optional<OptOutQuestion>>>
    opt_out_question(const EffectOrder& order, const flows::TextMessage& message) override;
    net::awaitable<void> note_opt_out(const EffectOrder& order,
                                      const flows::TextMessage& message) override;

private:
    Database& database_;
    People& people_;
    Log& log_;
};

// Who a text comes from: the step's own sender, else the account's service or number.
std::string sender_of(const EffectOrder& order, const flows::TextMessage& message);

}  // namespace server
