// ConsentTeller over Twilio's `POST …/v1/Consents/Bulk`.
#pragma once

#include "server/effects/consent_teller.hpp"
#include "server/effects/twilio_rest.hpp"

namespace server {

class TwilioConsents final : public ConsentTeller {
public:
    explicit TwilioConsents(TwilioRest& rest) : rest_{rest} {}
    net::awaitable<std::string> tell(ConsentToTell consent) override;

private:
    TwilioRest& rest_;
};

TwilioRest::Form form_of(const ConsentToTell& consent);

}  // namespace server
