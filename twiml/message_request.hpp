// The parameters of Twilio's webhooks about messages, typed: a message that came in, and what has
// become of one that went out. Strings end here. Source: Twilio, "Messaging webhooks: parameters",
// "Track outbound message status", "Advanced Opt-Out".
#pragma once

#include "twiml/form.hpp"
#include "twiml/ids.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace twiml {

// What became of a message. `received` is that of one that came in.
enum class MessageStatus {
    none,
    accepted,
    scheduled,
    queued,
    sending,
    sent,
    delivered,
    undelivered,
    failed,
    canceled,
    read,
    received
};
MessageStatus parse_message_status(std::string_view text);  // unknown words are `none`
std::string_view to_text(MessageStatus status);             // as Twilio writes it; `none`: empty

// How far a message has come: status callbacks arrive unordered and more than once, and the one of
// the highest rank counts; of two of one rank the one that came first. 0 says nothing.
//     accepted, scheduled, queued < sending < sent <
//     delivered, undelivered, failed, canceled < read
int rank_of(MessageStatus status);

// What a message asks for that is about consent alone.
enum class OptOutWord { stop, start, help };

// Of a message that is just one of Twilio's default words, whatever its case, with blanks around it
// or a full stop behind it:
//     STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT · START YES UNSTOP · HELP INFO
// Other words and languages are known only by `OptOutType`. Source: Twilio, "Twilio support for
// opt-out keywords".
std::optional<OptOutWord> opt_out_word(std::string_view body);

enum class MessageChannel { sms, whatsapp, other };  // sms: MMS too

// One end of a message.
struct MessageParty {
    MessageChannel channel = MessageChannel::sms;
    std::string_view address{};    // without the channel: "+12025550123", "12345", "ACME"
    std::optional<E164> number{};  // the address, where it is one
};
// whatsapp:+12025550123 is WhatsApp, another word before a colon another channel (rcs, messenger).
// Never fails.
MessageParty parse_message_party(std::string_view text);

struct Media {
    std::string_view url{};
    std::string_view content_type{};
};

// Views into `Params`: valid while it is. Absent and empty text fields are both empty.
struct MessageRequest {
    std::string_view message_sid{};  // SM or MM and 32 hexadecimal digits, or empty
    std::optional<AccountSid> account_sid{};
    std::string_view messaging_service_sid{};
    MessageParty from{}, to{};

    // A message that came in.
    std::string_view body{};
    std::optional<OptOutWord> opt_out_type{};  // OptOutType, of a service with Advanced Opt-Out
    std::string_view profile_name{};           // of a WhatsApp user, as they call themselves
    std::vector<Media> media{};                // ten at most
    std::string_view from_country{};

    // What became of one that went out.
    MessageStatus status = MessageStatus::none;
    std::optional<int> error_code{};

    const Params* all = nullptr;  // every field, also those not known here

    // OptOutType, which knows the words and languages of the sender's service; without it the word.
    std::optional<OptOutWord> opt_out() const {
        return opt_out_type ? opt_out_type : opt_out_word(body);
    }
};

MessageRequest read_message_request(const Params& params);

}  // namespace twiml
