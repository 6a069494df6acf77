// Verification over Twilio Verify, v2: reference/messages-and-verify.md, chapter 7.
#pragma once

#include "server/effects/twilio_rest.hpp"
#include "server/effects/verification.hpp"

namespace server {

class TwilioVerify final : public Verification {
public:
    explicit TwilioVerify(TwilioRest& rest) : rest_{rest} {}
    // An attempt may take half of the time, so that a lost answer leaves some to ask again.
    net::awaitable<VerificationStarted> start(VerificationStart request) override;
    net::awaitable<VerificationChecked> check(VerificationCheck request) override;
    net::awaitable<VerificationChecked> look_back(VerificationCheck request) override;

private:
    net::awaitable<VerificationChecked> ask_attempts(const VerificationCheck& request,
                                                     TwilioRest::Clock::time_point deadline);
    TwilioRest& rest_;
};

// Pure. Of a start whose answer was lost (no answer at all, rather than an error of Twilio's own)
// it is `pending`: the code may be on its way, and the caller can ask for it again.
VerificationStarted started_by(const RestVerdict& verdict, std::string_view body);
// Pure. `unknown` verdicts are `failed` here: see `checked_by_attempts`.
VerificationChecked checked_by(const RestVerdict& verdict, std::string_view body);
// Pure. What `GET …/Attempts` says of a check whose answer was lost: converted is approved, else
// it did not count and the code may be keyed again; `failed` where that is not answered either.
VerificationChecked checked_by_attempts(const RestVerdict& verdict, std::string_view body);

}  // namespace server
