#include "server/http/public_url.hpp"

#include <catch2/catch.hpp>

using namespace server;

namespace {

PublicUrl url(std::string_view text) { return *PublicUrl::parse(text); }
Network network(std::string_view text) { return *Network::parse(text); }

std::vector<std::string> candidates(const PublicUrls& urls, const Request& request) {
    std::vector<UrlCandidate> found;
    urls.candidates(request, found);
    std::vector<std::string> texts;
    for (const UrlCandidate& candidate : found)
        texts.push_back(candidate.url);
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the configured URL is what was signed, with the target to the byte") {
    const PublicUrls urls{{url("https://ivr.example.com/")}, {}, false};
    CHECK(candidates(urls, {.target = "/voice/acme?a=%41&b=%2b", .host = "evil.example"}) ==
          Texts{"https://ivr.example.com/voice/acme?a=%41&b=%2b"});
}

TEST_CASE("each of several configured URLs is tried, in their order") {
    const PublicUrls urls{{url("https://new.example"), url("http://old.example:8080")}, {}, false};
    CHECK(candidates(urls, {.target = "/sms"}) ==
          Texts{"https://new.example/sms", "http://old.example:8080/sms"});
}

TEST_CASE("a path prefix is signed, whether a proxy takes it off or leaves it") {
    const PublicUrls urls{{url("https://example.com/ivr/eu")}, {}, false};
    const Texts signed_url{"https://example.com/ivr/eu/voice/acme?x"};
    CHECK(candidates(urls, {.target = "/voice/acme?x"}) == signed_url);
    CHECK(candidates(urls, {.target = "/ivr/eu/voice/acme?x"}) == signed_url);
    CHECK(urls.routed_path("/ivr/eu/voice/acme") == "/voice/acme");
    CHECK(urls.routed_path("/voice/acme") == "/voice/acme");
    CHECK(urls.routed_path("/ivr/europe") == "/ivr/europe");

    std::vector<UrlCandidate> found;
    urls.candidates({.target = "/voice/acme"}, found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].prefix == "/ivr/eu");
    CHECK(found[0].origin == "https://example.com");
}

TEST_CASE("an absolute target does not choose the host") {
    const PublicUrls urls{{url("https://ivr.example.com")}, {}, false};
    CHECK(candidates(urls, {.target = "http://evil.example/voice/acme?x"}) ==
          Texts{"https://ivr.example.com/voice/acme?x"});
}

TEST_CASE("without a configured URL only a listed proxy is believed, and its own word only") {
    const PublicUrls urls{{}, {network("10.0.0.0/8"), network("2001:db8::/32")}, false};
    Request request{.target = "/sms", .host = "inner:8443", .peer = "10.1.2.3"};
    request.forwarded_proto = "http, https";
    request.forwarded_host = "evil.example, ivr.example.com";
    CHECK(candidates(urls, request) == Texts{"https://ivr.example.com/sms"});
    request.forwarded_port = "8443";
    CHECK(candidates(urls, request) == Texts{"https://ivr.example.com:8443/sms"});
    request.forwarded_port = "443";
    CHECK(candidates(urls, request) == Texts{"https://ivr.example.com/sms"});
    request.peer = "2001:db8::7";
    CHECK(candidates(urls, request).size() == 1);
    for (const char* const other : {"11.1.2.3", "2001:db9::7", "::1", ""}) {
        request.peer = other;
        CHECK(candidates(urls, request).empty());
    }
}

TEST_CASE("nonsense from a listed proxy gives no URL") {
    const PublicUrls urls{{}, {network("127.0.0.1")}, false};
    Request good{.target = "/sms", .host = "elsewhere.example", .peer = "127.0.0.1"};
    CHECK(candidates(urls, good).empty());
    good.forwarded_proto = "https";
    CHECK(candidates(urls, good).empty());
    good.forwarded_host = "ivr.example.com";
    CHECK(candidates(urls, good) == Texts{"https://ivr.example.com/sms"});
    for (const char* const host : {"a/b", "a@b", "a b", "a:0", "a:99999", "[::1", "a?b", "[x]"}) {
        Request bad = good;
        bad.forwarded_host = host;
        INFO(host);
        CHECK(candidates(urls, bad).empty());
    }
    Request bad = good;
    bad.forwarded_proto = "ftp";
    CHECK(candidates(urls, bad).empty());
    bad = good;
    bad.forwarded_port = "80x";
    CHECK(candidates(urls, bad).empty());
}

TEST_CASE("Host is believed under --dev only") {
    const Request request{.target = "/sms", .host = "localhost:8443", .is_tls = true};
    CHECK(candidates(PublicUrls{{}, {}, false}, request).empty());
    CHECK(candidates(PublicUrls{{}, {}, true}, request) == Texts{"https://localhost:8443/sms"});
    CHECK(candidates(PublicUrls{{url("https://a.example")}, {}, true}, request) ==
          Texts{"https://a.example/sms"});
}

TEST_CASE("a public URL is scheme, host, perhaps port and prefix, and nothing else") {
    for (const char* const bad :
         {"", "ivr.example.com", "ftp://a", "https://", "https:///x", "https://a?b", "https://a#b",
          "https://u:p@a", "https://a:0", "https://a:x", "https://a b", "//a", "https://a:"}) {
        INFO(bad);
        CHECK_FALSE(PublicUrl::parse(bad).has_value());
    }
    CHECK(url("https://a.example///").str() == "https://a.example");
    CHECK(url("https://[2001:db8::1]:8443/x").host() == "2001:db8::1");
    CHECK(url("https://a.example:8443/x").host() == "a.example");
    CHECK(url("https://a.example:8443/x").prefix() == "/x");
}

TEST_CASE("a network is an address with perhaps a length") {
    const auto has = [](std::string_view net, const char* address) {
        return network(net).contains(boost::asio::ip::make_address(address));
    };
    CHECK(has("192.0.2.128/25", "192.0.2.200"));
    CHECK_FALSE(has("192.0.2.128/25", "192.0.2.127"));
    CHECK(has("0.0.0.0/0", "203.0.113.9"));
    CHECK_FALSE(has("0.0.0.0/0", "::1"));
    CHECK(has("2001:db8::1", "2001:db8::1"));
    for (const char* const bad : {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129"})
        CHECK_FALSE(Network::parse(bad).has_value());
}
