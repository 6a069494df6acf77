// Asks a system of the operator's (a customer database, a ticket desk) over HTTP and takes single
// values out of its JSON answer: the `http` step. A port; `https_lookup` is its adapter.
#pragma once

#include "server/net/asio.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace server {

struct LookupRequest {
    std::string method = "GET";  // GET, POST, PUT, PATCH or DELETE
    std::string url{};           // http or https, inserts already percent-encoded
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};                       // empty: none; JSON unless a header says otherwise
    std::vector<std::string> pointers{};      // JSON Pointers (RFC 6901) into the answer
    std::chrono::milliseconds timeout{8000};  // for everything, from name resolution to last byte
    std::string call_sid{};                   // its digits are the trace id that is passed on
};

struct LookupResult {
    enum class Outcome {
        ok,         // 2xx; where values are asked for, its body is JSON
        denied,     // 401, 403
        not_found,  // 404, 410
        slow,       // the time was up: there is none left to ask again, and it may have happened
        failed,     // did not happen, or was answered in a way that no other outcome names
        unknown,    // it was sent, and the connection broke before the answer: it may have happened
    };
    Outcome outcome = Outcome::failed;
    // Of `ok`: as many as pointers, in their order. A string's text, a number exactly as it was
    // written, true or false; null, arrays, objects and what is missing are nothing.
    std::vector<std::optional<std::string>> values{};
    std::string detail{};  // one sentence for the log, without headers, bodies or queries
};

// Sends at most once per call: it repeats only what provably was not sent. What an `unknown` means
// is the caller's to decide (design.md, chapter 4: a GET is asked once more, others are `failed`).
// Hosts that are not listed are `failed` without a word to them. Never throws but std::bad_alloc.
// For the thread of its loop only.
class HttpLookup {
public:
    virtual net::awaitable<LookupResult> look_up(LookupRequest request) = 0;
    virtual ~HttpLookup() = default;
};

}  // namespace server
