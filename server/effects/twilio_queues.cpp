#include "server/effects/twilio_queues.hpp"

#include "server/http/http_date.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace server {
namespace {

namespace json = boost::json;

bool is_empty(const json::object& queue) {
    const json::value* size = queue.if_contains("current_size");
    return size != nullptr && size->is_int64() && size->get_int64() == 0;
}

}  // namespace

std::optional<std::string> sid_of_queue(std::string_view body, std::string_view name) {
    boost::system::error_code no_json;
    const json::value answer = json::parse(body, no_json);
    if (no_json || !answer.is_object()) return std::nullopt;
    const json::value* queues = answer.get_object().if_contains("queues");
    if (queues == nullptr || !queues->is_array()) return std::nullopt;
    for (const json::value& each : queues->get_array()) {
        if (!each.is_object()) continue;
        const json::object& queue = each.get_object();
        if (text_of(queue, "friendly_name") != name) continue;
        return is_empty(queue) ? std::string{} : text_of(queue, "sid");
    }
    return std::string{};
}

net::awaitable<LineFront> TwilioQueues::front_of(std::string queue,
                                                 std::chrono::milliseconds timeout) {
    const auto deadline = TwilioRest::Clock::now() + timeout;
    TwilioRest::Request list{.method = "GET",
                             .url = rest_.account_url("Queues.json?PageSize=1000"),
                             .deadline = deadline};
    const TwilioRest::Reply queues = co_await rest_.send(std::move(list));
    if (queues.verdict.outcome != RestOutcome::accepted) co_return LineFront{};
    const std::optional<std::string> sid = sid_of_queue(queues.body, queue);
    if (!sid) co_return LineFront{};
    if (sid->empty()) co_return LineFront{.told = true};
    TwilioRest::Request front{
        .method = "GET",
        .url = rest_.account_url(fmt::format("Queues/{}/Members/Front.json", *sid)),
        .deadline = deadline};
    const TwilioRest::Reply member = co_await rest_.send(std::move(front));
    if (member.verdict.status == 404) co_return LineFront{.told = true};  // he has just left
    if (member.verdict.outcome != RestOutcome::accepted) co_return LineFront{};
    co_return LineFront{
        .told = true,
        .joined =
            http_date(text_in(member.body, "date_enqueued")).value_or(std::chrono::sys_seconds{})};
}

}  // namespace server
