// CallPlacer over Twilio's `POST …/Calls.json`.
#pragma once

#include "server/effects/call_placer.hpp"
#include "server/effects/twilio_rest.hpp"

namespace server {

class TwilioCalls final : public CallPlacer {
public:
    explicit TwilioCalls(TwilioRest& rest) : rest_{rest} {}
    net::awaitable<PlacedCall> place(CallToPlace call) override;

private:
    TwilioRest& rest_;
};

TwilioRest::Form form_of(const CallToPlace& call);

// Pure.
PlacedCall placed_call(const RestVerdict& verdict, std::string_view body);

}  // namespace server
