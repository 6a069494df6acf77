// What Twilio's REST API answered, judged by one table: whether it was carried out, and what may be
// done about it. Decided by the `code` in the body; the status counts only where there is none, for
// a 429 is not one thing. Pure. Source: reference/messages-and-verify.md, chapters 3 and 7; Twilio,
// "Error and Warning Dictionary".
#pragma once

#include "server/http/outbound_request.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace server {

enum class RestOutcome {
    accepted,
    pending,  // of a code: one that was sent before still counts
    opted_out,
    refused,   // this number, this country, this text: another one would do
    too_many,  // of a code: checked too often
    gone,      // there is no such thing, or not any more
    failed,    // not carried out, for a reason of ours, of the network or of Twilio
    unknown,   // may have been carried out
};

enum class RestStep {
    deliver,        // that is the outcome
    retry,          // not carried out: again, a little later
    slow_down,      // the same, with fewer at a time
    break_circuit,  // the credentials are no good: nothing is asked for a while
    use_template,   // WhatsApp's window is closed: once more, as a template
};

struct TwilioError {
    int code = 0;
    RestStep step = RestStep::deliver;
    RestOutcome outcome = RestOutcome::failed;
    std::string_view meaning{};  // goes on after "Twilio says: "
};

// By code, ascending.
std::span<const TwilioError> twilio_errors();
const TwilioError* find_twilio_error(int code);  // null: not in the table

struct RestVerdict {
    RestStep step = RestStep::deliver;
    RestOutcome outcome = RestOutcome::failed;  // also what it ends as when `step` cannot be taken
    int status = 0;                             // 0: no answer
    int code = 0;                               // 0: none
    std::string reason{};                       // empty where it was accepted
    std::optional<std::chrono::milliseconds> retry_after{};
};

RestVerdict judge(const OutboundResult& result);

}  // namespace server
