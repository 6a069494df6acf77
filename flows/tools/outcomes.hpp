// How a dial and a wait in line end: in the flow's words, and as Twilio tells it. Pure. Source:
// Twilio, "TwiML Voice": <Dial> (DialCallStatus) and <Enqueue> (QueueResult).
#pragma once

#include <optional>
#include <string_view>

namespace flows {

enum class DialOutcome { completed, busy, no_answer, declined, failed, canceled };
std::optional<DialOutcome> parse_dial_outcome(std::string_view word);  // "no_answer"
std::string_view to_text(DialOutcome outcome);
std::string_view dial_call_status(DialOutcome outcome);  // "no-answer"

enum class QueueOutcome { bridged, left, full, timeout, failed };
std::optional<QueueOutcome> parse_queue_outcome(std::string_view word);
std::string_view to_text(QueueOutcome outcome);
std::string_view queue_result(QueueOutcome outcome);  // "queue-full"

}  // namespace flows
