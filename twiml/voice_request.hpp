// A voice webhook's parameters, typed. Strings end here. Source of names and values: Twilio,
// "TwiML Voice: request parameters", and webhooks recorded in public (twiml/README.md).
#pragma once

#include "twiml/form.hpp"
#include "twiml/ids.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace twiml {

enum class CallStatus {
    none,
    queued,
    initiated,
    ringing,
    in_progress,
    completed,
    busy,
    failed,
    no_answer,
    canceled
};
// completed, busy, failed, no_answer, canceled: the call is over.
bool is_final(CallStatus status);
CallStatus parse_call_status(std::string_view text);  // unknown words are `none`
std::string_view to_text(CallStatus status);

enum class DialStatus { completed, answered, busy, no_answer, failed, canceled };
std::optional<DialStatus> parse_dial_status(std::string_view text);

enum class Direction { inbound, outbound_api, outbound_dial };

// Who is on the other end of `From` or `To`.
struct Party {
    enum class Kind { number, client, sip, short_code, withheld };
    Kind kind = Kind::withheld;
    std::string text{};  // as it came: +15550100111, client:alice, sip:bob@example.com, anonymous
    bool operator==(const Party&) const = default;
};
// Never fails: what hides its number is `withheld`, recognised before anything parses a number.
//   number      E.164: + and 2 to 15 digits
//   sip         sip: or sips: with a user that names somebody
//   client      client:name (Voice SDK), whatsapp:+number: reached through an app
//   short_code  3 to 8 digits and nothing else
//   withheld    everything else: empty; the words anonymous, unknown, restricted, private,
//               unavailable, blocked in any case, alone or as the user of a SIP address; the same
//               words keyed on a telephone (+266696687 ANONYMOUS, +86282452253 UNAVAILABLE,
//               +7378742833 RESTRICTED, +2562533 BLOCKED, +8656696 UNKNOWN, +7748483 PRIVATE, and
//               +7378742883, +8566, +464 as Twilio lists them); raw strings that are no E.164.
Party parse_party(std::string_view text);

// Views into `Params`: valid while it is. Absent and empty text fields are both empty.
struct VoiceRequest {
    std::optional<CallSid> call_sid{};
    std::optional<AccountSid> account_sid{};
    std::optional<CallSid> parent_call_sid{};
    std::optional<ConferenceSid> conference_sid{};
    CallStatus status = CallStatus::none;
    Direction direction = Direction::inbound;
    Party from{}, to{};
    std::string_view forwarded_from{}, caller_name{}, from_country{}, from_state{}, from_city{},
        from_zip{};
    std::string_view stir_verstat{}, answered_by{}, api_version{}, application_sid{};

    // Gather. `digits` is nothing when the field is absent, empty when it came empty.
    std::optional<std::string_view> digits{};
    std::string_view finished_on_key{};
    std::optional<std::string_view> speech{};
    std::optional<double> confidence{};  // 0.0 to 1.0; nothing when absent or no number
    std::string_view language{};

    // Record and its callbacks.
    std::optional<RecordingSid> recording_sid{};
    std::string_view recording_url{}, recording_status{};
    std::optional<std::chrono::seconds> recording_duration{};
    std::string_view transcription_text{}, transcription_status{}, transcription_sid{};

    // Dial.
    std::optional<DialStatus> dial_status{};
    std::optional<CallSid> dial_call_sid{};
    std::optional<std::chrono::seconds> dial_duration{};
    std::optional<bool> dial_bridged{};

    // Queue.
    std::string_view queue_result{};
    std::optional<QueueSid> queue_sid{};
    std::optional<long> queue_position{}, queue_time{}, average_queue_time{}, queue_size{};

    // Status callbacks and fallback.
    std::optional<long> sequence_number{};
    std::optional<std::chrono::seconds> call_duration{};
    std::string_view error_code{}, error_url{};

    const Params* all = nullptr;  // every field, also those not known here
};

VoiceRequest read_voice_request(const Params& params);

// Who is on the line with us: who called, or who was called where we placed the call.
// Source: Twilio, "TwiML Voice: Request parameters", Direction.
const Party& far_end(const VoiceRequest& request);

}  // namespace twiml
