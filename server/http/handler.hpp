// Who answers requests. Nearly every webhook is answered on the spot; only one that waits for the
// world (an effect) costs a coroutine, and it goes on from where the first half stopped.
#pragma once

#include "server/awaitable.hpp"
#include "server/http/message.hpp"

#include <optional>

namespace server {

// What the connection refused by itself, before there was a request to hand on. For log and
// metrics.
struct Refusal {
    int status = 0;           // 400, 408, 413, 417, 431, 503; 0: closed without an answer
    std::string_view why{};   // a literal, for the log
    std::string_view peer{};  // valid during the call only
};

// One object for all loops: called from every one of them at once, so it must be thread-safe.
class RequestHandler {
public:
    // The rest of an answer that has to wait. It may be empty.
    using Waiting = std::optional<net::awaitable<void>>;

    // Fills `response` and returns nothing; or returns a coroutine that fills it later. The
    // coroutine runs on the connection's loop; `request` (with all it points to) and `response`
    // live until it has ended. Both halves may throw: the client gets a 500, the connection goes
    // on. Must not block: the loop serves others.
    //
    //     Waiting answer(const Request& request, Response& response) override {
    //         Turn turn = begin(request);
    //         if (turn.is_answered(response)) return {};
    //         return finish(std::move(turn), response);  // a member coroutine
    //     }
    virtual Waiting answer(const Request& request, Response& response) = 0;

    virtual void on_refusal(const Refusal&) noexcept {}

    virtual ~RequestHandler() = default;
};

}  // namespace server
