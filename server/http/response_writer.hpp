// A response as the bytes that go out.
#pragma once

#include "server/http/message.hpp"

#include <ctime>
#include <string>
#include <string_view>

namespace server {

struct Framing {
    bool keep_alive = true;
    bool is_http_1_0 = false;
    bool is_head = false;     // answer to HEAD: the length, but no body
    std::string_view date{};  // of the Date header
};

// Appends status line and headers, the blank line included.
void append_head(std::string& out, const Response& response, const Framing& framing);

// What `append_head` announces and the connection sends: `shared`, else `body`; nothing for 204,
// 304.
std::string_view content_of(const Response& response);

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second. One a loop: not thread-safe.
class HttpDate {
public:
    std::string_view at(std::time_t now);

private:
    std::time_t made_ = -1;
    std::string text_;
};

}  // namespace server
