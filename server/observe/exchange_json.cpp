#include "server/observe/exchange_json.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>

namespace server {

boost::json::value to_json(const RecordedExchange& exchange) {
    namespace json = boost::json;
    json::object headers;
    for (const auto& [name, value] : exchange.headers)
        headers[name] = value;
    json::array form;
    for (const auto& [name, value] : exchange.form)
        form.push_back(json::array{name, value});
    const auto millis =
        std::chrono::floor<std::chrono::milliseconds>(exchange.at.time_since_epoch());
    const std::string at =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(exchange.at), millis.count() % 1000);
    json::object line{{"at", at},
                      {"request",
                       {{"method", exchange.method},
                        {"target", exchange.target},
                        {"headers", headers},
                        {"form", form}}},
                      {"response",
                       {{"status", exchange.status},
                        {"content_type", exchange.content_type},
                        {"body", exchange.body}}}};
    return json::object{{"call", exchange.call_sid}, {"exchange", std::move(line)}};
}

}  // namespace server
