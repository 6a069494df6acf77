// A request and its response as plain values. No sockets, no Asio: `turn` and `console` are written
// against these, and tests build them by hand.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace server {

enum class Method { get, head, post, put, patch, delete_, options, other };

// One request. Every view points into the connection's read buffer and is valid until the response
// has been handed back (on the waiting path: until the coroutine has ended). Header values are
// without surrounding blanks; an absent header is an empty view.
struct Request {
    Method method = Method::other;
    std::string_view method_text{};  // as sent, for `other` and the log
    // The bytes between method and version, exactly as sent: this is what Twilio signed. Usually
    // "/path?query", but a client may send the absolute form; `origin_form` copes.
    std::string_view target{};

    std::string_view host{};
    std::string_view content_type{};
    std::string_view user_agent{};
    std::string_view authorization{};
    std::string_view range{};
    std::string_view if_range{};
    std::string_view if_none_match{};
    std::string_view twilio_signature{};   // X-Twilio-Signature, the last one
    unsigned twilio_signatures = 0;        // how many came; more than one is never valid
    std::string_view idempotency_token{};  // I-Twilio-Idempotency-Token
    // X-Forwarded-…, the last line of each: a proxy appends, so that what the nearest one says
    // comes last. Only `public_url` may believe them.
    std::string_view forwarded_proto{};
    std::string_view forwarded_host{};
    std::string_view forwarded_port{};
    std::string_view header_lines{};  // all of them, raw, for `header`

    std::string_view body{};  // whole, chunks already joined
    bool has_body = false;    // a length or chunks were declared, even if of 0 bytes

    std::string_view peer{};  // the socket's other end, "192.0.2.1" or "2001:db8::1", without port
    bool is_tls = false;
};

// Whether two names of headers are one: their case does not count (RFC 9110, 5.1).
bool same_name(std::string_view a, std::string_view b);

// The value of any header (case of the name is ignored), the first where it is repeated; empty
// where absent. Walks the raw lines: for what is rarely asked.
std::string_view header(const Request& request, std::string_view name);

// The target as "/path?query", also for the absolute form (http://host/path). "*" stays "*".
std::string_view origin_form(std::string_view target);

struct PathAndQuery {
    std::string_view path{};   // "/voice/acme", percent-encoding as sent
    std::string_view query{};  // without '?'
};
PathAndQuery split_target(std::string_view target);

// True for "application/x-www-form-urlencoded", with or without parameters.
bool is_form(std::string_view content_type);

// Bytes that many responses share, for files; `bytes` lives as long as `owner` does.
struct SharedBody {
    std::shared_ptr<const void> owner{};
    std::string_view bytes{};
};

// One response. The connection hands out a cleared one whose strings keep their capacity, so that
// filling it seldom allocates. Content-Length, Date and Connection are the connection's business;
// for HEAD fill it as for GET, the body is left out.
struct Response {
    int status = 200;
    std::string_view content_type{};  // a literal: must outlive the response; empty: none is sent
    std::string body{};
    SharedBody shared{};    // sent instead of `body` where it has an owner
    bool close = false;     // end the connection after this response
    std::string headers{};  // further header lines, complete with CRLF; see `add`

    // Adds one header line. Neither may hold CR or LF: asserted of `name`, replaced by a blank in
    // `value`, which may come from outside.
    void add(std::string_view name, std::string_view value);

    // Back to an empty 200; keeps capacity.
    void clear();
};

inline constexpr std::string_view twiml_type = "text/xml; charset=utf-8";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";
inline constexpr std::string_view json_type = "application/json";

// Makes `response` a plain-text answer with `status` and `text` as its only contents.
void answer_text(Response& response, int status, std::string_view text);

// "Not Found" for 404; "Unknown" for what is not in the table.
std::string_view reason_phrase(int status);

}  // namespace server
