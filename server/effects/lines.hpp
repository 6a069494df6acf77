// Looks at a line of callers at Twilio: who keeps a place in it is called when it is his turn. A
// port; `twilio_queues` is its adapter.
#pragma once

#include "server/net/asio.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace server {

// The front of a line: who has waited there longest.
struct LineFront {
    bool told = false;                                 // false: Twilio could not be asked
    std::optional<std::chrono::sys_seconds> joined{};  // nothing: nobody waits
};

// Never throws but std::bad_alloc. For the thread of its loop only.
class Lines {
public:
    // `queue`: its name, as <Enqueue> has it. One that is not there has nobody in it.
    virtual net::awaitable<LineFront> front_of(std::string queue,
                                               std::chrono::milliseconds timeout) = 0;
    virtual ~Lines() = default;
};

}  // namespace server
