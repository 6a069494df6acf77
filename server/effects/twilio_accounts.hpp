// The accounts' REST clients, made when they are first needed and made anew behind a reload.
// For the runner's loop only.
#pragma once

#include "server/effects/twilio_calls.hpp"
#include "server/effects/twilio_consents.hpp"
#include "server/effects/twilio_messages.hpp"
#include "server/effects/twilio_queues.hpp"
#include "server/effects/twilio_verify.hpp"
#include "server/effects/world_actor.hpp"

#include <map>
#include <memory>

namespace server {

// Who places calls for an account, by its index in the snapshot. Kept while somebody holds it.
class CallPlacers {
public:
    // Null where it cannot be made.
    virtual std::shared_ptr<CallPlacer> calls(std::shared_ptr<const Snapshot> snapshot,
                                              std::size_t account) = 0;
    virtual ~CallPlacers() = default;
};

// Who looks at the lines of an account.
class LinesOfAccounts {
public:
    virtual std::shared_ptr<Lines> lines(std::shared_ptr<const Snapshot> snapshot,
                                         std::size_t account) = 0;  // null: as above
    virtual ~LinesOfAccounts() = default;
};

class TwilioAccounts final : public TwilioPorts, public CallPlacers, public LinesOfAccounts {
public:
    // `resolver` outlives this.
    explicit TwilioAccounts(NameResolver& resolver) : resolver_{resolver} {}

    std::shared_ptr<MessageSender> messages(const EffectOrder& order) override;
    std::shared_ptr<Verification> verification(const EffectOrder& order) override;
    std::shared_ptr<ConsentTeller> consents(const EffectOrder& order) override;
    std::shared_ptr<CallPlacer> calls(std::shared_ptr<const Snapshot> snapshot,
                                      std::size_t account) override;
    std::shared_ptr<Lines> lines(std::shared_ptr<const Snapshot> snapshot,
                                 std::size_t account) override;

private:
    struct Client {
        std::unique_ptr<OutboundClient> outbound{};
        std::unique_ptr<TwilioRest> rest{};
        std::unique_ptr<TwilioMessages> messages{};
        std::unique_ptr<TwilioVerify> verify{};
        std::unique_ptr<TwilioCalls> calls{};
        std::unique_ptr<TwilioConsents> consents{};
        std::unique_ptr<TwilioQueues> queues{};
    };
    std::shared_ptr<Client> client_of(const std::shared_ptr<const Snapshot>& snapshot,
                                      std::size_t account);

    NameResolver& resolver_;
    std::shared_ptr<const Snapshot> of_{};  // whose settings the clients have
    std::map<std::size_t, std::shared_ptr<Client>> clients_{};
};

}  // namespace server
