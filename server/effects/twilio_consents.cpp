#include "server/effects/twilio_consents.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace server {

// `correlation_id` is 32 hexadecimal digits, as a CallSid's are.
TwilioRest::Form form_of(const ConsentToTell& consent) {
    const boost::json::object item{
        {"contact_id", consent.number.str()},
        {"correlation_id", consent.call_sid.size() > 2 ? consent.call_sid.substr(2) : ""},
        {"sender_id", consent.sender},
        {"status", consent.opts_out ? "opt-out" : "opt-in"},
        {"source", "others"}};
    return {{"Items", boost::json::serialize(item)}};
}

net::awaitable<std::string> TwilioConsents::tell(ConsentToTell consent) {
    TwilioRest::Request request{.url = rest_.accounts_url("Consents/Bulk"),
                                .form = form_of(consent),
                                .deadline = TwilioRest::Clock::now() + consent.timeout,
                                .call_sid = consent.call_sid};
    TwilioRest::Reply reply = co_await rest_.send(std::move(request));
    co_return std::move(reply.verdict.reason);
}

}  // namespace server
