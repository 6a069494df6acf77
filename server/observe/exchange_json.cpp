#include "server/observe/exchange_json.hpp"

#include "twiml/utf8.hpp"

#include <boost/json.hpp>
#include <fmt/chrono.h>

namespace server {
namespace {

// JSON is UTF-8 (RFC 8259, 8.1); what callers send may be anything.
std::string as_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const twiml::Utf8Character first = twiml::decode_utf8(text);
        out += first.valid ? text.substr(0, first.size) : std::string_view{"\uFFFD"};
        text.remove_prefix(first.size);
    }
    return out;
}

}  // namespace

boost::json::value to_json(const RecordedExchange& exchange) {
    namespace json = boost::json;
    json::object headers;
    for (const auto& [name, value] : exchange.headers)
        headers[as_utf8(name)] = as_utf8(value);
    json::array form;
    for (const auto& [name, value] : exchange.form)
        form.push_back(json::array{as_utf8(name), as_utf8(value)});
    const auto millis =
        std::chrono::floor<std::chrono::milliseconds>(exchange.at.time_since_epoch());
    const std::string at =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(exchange.at), millis.count() % 1000);
    json::object line{{"at", at},
                      {"request",
                       {{"method", exchange.method},
                        {"target", as_utf8(exchange.target)},
                        {"headers", headers},
                        {"form", form}}},
                      {"response",
                       {{"status", exchange.status},
                        {"content_type", exchange.content_type},
                        {"body", as_utf8(exchange.body)}}}};
    return json::object{{"call", as_utf8(exchange.call_sid)}, {"exchange", std::move(line)}};
}

}  // namespace server
