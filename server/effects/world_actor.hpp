// Each kind of effect to the port that does it, and the answer back into the flow's words. What may
// be sent at all is asked before: opt-outs with the claim, limits and countries here.
#pragma once

#include "server/effects/consent_teller.hpp"
#include "server/effects/effect_runner.hpp"
#include "server/effects/http_lookup.hpp"
#include "server/effects/message_sender.hpp"
#include "server/effects/verification.hpp"

#include <string>

namespace server {

// Who acts at Twilio for an order's account. Kept while somebody holds it: a reload may change
// credentials meanwhile. For the runner's loop only.
class TwilioPorts {
public:
    // Null where the account has neither phone_number nor messaging_service.
    virtual std::shared_ptr<MessageSender> messages(const EffectOrder& order) = 0;
    // Null where it has no verify_service.
    virtual std::shared_ptr<Verification> verification(const EffectOrder& order) = 0;
    // Null where it has nothing to send texts from.
    virtual std::shared_ptr<ConsentTeller> consents(const EffectOrder& order) = 0;
    virtual ~TwilioPorts() = default;
};

// Where text messages may go, and how many.
class TextRules {
public:
    struct Verdict {
        bool allowed = true;
        std::string_view reason{};  // a stable word for log and metrics: "country", "caller-rate"
    };
    virtual net::awaitable<Verdict> may_text(const EffectOrder& order,
                                             const flows::TextMessage& message) = 0;
    virtual net::awaitable<Verdict> may_verify(const EffectOrder& order,
                                               const flows::StartVerification& start) = 0;
    // A code was typed that had been sent to `number`.
    virtual net::awaitable<void> note_approved(std::string number) = 0;
    virtual ~TextRules() = default;
};

// What the store keeps for flows. False: it could not be written.
class FlowRecords {
public:
    virtual net::awaitable<bool> change_consent(const EffectOrder& order,
                                                const flows::ChangeConsent& change) = 0;
    // The question that goes with the claim of a text.
    virtual net::awaitable<Stored<std::optional<OptOutQuestion>>>
    opt_out_question(const EffectOrder& order, const flows::TextMessage& message) = 0;
    // Twilio knows of an opt-out (21610) that we did not.
    virtual net::awaitable<void> note_opt_out(const EffectOrder& order,
                                              const flows::TextMessage& message) = 0;
    virtual ~FlowRecords() = default;
};

// Where the step `callback` puts its request down.
class CallRequests {
public:
    // False: the number is not to be called, or it could not be written down. The same effect is
    // one request, however often it is asked for.
    virtual net::awaitable<bool> request(const EffectOrder& order, const EffectKey& key,
                                         const flows::RequestCallback& request) = 0;
    virtual ~CallRequests() = default;
};

class WorldActor final : public EffectActor {
public:
    struct Ports {
        HttpLookup& lookups;
        TwilioPorts& twilio;
        TextRules& rules;
        FlowRecords& records;
        CallRequests& calls;
    };
    WorldActor(Ports ports, Log& log, EffectCounts* counts = nullptr)
        : ports_{ports}, log_{log}, counts_{counts} {}

    net::awaitable<Acted> act(const EffectOrder& order, const EffectKey& key) override;
    net::awaitable<Acted> act_again(const EffectOrder& order, const EffectKey& key) override;
    net::awaitable<Stored<std::optional<OptOutQuestion>>>
    opt_out_question(const EffectOrder& order) override;

private:
    net::awaitable<Acted> look_up(const EffectOrder& order, const flows::Lookup& lookup);
    net::awaitable<Acted> send(const EffectOrder& order, const EffectKey& key,
                               const flows::TextMessage& message);
    net::awaitable<Acted> start(const EffectOrder& order, const flows::StartVerification& start);
    enum class Checking { now, long_ago };  // long ago: by whom nobody can ask any more
    net::awaitable<Acted> check(const EffectOrder& order, const flows::CheckVerification& check,
                                Checking when);
    net::awaitable<Acted> change_consent(const EffectOrder& order,
                                         const flows::ChangeConsent& change);
    void refuse(const EffectOrder& order, std::string_view why);
    void tell(const EffectOrder& order, std::string_view kind, int code, const std::string& reason);

    Ports ports_;
    Log& log_;
    EffectCounts* counts_;  // null: nobody counts
};

// The status callback of a text, which carries the effect's identity.
std::string receipt_url(const EffectOrder& order, const EffectKey& key);

}  // namespace server
