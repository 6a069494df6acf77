#include "server/desk/twilio_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <array>
#include <exception>
#include <optional>
#include <utility>

namespace server {
namespace {

// Of one answer, its repeats included: an operator waits at the terminal.
constexpr std::chrono::seconds twilio_patience{15};

}  // namespace

std::string messaging_url_beside(std::string_view api_url) {
    constexpr std::string_view api = "https://api.";
    if (!api_url.starts_with(api) || !api_url.ends_with("twilio.com")) return std::string{api_url};
    return fmt::format("https://messaging.{}", api_url.substr(api.size()));
}

TwilioDesk::Opened TwilioDesk::open(const config::AccountSettings& account,
                                    const config::Settings::Twilio& urls) {
    std::unique_ptr<TwilioDesk> desk{new TwilioDesk};
    desk->api_url_ = urls.api_url;
    desk->messaging_url_ = messaging_url_beside(urls.api_url);
    const std::array<std::string, 4> hosts{urls.api_url, urls.verify_url, urls.accounts_url,
                                           desk->messaging_url_};
    OutboundOptions options;
    options.policy = HostPolicy::trusting(hosts);
    OutboundClient::Made made = OutboundClient::make(desk->resolver_, std::move(options));
    if (made.has_error()) return made.error();
    desk->client_ = std::move(*made);
    desk->rest_ = std::make_unique<TwilioRest>(*desk->client_, account, urls);
    return desk;
}

template <class T> T TwilioDesk::wait(net::awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr thrown;
    net::co_spawn(loop_, std::move(work), [&](const std::exception_ptr& failure, T value) {
        thrown = failure;
        result.emplace(std::move(value));
        loop_.stop();  // connections at rest wait on
    });
    loop_.restart();
    loop_.run();
    if (thrown) std::rethrow_exception(thrown);
    return *std::move(result);
}

DeskAnswer TwilioDesk::get(const std::string& url) {
    TwilioRest::Request request{
        .method = "GET", .url = url, .deadline = TwilioRest::Clock::now() + twilio_patience};
    TwilioRest::Reply reply = wait(rest_->send(std::move(request)));
    boost::system::error_code no_json;
    boost::json::value body = boost::json::parse(reply.body, no_json);
    return {.verdict = std::move(reply.verdict), .body = no_json ? nullptr : std::move(body)};
}

DeskAnswer TwilioDesk::post(const std::string& url, TwilioRest::Form form) {
    TwilioRest::Request request{.url = url,
                                .form = std::move(form),
                                .deadline = TwilioRest::Clock::now() + twilio_patience};
    TwilioRest::Reply reply = wait(rest_->send(std::move(request)));
    boost::system::error_code no_json;
    boost::json::value body = boost::json::parse(reply.body, no_json);
    return {.verdict = std::move(reply.verdict), .body = no_json ? nullptr : std::move(body)};
}

std::string TwilioDesk::date_of_answer() {
    OutboundRequest request{.url = api_url_ + "/",
                            .deadline = std::chrono::steady_clock::now() + twilio_patience};
    const OutboundResult result = wait(client_->send(std::move(request)));
    return result.has_error() ? std::string{} : std::string{result->header("Date")};
}

std::string TwilioDesk::messaging_url(std::string_view resource) const {
    return fmt::format("{}/v1/{}", messaging_url_, resource);
}

std::string TwilioDesk::api_path(std::string_view path) const {
    return fmt::format("{}{}", api_url_, path);
}

}  // namespace server
