// One account's REST API, asked by a command that waits for each answer. Nothing in here prints.
#pragma once

#include "config/settings.hpp"
#include "server/effects/twilio_rest.hpp"
#include "server/http/outbound_client.hpp"
#include "server/net/asio.hpp"
#include "server/net/name_resolver.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace server {

// What Twilio said. `body` is null where it was no JSON.
struct DeskAnswer {
    RestVerdict verdict{};
    boost::json::value body{};

    bool is_accepted() const { return verdict.outcome == RestOutcome::accepted; }
    // No answer came, or none about what was asked: the network, a refusal of the credentials, an
    // outage.
    bool says_nothing() const { return verdict.status == 0 || verdict.status >= 500; }
};

// Where Twilio's messaging API is when its main one is there: beside it under another name, also in
// a region ("api.dublin.ie1.twilio.com"); what stands in for Twilio has all under one name.
std::string messaging_url_beside(std::string_view api_url);

class TwilioDesk {
public:
    using Opened = boost::system::result<std::unique_ptr<TwilioDesk>, std::string>;

    static Opened open(const config::AccountSettings& account,
                       const config::Settings::Twilio& urls);

    DeskAnswer get(const std::string& url);
    DeskAnswer post(const std::string& url, TwilioRest::Form form);

    // The `Date` of whatever answers there, asked without credentials; empty: nobody did.
    std::string date_of_answer();

    std::string account_url(std::string_view resource) const {
        return rest_->account_url(resource);
    }
    std::string accounts_url(std::string_view resource) const {
        return rest_->accounts_url(resource);
    }
    std::string service_url() const { return rest_->verify_url("Services/" + verify_service()); }
    std::string messaging_url(std::string_view resource) const;
    // A path that an answer named, such as `next_page_uri`.
    std::string api_path(std::string_view path) const;
    const std::string& verify_service() const { return rest_->verify_service(); }

private:
    TwilioDesk() = default;
    template <class T> T wait(net::awaitable<T> work);

    std::string api_url_, messaging_url_;
    SystemResolver resolver_{1};
    net::io_context loop_{1};
    std::unique_ptr<OutboundClient> client_;
    std::unique_ptr<TwilioRest> rest_;
};

}  // namespace server
