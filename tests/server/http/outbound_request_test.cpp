#include "server/http/outbound_request.hpp"

#include <catch2/catch.hpp>

using server::destination_of;
using server::OutboundHeaders;
using server::OutboundRequest;

namespace {

std::string why_not(const OutboundRequest& request) {
    const auto to = destination_of(request);
    return to ? std::string{} : to.error();
}

}  // namespace

TEST_CASE("a URL says where a request goes, and its target is sent as it was written") {
    const auto to = destination_of({.url = "HTTPS://Crm.Example:8443/a%2Fb/c?x=%20y&z#part"});
    REQUIRE(to.has_value());
    CHECK(to->tls);
    CHECK(to->host == "Crm.Example");
    CHECK(to->port == 8443);
    CHECK(to->authority == "Crm.Example:8443");
    CHECK(to->target == "/a%2Fb/c?x=%20y&z");

    CHECK(destination_of({.url = "http://crm.example"})->port == 80);
    CHECK(destination_of({.url = "https://crm.example"})->port == 443);
    CHECK(destination_of({.url = "https://crm.example?q"})->target == "/?q");
    CHECK(destination_of({.url = "https://[::1]/"})->host == "::1");
    CHECK(destination_of({.url = "https://[::1]/"})->authority == "[::1]");
}

TEST_CASE("what is no plain URL is refused") {
    for (const char* url :
         {"", "crm.example", "/path", "ftp://crm.example/", "file:///etc/passwd",
          "https://user@crm.example/", "https://user:word@crm.example/", "https:///x",
          "https://crm.example:0/", "https://crm.example:99999/", "https://crm%2eexample/",
          "https://crm.example/a b", "https://crm.example/\r\nX: y", "https://crm.example/\"",
          "https://crm.example\\@evil.example/"}) {
        INFO(url);
        CHECK(why_not({.url = url}) != "");
    }
}

TEST_CASE("an inserted value cannot climb out of its path") {
    for (const char* url :
         {"https://crm.example/accounts/../admin", "https://crm.example/./x",
          "https://crm.example/accounts/%2e%2E/admin", "https://crm.example/.."}) {
        INFO(url);
        CHECK(why_not({.url = url}) == "a path with \".\" or \"..\" in it");
    }
    CHECK(why_not({.url = "https://crm.example/a..b/.well-known/...?q=../x"}) == "");
}

TEST_CASE("only methods that ask or act are sent") {
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
        CHECK(why_not({.method = method, .url = "https://crm.example/"}) == "");
    for (const char* method : {"", "get", "CONNECT", "TRACE", "HEAD", "GET / HTTP/1.1\r\nX: y\r\n"})
        CHECK(why_not({.method = method, .url = "https://crm.example/"}) != "");
}

TEST_CASE("a header cannot break its line, frame the message or name another host") {
    const auto why = [](std::string name, std::string value) {
        return why_not({.url = "https://crm.example/", .headers = {{name, value}}});
    };
    CHECK(why("Authorization", "Bearer \t ä!") == "");
    CHECK(why("X-Empty", "") == "");
    for (const char* value : {"a\r\nX-Other: b", "a\nb", "a\rb", "\x7f", "\x01"})
        CHECK(why("X-Name", value) == "the value of the header X-Name holds a control character");
    CHECK(why("X-Name", std::string{"a\0b", 3}) != "");
    for (const char* name : {"", "X Name", "X:", "X\r\n", "Ä"})
        CHECK(why(name, "x") == "a header's name holds what no name may");
    for (const char* name : {"Host", "content-length", "Transfer-Encoding", "CONNECTION", "TE"})
        CHECK(why(name, "x") == "the header " + std::string{name} + " is not to be set");
}

TEST_CASE("a header of an answer is found in whatever case it was written") {
    const server::OutboundResponse response{
        .headers = {{"Retry-After", "3"}, {"retry-after", "4"}}};
    CHECK(response.header("RETRY-AFTER") == "3");
    CHECK(response.header("Retry") == "");
}
