#include "server/http/request_reader.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>

using namespace server;
using namespace std::literals;

namespace {

constexpr ReadLimits small{.header_bytes = 512, .body_bytes = 100};

// Feeds in pieces of `piece` bytes, and stops at the first outcome.
RequestReader::Outcome feed(RequestReader& reader, std::string_view text,
                            std::size_t piece = std::string_view::npos) {
    RequestReader::Outcome outcome = reader.next();
    while (outcome == RequestReader::Outcome::need_more && !text.empty()) {
        const std::span<char> space = reader.space();
        const std::size_t size = std::min({space.size(), text.size(), piece});
        std::ranges::copy(text.substr(0, size), space.begin());
        reader.commit(size);
        text.remove_prefix(size);
        outcome = reader.next();
    }
    return outcome;
}

struct Verdict {
    int status = 0;  // 0: a whole request, -1: waits for more
    std::string why{};
};

Verdict verdict_on(std::string_view text, ReadLimits limits = small) {
    RequestReader reader{limits};
    switch (feed(reader, text)) {
    case RequestReader::Outcome::ready:
        return {};
    case RequestReader::Outcome::need_more:
        return {.status = -1};
    case RequestReader::Outcome::refused:
        break;
    }
    return {.status = reader.refusal_status(), .why = std::string{reader.refusal_reason()}};
}

std::string post(std::string_view headers, std::string_view body = {}) {
    return "POST /voice/acme HTTP/1.1\r\nHost: a\r\n" + std::string{headers} + "\r\n" +
           std::string{body};
}

}  // namespace

TEST_CASE("a webhook is read whole, its target to the byte, however it arrives") {
    const std::string text = "POST /voice/acme?s=%41%2b+x&&=;~ HTTP/1.1\r\n"
                             "Host: ivr.example.com:8443\r\n"
                             "User-Agent: TwilioProxy/1.1\r\n"
                             "content-type:application/x-www-form-urlencoded; charset=UTF-8 \t\r\n"
                             "X-Twilio-Signature: abc=\r\n"
                             "I-Twilio-Idempotency-Token: 77\r\n"
                             "X-Forwarded-Proto: http\r\n"
                             "X-Forwarded-Proto: http, https\r\n"
                             "X-Home-Region: us1\r\n"
                             "Content-Length: 7\r\n\r\nDigits=";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()}) {
        RequestReader reader{small};
        REQUIRE(feed(reader, text, piece) == RequestReader::Outcome::ready);
        const Request& request = reader.request();
        CHECK(request.method == Method::post);
        CHECK(request.target == "/voice/acme?s=%41%2b+x&&=;~");
        CHECK(request.host == "ivr.example.com:8443");
        CHECK(request.user_agent == "TwilioProxy/1.1");
        CHECK(request.content_type == "application/x-www-form-urlencoded; charset=UTF-8");
        CHECK(is_form(request.content_type));
        CHECK(request.twilio_signature == "abc=");
        CHECK(request.twilio_signatures == 1);
        CHECK(request.idempotency_token == "77");
        CHECK(request.forwarded_proto == "http, https");
        CHECK(header(request, "x-home-region") == "us1");
        CHECK(header(request, "x-home").empty());
        CHECK(request.body == "Digits=");
        CHECK(request.has_body);
        CHECK(reader.keep_alive());
        reader.consume();
        CHECK(reader.is_empty());
    }
}

TEST_CASE("two signatures are both noticed") {
    RequestReader reader{small};
    const std::string text = post("X-Twilio-Signature: a\r\nX-TWILIO-SIGNATURE: b\r\n");
    REQUIRE(feed(reader, text) == RequestReader::Outcome::ready);
    CHECK(reader.request().twilio_signatures == 2);
}

TEST_CASE("chunks are joined, and what is pipelined behind them is the next request") {
    const std::string text = post("Transfer-Encoding: chunked\r\n",
                                  "3\r\nFro\r\n4;ext=\"1\"\r\nm=%2\r\n1\r\nB\r\n0\r\n"
                                  "Host: trailer\r\nX-Twilio-Signature: trailer\r\n\r\n") +
                             "GET /next HTTP/1.1\r\nHost: b\r\n\r\n";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, text.size()}) {
        RequestReader reader{small};
        REQUIRE(feed(reader, text, piece) == RequestReader::Outcome::ready);
        CHECK(reader.request().body == "From=%2B");
        CHECK(reader.request().host == "a");
        CHECK(reader.request().twilio_signatures == 0);
        if (piece != text.size()) continue;
        reader.consume();
        REQUIRE(reader.next() == RequestReader::Outcome::ready);
        CHECK(reader.request().target == "/next");
        CHECK(reader.request().host == "b");
        CHECK_FALSE(reader.request().has_body);
        CHECK(reader.request().body.empty());
    }
}

TEST_CASE("a body far larger than the buffer leaves the views of the head right") {
    const std::string body(60'000, 'x');
    const std::string text = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n" +
                             post("Content-Length: 60000\r\n", body) + post("");
    RequestReader reader{ReadLimits{}};
    REQUIRE(feed(reader, text.substr(0, 4000), 1) == RequestReader::Outcome::ready);
    reader.consume();
    REQUIRE(feed(reader, std::string_view{text}.substr(35), 999) == RequestReader::Outcome::ready);
    CHECK(reader.request().target == "/voice/acme");
    CHECK(reader.request().body == body);
}

TEST_CASE("what could be read in two ways is refused") {
    struct Case {
        std::string text;
        std::string why{};
    };
    const std::vector<Case> cases{
        {post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"), ""},
        {post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), ""},
        {post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), "two Content-Length headers"},
        {post("Content-Length: 1, 1\r\n", "a"), "not a Content-Length"},
        {post("Content-Length: +1\r\n", "a"), ""},
        {post("Content-Length: -1\r\n", "a"), ""},
        {post("Content-Length: 0x1\r\n", "a"), ""},
        {post("Content-Length: 1 1\r\n", "a"), ""},
        {post("Content-Length: \r\n"), ""},
        {post("Content-Length: 99999999999999999999999\r\n"), ""},
        {post("Transfer-Encoding: gzip\r\n"), "a Transfer-Encoding other than chunked"},
        {post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), ""},
        {post("Transfer-Encoding:\r\n"), ""},
        {post("Transfer-Encoding:\v chunked\r\n", "0\r\n\r\n"), ""},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "chunks in HTTP/1.0"},
        {post("Content-Length : 1\r\n", "a"), ""},
        {post(" Content-Length: 1\r\n", "a"), "a folded header"},
        {post("X: a\r\n b\r\n"), "a folded header"},
        {post("X: a\r\n\tb\r\n"), "a folded header"},
        {post("X: a\nContent-Length: 1\r\n", "a"), "a bare line feed"},
        {"GET / HTTP/1.1\nHost: a\n\n", "a bare line feed"},
        {post("X: a\rContent-Length: 1\r\n", "a"), ""},
        {post("X: a\r\r\n"), ""},
        {post("X: a\0b\r\n"s), ""},
        {post("X\0: a\r\n"s), ""},
        {post("X: a\x01\r\n"), ""},
        {post(": a\r\n"), ""},
        {post("X a\r\n"), ""},
        {post("X(): a\r\n"), ""},
        {post("\xc3\xa9: a\r\n"), ""},
        {post("Host: b\r\n"), "two Host headers"},
        {"GET / HTTP/1.1\r\n\r\n", "no Host header"},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "not a Host"},
        {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "not a Host"},
        {"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", "not a Host"},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "not HTTP/1.0 or HTTP/1.1"},
        {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", ""},
        {"GET / HTTP/11\r\nHost: a\r\n\r\n", ""},
        {"GET / http/1.1\r\nHost: a\r\n\r\n", ""},
        {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", ""},
        {"GET /\r\nHost: a\r\n\r\n", ""},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", ""},
        {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", ""},
        {"GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", ""},
        {"GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n", ""},
        {"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", ""},
        {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", "not HTTP"},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ""},
        {"\x16\x03\x01\x02\x00\x01", "not HTTP"},
        {"\r\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", "not HTTP"},
        {"\0\0\0\0"s, "not HTTP"},
    };
    for (const auto& [text, why] : cases) {
        INFO(text);
        const Verdict verdict = verdict_on(text);
        CHECK(verdict.status == 400);
        if (!why.empty()) CHECK(verdict.why == why);
    }
}

TEST_CASE("broken chunks are refused") {
    for (const char* const body :
         {"g\r\n", "\r\n", "-1\r\na\r\n", "0x1\r\na\r\n\r\n", " 1\r\na\r\n", "1 \r\na\r\n",
          "1\r\nab\r\n0\r\n\r\n", "1\na\r\n0\r\n\r\n", "1\r\na0\r\n\r\n", "1\r\na\n0\r\n\r\n",
          "1\na\n0\n\n", "1;x\n", "1\r\na\r\n0\r\nX: y\n\n", "1\r\na\n0\n\n",
          "1;\x01\r\na\r\n0\r\n\r\n", "fffffffffffffffff\r\na\r\n", "0\r\nX : y\r\n\r\n"}) {
        INFO(body);
        CHECK(verdict_on(post("Transfer-Encoding: chunked\r\n", body)).status / 100 == 4);
    }
    const std::string endless = "1;" + std::string(20'000, 'x');
    CHECK(verdict_on(post("Transfer-Encoding: chunked\r\n", endless)).status == 400);
}

TEST_CASE("limits refuse the first byte beyond them, and not the last within") {
    const std::string frame = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
    const auto with_head_of = [&frame](std::size_t bytes) {
        std::string text = frame;
        text.insert(text.find("X: ") + 3, std::string(bytes - frame.size(), 'x'));
        return text;
    };
    CHECK(verdict_on(with_head_of(512)).status == 0);
    CHECK(verdict_on(with_head_of(513)).status == 431);
    CHECK(verdict_on("GET /" + std::string(600, 'x')).status == 431);
    CHECK(verdict_on("GET /" + std::string(20'000, 'x'), ReadLimits{}).status == 431);

    CHECK(verdict_on(post("Content-Length: 100\r\n", std::string(100, 'x'))).status == 0);
    CHECK(verdict_on(post("Content-Length: 101\r\n")).status == 413);
    CHECK(verdict_on(post("Content-Length: 999999999999999999\r\n")).status == 413);

    const std::string chunks = "32\r\n" + std::string(50, 'x') + "\r\n";
    const std::string coded = "Transfer-Encoding: chunked\r\n";
    CHECK(verdict_on(post(coded, chunks + chunks + "0\r\n\r\n")).status == 0);
    CHECK(verdict_on(post(coded, chunks + chunks + "1\r\n")).status == 413);
    CHECK(verdict_on(post(coded, "ffffffffffffffff\r\n")).status / 100 == 4);
}

TEST_CASE("a client that waits for 100 Continue is told once, and only if it waits") {
    RequestReader reader{small};
    CHECK(feed(reader, post("Expect: 100-Continue\r\nContent-Length: 2\r\n")) ==
          RequestReader::Outcome::need_more);
    CHECK(reader.takes_continue());
    CHECK_FALSE(reader.takes_continue());
    CHECK(feed(reader, "ab") == RequestReader::Outcome::ready);

    RequestReader hasty{small};
    CHECK(feed(hasty, post("Expect: 100-continue\r\nContent-Length: 2\r\n", "a")) ==
          RequestReader::Outcome::need_more);
    CHECK_FALSE(hasty.takes_continue());

    CHECK(verdict_on(post("Expect: tea\r\nContent-Length: 2\r\n")).status == 417);
}

TEST_CASE("keeping the connection is as the version and the client say") {
    const auto keeps = [](std::string_view text) {
        RequestReader reader{small};
        REQUIRE(feed(reader, text) == RequestReader::Outcome::ready);
        return reader.keep_alive();
    };
    CHECK(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n"));
    CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n"));
    CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    CHECK(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    CHECK(keeps("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));  // RFC 9112, 2.2
}

TEST_CASE("a reader can be used for another connection in the middle of anything") {
    RequestReader reader{small};
    for (const std::string& text :
         {std::string{"GE"}, post("Content-Length: 9\r\n", "a"), std::string{"\x16"},
          post("Transfer-Encoding: chunked\r\n", "5\r\nab"), post("", "")}) {
        feed(reader, text);
        reader.reset();
        CHECK(reader.is_empty());
        CHECK(feed(reader, "GET /clean HTTP/1.1\r\nHost: a\r\n\r\n") ==
              RequestReader::Outcome::ready);
        CHECK(reader.request().target == "/clean");
        CHECK(reader.request().body.empty());
        reader.reset();
    }
}

TEST_CASE("a target has a path and a query, and the absolute form changes neither") {
    CHECK(split_target("/voice/acme?s=1?2").path == "/voice/acme");
    CHECK(split_target("/voice/acme?s=1?2").query == "s=1?2");
    CHECK(split_target("http://evil.example/voice?x").path == "/voice");
    CHECK(split_target("http://evil.example?x").path == "/");
    CHECK(split_target("http://evil.example").path == "/");
    CHECK(split_target("*").path == "*");
    CHECK(split_target("/a://b/c").path == "/a://b/c");
}
