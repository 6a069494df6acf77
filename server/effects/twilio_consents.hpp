// ConsentTeller over Twilio's `POST …/v1/Consents/Bulk`.
#pragma once

#include "server/effects/consent_teller.hpp"
#include "server/effects/twilio_rest.hpp"

#include <span>

namespace server {

class TwilioConsents final : public ConsentTeller {
public:
    explicit TwilioConsents(TwilioRest& rest) : rest_{rest} {}
    net::awaitable<std::string> tell(ConsentToTell consent) override;

private:
    TwilioRest& rest_;
};

// Of one request. Source: Twilio's OpenAPI files, `Consents/Bulk`.
TwilioRest::Form form_of(std::span<const ConsentToTell> consents);

}  // namespace server
