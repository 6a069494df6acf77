// MessageSender over Twilio's `POST …/Messages.json`.
#pragma once

#include "server/effects/message_sender.hpp"
#include "server/effects/twilio_rest.hpp"

namespace server {

class TwilioMessages final : public MessageSender {
public:
    explicit TwilioMessages(TwilioRest& rest) : rest_{rest} {}
    net::awaitable<MessageResult> send(OutgoingMessage message) override;

private:
    net::awaitable<TwilioRest::Reply> post(const OutgoingMessage& message, bool as_template,
                                           TwilioRest::Clock::time_point deadline);
    TwilioRest& rest_;
};

// The fields of the request. A template and a text never go together: Twilio takes the template.
TwilioRest::Form form_of(const OutgoingMessage& message, bool as_template);

// Pure.
MessageResult message_result(const RestVerdict& verdict, std::string_view body);

}  // namespace server
