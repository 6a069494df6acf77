// One-time codes: sends one and checks what the caller keyed. The `verify_start` and `verify_check`
// steps. A port; `twilio_verify` is its adapter.
#pragma once

#include "server/net/asio.hpp"
#include "twiml/ids.hpp"

#include <chrono>
#include <string>

namespace server {

enum class VerificationChannel { sms, call, whatsapp };

struct VerificationStart {
    twiml::E164 to;
    VerificationChannel channel = VerificationChannel::sms;
    std::string locale{};                       // a language tag as "es"; empty: by the number
    std::chrono::milliseconds timeout{10'000};  // for all attempts together
    std::string call_sid{};                     // its digits are the trace id that is passed on
};

struct VerificationStarted {
    enum class Outcome {
        pending,  // a code is under way, or one that was sent before still counts
        refused,  // not to this number: bad, not allowed, blocked, a landline
        failed,   // no code was sent, for a reason of ours, of the network or of Twilio
    };
    Outcome outcome = Outcome::failed;
    // Of `pending`: VE…; empty where Twilio did not say it (an earlier code counts, or the answer
    // was lost twice): then the number stands in for it when the code is checked.
    std::string verification_sid{};
    int code = 0;          // Twilio's error code, 0 where there is none
    std::string reason{};  // one sentence for the log, without numbers; empty where all went well
};

struct VerificationCheck {
    std::string verification_sid{};  // as VerificationStarted gave it
    twiml::E164 to;                  // used where there is no sid
    std::string code{};              // 4 to 10 digits, secret
    std::chrono::milliseconds timeout{10'000};
    std::string call_sid{};
};

struct VerificationChecked {
    enum class Outcome {
        approved,
        wrong,     // the code may be keyed again; also where a lost check provably did not count
        expired,   // there is none to check any more: out of time, approved before, used up
        too_many,  // no further check until it expires
        failed,    // nobody can say
    };
    Outcome outcome = Outcome::failed;
    std::string to{};  // whose number it proves, of `approved`; empty where Twilio did not say
    int code = 0;
    std::string reason{};
};

// A code stays the same while it lives, so that a start whose answer was lost is repeated once. A
// check is never repeated: after a success the second one would call an honest caller a liar.
// Never throws but std::bad_alloc. For the thread of its loop only.
class Verification {
public:
    virtual net::awaitable<VerificationStarted> start(VerificationStart request) = 0;
    virtual net::awaitable<VerificationChecked> check(VerificationCheck request) = 0;
    // What became of a check that may have been made, by whom nobody can be asked any more.
    // `failed` where there is no sid: an older verification of the same number could answer.
    virtual net::awaitable<VerificationChecked> look_back(VerificationCheck request) = 0;
    virtual ~Verification() = default;
};

}  // namespace server
