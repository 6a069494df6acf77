// What the server asks others over HTTP, as plain values, and what can become of it.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

using OutboundHeaders = std::vector<std::pair<std::string, std::string>>;

struct OutboundRequest {
    std::string method = "GET";  // GET, POST, PUT, PATCH or DELETE
    std::string url{};           // http or https; a fragment is not sent
    // Beside Host, User-Agent, Content-Length, Connection and traceparent, which are not to be set
    // here, apart from User-Agent.
    OutboundHeaders headers{};
    std::string body{};
    std::string trace_id{};  // 32 hexadecimal digits: sent on as `traceparent`; else nothing is
    // Of everything: waiting for a free connection, name, TCP, TLS, sending, the answer's last
    // byte.
    std::chrono::steady_clock::time_point deadline{};
};

struct OutboundResponse {
    int status = 0;  // of any kind: a redirect is an answer and is not followed
    OutboundHeaders headers{};
    std::string body{};

    // The first of this name, in whatever case; empty where there is none.
    std::string_view header(std::string_view name) const;
};

struct OutboundFailure {
    enum class Kind {
        refused_by_policy,  // an unlisted host, an address it must not have, a malformed request
        not_connected,      // no address, no TCP, no TLS, no trust in its certificate
        timed_out_before_sending,
        timed_out_after_sending,
        lost,          // the connection broke after something had been sent
        too_large,     // the answer's headers or body
        bad_response,  // the answer was not HTTP
    };
    Kind kind = Kind::not_connected;
    std::string detail{};  // one sentence for the log: host and cause, no path, query or header

    // Whether something was sent, so that it may have been carried out.
    bool may_have_happened() const;
};

using OutboundResult = boost::system::result<OutboundResponse, OutboundFailure>;

// Where a request goes, and under which name.
struct Destination {
    bool tls = false;
    std::string host{};  // an IPv6 address without its brackets
    std::uint16_t port = 0;
    std::string authority{};  // for `Host`
    std::string target{};     // path and query, as they were written
};

// Reads the URL, and refuses with a sentence what must not leave the house: another scheme or
// method, a user in the URL, `.` or `..` in its path (an insert could climb with them), a header
// that breaks its line, or one that frames the message.
boost::system::result<Destination, std::string> destination_of(const OutboundRequest& request);

}  // namespace server
