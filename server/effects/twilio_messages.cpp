#include "server/effects/twilio_messages.hpp"

#include <fmt/format.h>

#include <charconv>

namespace server {
namespace {

using MessageOutcome = MessageResult::Outcome;

MessageOutcome message_outcome(RestOutcome outcome) {
    switch (outcome) {
    case RestOutcome::accepted:
        return MessageOutcome::sent;
    case RestOutcome::opted_out:
        return MessageOutcome::opted_out;
    case RestOutcome::refused:
        return MessageOutcome::refused;
    case RestOutcome::unknown:
        return MessageOutcome::unknown;
    case RestOutcome::pending:
    case RestOutcome::too_many:
    case RestOutcome::gone:
    case RestOutcome::failed:
        return MessageOutcome::failed;
    }
    return MessageOutcome::failed;
}

int count_of(std::string_view text) {
    int count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

}  // namespace

TwilioRest::Form form_of(const OutgoingMessage& message, bool as_template) {
    const std::string channel = message.via == MessageChannel::whatsapp ? "whatsapp:" : "";
    TwilioRest::Form form{{"To", channel + message.to.str()}};
    if (message.sender.starts_with("MG"))
        form.emplace_back("MessagingServiceSid", message.sender);
    else
        form.emplace_back("From", channel + message.sender);
    if (as_template && message.content) {
        form.emplace_back("ContentSid", message.content->content_sid);
        if (!message.content->variables.empty())
            form.emplace_back("ContentVariables", message.content->variables);
    } else {
        if (!message.text.empty()) form.emplace_back("Body", message.text);
        for (const std::string& url : message.media)
            form.emplace_back("MediaUrl", url);
    }
    form.emplace_back("ValidityPeriod", fmt::format("{}", message.validity.count()));
    if (!message.status_callback.empty())
        form.emplace_back("StatusCallback", message.status_callback);
    return form;
}

MessageResult message_result(const RestVerdict& verdict, std::string_view body) {
    MessageResult result{.outcome = message_outcome(verdict.outcome),
                         .code = verdict.code,
                         .reason = verdict.reason};
    if (result.outcome != MessageOutcome::sent) return result;
    result.message_sid = text_in(body, "sid");
    result.segments = count_of(text_in(body, "num_segments"));
    if (result.message_sid.empty()) {
        result.outcome = MessageOutcome::unknown;
        result.reason = "Twilio took it, and did not say as what";
    }
    return result;
}

net::awaitable<MessageResult> TwilioMessages::send(OutgoingMessage message) {
    const auto deadline = TwilioRest::Clock::now() + message.timeout;
    const bool has_text = !message.text.empty() || !message.media.empty();
    if (!has_text && !message.content)
        co_return MessageResult{.code = 21602, .reason = "there is nothing to send"};
    TwilioRest::Reply reply = co_await post(message, !has_text, deadline);
    if (reply.verdict.step == RestStep::use_template && has_text && message.content)
        reply = co_await post(message, true, deadline);
    co_return message_result(reply.verdict, reply.body);
}

net::awaitable<TwilioRest::Reply> TwilioMessages::post(const OutgoingMessage& message,
                                                       bool as_template,
                                                       TwilioRest::Clock::time_point deadline) {
    TwilioRest::Request request{.url = rest_.account_url("Messages.json"),
                                .form = form_of(message, as_template),
                                .deadline = deadline,
                                .call_sid = message.call_sid};
    return rest_.send(std::move(request));
}

}  // namespace server
