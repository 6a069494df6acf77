#include "server/http/message.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace server {
namespace {

char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

struct Phrase {
    int status;
    std::string_view text;
};

constexpr std::array phrases{
    Phrase{200, "OK"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{204, "No Content"},
    Phrase{206, "Partial Content"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{505, "HTTP Version Not Supported"},
};

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    // Most are written as we write them.
    return a.size() == b.size() && (a == b || std::ranges::equal(a, b, {}, lower_case, lower_case));
}

std::string_view header(const Request& request, std::string_view name) {
    std::string_view rest = request.header_lines;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && same_name(line.substr(0, colon), name))
            return trimmed(line.substr(colon + 1));
    }
    return {};
}

std::string_view origin_form(std::string_view target) {
    if (target.empty() || target.front() == '/') return target;
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return target;
    const std::string_view after = target.substr(scheme + 3);
    const std::size_t path = after.find_first_of("/?");
    if (path == std::string_view::npos || after[path] == '?') return "/";
    return after.substr(path);
}

PathAndQuery split_target(std::string_view target) {
    const std::string_view origin = origin_form(target);
    const std::size_t mark = origin.find('?');
    if (mark == std::string_view::npos) return {.path = origin};
    return {.path = origin.substr(0, mark), .query = origin.substr(mark + 1)};
}

bool is_form(std::string_view content_type) {
    return same_name(trimmed(content_type.substr(0, content_type.find(';'))),
                     "application/x-www-form-urlencoded");
}

void Response::add(std::string_view name, std::string_view value) {
    assert(name.find_first_of("\r\n") == std::string_view::npos);
    headers.append(name).append(": ");
    for (const char c : value)
        headers.push_back(c == '\r' || c == '\n' ? ' ' : c);
    headers.append("\r\n");
}

void Response::clear() {
    status = 200;
    content_type = {};
    body.clear();
    shared = {};
    close = false;
    headers.clear();
}

void answer_text(Response& response, int status, std::string_view text) {
    response.clear();
    response.status = status;
    response.content_type = text_type;
    response.body = text;
}

std::string_view reason_phrase(int status) {
    const auto* const found = std::ranges::find(phrases, status, &Phrase::status);
    return found == phrases.end() ? "Unknown" : found->text;
}

}  // namespace server
