// CallPlacer over Twilio's `…/Calls.json`.
#pragma once

#include "server/effects/call_placer.hpp"
#include "server/effects/twilio_rest.hpp"

namespace server {

class TwilioCalls final : public CallPlacer {
public:
    explicit TwilioCalls(TwilioRest& rest) : rest_{rest} {}
    net::awaitable<PlacedCall> place(CallToPlace call) override;
    net::awaitable<SeenCalls> find(std::string call_sid,
                                   std::chrono::milliseconds timeout) override;
    net::awaitable<SeenCalls> newest(twiml::E164 to, twiml::E164 from,
                                     std::chrono::milliseconds timeout) override;

private:
    TwilioRest& rest_;
};

TwilioRest::Form form_of(const CallToPlace& call);

// Pure.
PlacedCall placed_call(const RestVerdict& verdict, std::string_view body);

// Of a call, or of a page of them. A call that Twilio does not know (404) is told: there is none.
SeenCalls seen_calls(const RestVerdict& verdict, std::string_view body);

}  // namespace server
