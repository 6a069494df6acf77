#include "server/effects/twilio_consents.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace server {

namespace {

// As a CallSid's are.
std::string correlation_id(const ConsentToTell& consent) {
    if (!consent.id.empty()) return consent.id;
    return consent.call_sid.size() > 2 ? consent.call_sid.substr(2) : std::string{};
}

}  // namespace

TwilioRest::Form form_of(std::span<const ConsentToTell> consents) {
    TwilioRest::Form form;
    for (const ConsentToTell& consent : consents) {
        const boost::json::object item{{"contact_id", consent.number.str()},
                                       {"correlation_id", correlation_id(consent)},
                                       {"sender_id", consent.sender},
                                       {"status", consent.opts_out ? "opt-out" : "opt-in"},
                                       {"source", "others"}};
        form.emplace_back("Items", boost::json::serialize(item));
    }
    return form;
}

net::awaitable<std::string> TwilioConsents::tell(ConsentToTell consent) {
    TwilioRest::Request request{.url = rest_.accounts_url("Consents/Bulk"),
                                .form = form_of(std::span{&consent, 1}),
                                .deadline = TwilioRest::Clock::now() + consent.timeout,
                                .call_sid = consent.call_sid};
    TwilioRest::Reply reply = co_await rest_.send(std::move(request));
    co_return std::move(reply.verdict.reason);
}

}  // namespace server
