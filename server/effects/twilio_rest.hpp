// One Twilio account's REST API: credentials, the limit of requests at a time, the breaker, and
// repeating what was provably not carried out. The adapters `twilio_…` say what is asked.
// For the thread of its loop only.
#pragma once

#include "config/settings.hpp"
#include "server/effects/json_text.hpp"
#include "server/effects/rest_retry.hpp"
#include "server/effects/twilio_errors.hpp"
#include "server/http/outbound_client.hpp"
#include "server/net/turnstile.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace server {

struct TwilioRules {
    RetryPolicy retry{};
    std::size_t most_at_once = 64;  // Twilio does not publish its limit; it is found from here
    std::chrono::seconds break_for{30};
    std::function<double()> chance{};  // from 0 to below 1; empty: by the system's random numbers
    std::function<std::chrono::steady_clock::time_point()>
        now{};  // empty: the clock; for the breaker
};

class TwilioRest {
public:
    using Clock = std::chrono::steady_clock;
    using Form = std::vector<std::pair<std::string, std::string>>;

    struct Request {
        std::string method = "POST";
        std::string url{};
        Form form{};  // of a POST
        Clock::time_point deadline{};
        std::string call_sid{};
    };
    struct Reply {
        RestVerdict verdict{};
        std::string body{};
    };

    // `client` outlives this, and its policy lists the hosts of both URLs. The API key where the
    // account has one, else its newest auth token.
    TwilioRest(OutboundClient& client, const config::AccountSettings& account,
               const config::Settings::Twilio& urls, TwilioRules rules = {});

    // Repeats what was not carried out, by `rules.retry`, until the deadline; what may have been is
    // never repeated in here. `verdict.step` is `deliver` or `use_template`.
    net::awaitable<Reply> send(Request request);

    // …/2010-04-01/Accounts/AC…/{resource}
    std::string account_url(std::string_view resource) const;
    // …/v2/{resource}, and …/v2/Services/VA…/{resource}
    std::string verify_url(std::string_view resource) const;
    std::string verify_service_url(std::string_view resource) const;
    // …/v1/{resource}: what Twilio keeps for all that an account does
    std::string accounts_url(std::string_view resource) const;
    const std::string& verify_service() const { return verify_service_; }  // empty: none configured

    bool is_broken() const;  // nothing is asked at present
    std::size_t most_at_once() const { return limit_.now(); }

private:
    net::awaitable<Reply> attempt(const Request& request);
    void learn(const RestVerdict& verdict, Clock::time_point began);

    OutboundClient& client_;
    TwilioRules rules_;
    std::string account_sid_, authorization_, api_url_, verify_url_, accounts_url_, verify_service_;
    ConcurrencyLimit limit_;
    Turnstile turnstile_;
    Clock::time_point broken_until_ = Clock::time_point::min();
};

}  // namespace server
