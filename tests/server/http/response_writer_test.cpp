#include "server/http/response_writer.hpp"

#include <catch2/catch.hpp>

using namespace server;

namespace {

std::string head_of(const Response& response, Framing framing) {
    framing.date = "D";
    std::string out;
    append_head(out, response, framing);
    return out;
}

}  // namespace

TEST_CASE("a response says its type, its length, and what its writer added") {
    Response response;
    response.content_type = twiml_type;
    response.body = "<Response/>";
    response.add("Cache-Control", "no-store");
    CHECK(head_of(response, {}) == "HTTP/1.1 200 OK\r\nDate: D\r\n"
                                   "Content-Type: text/xml; charset=utf-8\r\n"
                                   "Content-Length: 11\r\nCache-Control: no-store\r\n\r\n");
    CHECK(content_of(response) == "<Response/>");
}

TEST_CASE("no value can begin another header") {
    Response response;
    response.add("ETag", "a\r\nSet-Cookie: b");
    CHECK(response.headers == "ETag: a  Set-Cookie: b\r\n");
}

TEST_CASE("204 and 304 have no content, whatever was filled in") {
    Response response;
    answer_text(response, 204, "x");
    CHECK(head_of(response, {}) == "HTTP/1.1 204 No Content\r\nDate: D\r\n\r\n");
    CHECK(content_of(response).empty());
}

TEST_CASE("the end of a connection is announced, and for HTTP/1.0 its going on") {
    Response response;
    answer_text(response, 403, "no\n");
    const std::string head = "HTTP/1.1 403 Forbidden\r\nDate: D\r\n"
                             "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n";
    CHECK(head_of(response, {.keep_alive = false}) == head + "Connection: close\r\n\r\n");
    CHECK(head_of(response, {.is_http_1_0 = true}) == head + "Connection: keep-alive\r\n\r\n");
}

TEST_CASE("a shared body is sent in place of the own one") {
    const auto file = std::make_shared<const std::string>("RIFF");
    Response response;
    response.body = "own";
    response.shared = {.owner = file, .bytes = *file};
    CHECK(content_of(response) == "RIFF");
}

TEST_CASE("the date is HTTP's own form") {
    HttpDate date;
    CHECK(date.at(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(date.at(784111778) == "Sun, 06 Nov 1994 08:49:38 GMT");
    CHECK(date.at(1709210096) == "Thu, 29 Feb 2024 12:34:56 GMT");
}
