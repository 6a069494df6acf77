#include "server/http/outbound_client.hpp"
#include "tests/server/http/scripted_server.hpp"
#include "tests/support/fake_names.hpp"
#include "tests/support/run_loop.hpp"

#include <boost/asio/ssl.hpp>
#include <fmt/format.h>

using namespace std::chrono_literals;
using server::HostPolicy;
using server::OutboundClient;
using server::OutboundFailure;
using server::OutboundOptions;
using server::OutboundRequest;
using server::OutboundResult;
using server::testing::Accident;
using server::testing::Answer;
using server::testing::Heard;
using server::testing::ScriptedServer;
using Kind = OutboundFailure::Kind;

namespace {

namespace net = boost::asio;
using Clock = std::chrono::steady_clock;

// A customer's system on loopback, and the client that asks it.
struct Asking {
    net::io_context loop{1};
    support::FakeNames names{{{"localhost", {"127.0.0.1"}}, {"crm.test", {"127.0.0.1"}}}};
    ScriptedServer crm;
    std::unique_ptr<OutboundClient> client;

    explicit Asking(OutboundOptions options = {}, std::vector<std::string> hosts = {"localhost"},
                    ScriptedServer::Speaks speaks = ScriptedServer::Speaks::tls)
        : crm{loop, [](const Heard&) { return Answer{.status = 200, .body = "hello"}; }, speaks} {
        options.policy = HostPolicy{hosts};
        if (options.ca_file.empty()) options.ca_file = crm.certificate();
        auto made = OutboundClient::make(names, std::move(options));
        REQUIRE(made);
        client = std::move(*made);
    }

    OutboundResult ask(OutboundRequest request) {
        if (request.url.empty()) request.url = crm.url() + "/";
        if (request.deadline == Clock::time_point{}) request.deadline = Clock::now() + 10s;
        return server::testing::run(loop, client->send(std::move(request)));
    }
    OutboundResult get(const std::string& url = {}) { return ask({.url = url}); }

    // The answer's status and body, or at which stage it failed.
    std::string says(const OutboundResult& result) {
        if (result) return fmt::format("{} {}", result->status, result->body);
        INFO(result.error().detail);
        CHECK(result.error().detail != "");
        switch (result.error().kind) {
        case Kind::refused_by_policy:
            return "refused";
        case Kind::not_connected:
            return "not connected";
        case Kind::timed_out_before_sending:
            return "timed out before sending";
        case Kind::timed_out_after_sending:
            return "timed out after sending";
        case Kind::lost:
            return "lost";
        case Kind::too_large:
            return "too large";
        case Kind::bad_response:
            return "bad response";
        }
        return "?";
    }
};

}  // namespace

TEST_CASE("a request arrives as it was meant, over TLS") {
    Asking asking;
    const auto answer =
        asking.ask({.method = "POST",
                    .url = asking.crm.url() + "/a%2Fb?x=1#part",
                    .headers = {{"Authorization", "Bearer t"}, {"X-Two", "1"}, {"X-Two", "2"}},
                    .body = "{}",
                    .trace_id = "0123456789ABCDEF0123456789abcdef"});
    CHECK(asking.says(answer) == "200 hello");
    REQUIRE(asking.crm.heard().size() == 1);
    const Heard& heard = asking.crm.heard().front();
    CHECK(heard.method == "POST");
    CHECK(heard.target == "/a%2Fb?x=1");
    CHECK(heard.body == "{}");
    CHECK(heard.header("Host") == fmt::format("localhost:{}", asking.crm.port()));
    CHECK(heard.header("Content-Length") == "2");
    CHECK(heard.header("User-Agent") == "Switchboard");
    CHECK(heard.header("Authorization") == "Bearer t");
    CHECK(std::ranges::count(heard.headers, std::pair<std::string, std::string>{"X-Two", "2"}) ==
          1);
    const std::string trace = heard.header("traceparent");
    REQUIRE(trace.size() == 55);
    CHECK(trace.starts_with("00-0123456789abcdef0123456789abcdef-"));
    CHECK(trace.ends_with("-01"));
    CHECK(trace.substr(36, 16) != "0000000000000000");
}

TEST_CASE("what is no trace id is not passed on as one") {
    Asking asking;
    for (const char* id :
         {"", "xyz", "00000000000000000000000000000000", "0123456789abcdef0123456789abcdeg"})
        CHECK(asking.says(asking.ask({.trace_id = id})) == "200 hello");
    for (const Heard& heard : asking.crm.heard())
        CHECK(heard.header("traceparent").empty());
}

TEST_CASE("an answer of any status is an answer, and a redirect is not followed") {
    Asking asking;
    asking.crm.script("/", {{.status = 404, .body = "no"},
                            {.status = 302, .headers = "Location: /other\r\n"},
                            {.status = 500, .body = "oh"}});
    CHECK(asking.says(asking.get()) == "404 no");
    const auto redirect = asking.get();
    CHECK(asking.says(redirect) == "302 ");
    CHECK(redirect->header("location") == "/other");
    CHECK(asking.says(asking.get()) == "500 oh");
    CHECK(asking.crm.heard().size() == 3);
}

TEST_CASE("answers are decoded: chunks, interim answers, an end without a length, none at all") {
    Asking asking;
    asking.crm.script(
        "/",
        {{.raw = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0"
                 "\r\nX-Trailer: t\r\n\r\n"},
         {.raw = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 "
                 "201 Created\r\nContent-Length: 2\r\n\r\nok"},
         {.raw = "HTTP/1.1 204 No Content\r\n\r\n"}});
    CHECK(asking.says(asking.get()) == "200 abcde");
    CHECK(asking.says(asking.get()) == "201 ok");
    CHECK(asking.says(asking.get()) == "204 ");

    Asking plain{{}, {"localhost"}, ScriptedServer::Speaks::plain};
    plain.crm.script("/", {{.raw = "HTTP/1.0 200 OK\r\n\r\nto the end"}});
    CHECK(plain.says(plain.get()) == "200 to the end");
}

TEST_CASE("a TLS connection that ends without goodbye has not told a body without a length") {
    Asking asking;
    asking.crm.script("/", {{.raw = "HTTP/1.0 200 OK\r\n\r\nto the"}});
    CHECK(asking.says(asking.get()) == "lost");
}

TEST_CASE("hosts that are not listed are not even looked up") {
    Asking asking;
    CHECK(asking.says(asking.get("https://other.test/")) == "refused");
    CHECK(asking.says(asking.get("https://127.0.0.1:1/")) == "refused");
    CHECK(asking.says(asking.ask({.headers = {{"X", "a\r\nb"}}})) == "refused");
    CHECK(asking.names.asked.empty());
    CHECK(asking.crm.connections() == 0);
}

TEST_CASE("a listed name with an address inside the house is refused before a connection") {
    Asking asking{{}, {"crm.test"}};
    CHECK(asking.says(asking.get(asking.crm.url("crm.test"))) == "refused");
    CHECK(asking.crm.connections() == 0);
    asking.client->use(HostPolicy{std::vector<std::string>{"crm.test", "127.0.0.0/8"}});
    CHECK(asking.says(asking.get(asking.crm.url("crm.test"))) == "200 hello");
}

TEST_CASE("a name is asked for once a connection, so that it cannot change its mind") {
    Asking asking{{}, {"crm.test", "127.0.0.1"}};
    CHECK(asking.says(asking.get(asking.crm.url("crm.test"))) == "200 hello");
    CHECK(asking.names.asked == std::vector<std::string>{"crm.test"});
    // Of several addresses, those inside the house are passed over.
    asking.names.change("crm.test", {"10.0.0.1", "169.254.169.254", "127.0.0.1"});
    asking.crm.drop_connections();
    CHECK(asking.says(asking.get(asking.crm.url("crm.test"))) == "200 hello");
}

TEST_CASE("where an address does not answer, the next one is tried") {
    Asking asking{{}, {"crm.test", "127.0.0.0/8"}};
    asking.names.change("crm.test", {"127.0.0.2", "127.0.0.3", "127.0.0.1"});
    CHECK(asking.says(asking.get(asking.crm.url("crm.test"))) == "200 hello");
    asking.names.change("crm.test", {"127.0.0.2", "127.0.0.3"});
    asking.crm.drop_connections();
    CHECK(asking.says(asking.get(asking.crm.url("crm.test"))) == "not connected");
    CHECK(asking.says(asking.get(asking.crm.url("127.0.0.4"))) == "not connected");
}

TEST_CASE("a name that nobody knows is not connected to") {
    Asking asking{{}, {"nobody.test"}};
    CHECK(asking.says(asking.get("https://nobody.test/")) == "not connected");
}

TEST_CASE("a certificate of somebody else, or one that nobody vouches for, is none") {
    Asking asking{{}, {"localhost", "crm.example", "127.0.0.0/8"}};
    asking.names.change("crm.example", {"127.0.0.1"});
    const auto other = asking.get(asking.crm.url("crm.example"));
    CHECK(asking.says(other) == "not connected");
    CHECK_THAT(other.error().detail, Catch::Contains("no TLS with crm.example"));
    CHECK(asking.says(asking.get(asking.crm.url("127.0.0.1"))) == "200 hello");

    // Another server's certificate is trusted, not this one's.
    Asking elsewhere;
    Asking distrusting{OutboundOptions{.ca_file = elsewhere.crm.certificate()}};
    CHECK(distrusting.says(distrusting.get()) == "not connected");
    CHECK(distrusting.crm.heard().empty());
}

TEST_CASE("a file without certificates is told to the operator") {
    support::FakeNames names{{}};
    const auto made = OutboundClient::make(names, OutboundOptions{.ca_file = "/nowhere/ca.pem"});
    REQUIRE_FALSE(made);
    CHECK(made.error().starts_with("/nowhere/ca.pem: "));
}

TEST_CASE("TLS 1.2 is spoken, and nothing below it") {
    Asking asking;
    asking.crm.most_tls(TLS1_2_VERSION);
    CHECK(asking.says(asking.get()) == "200 hello");
    asking.crm.drop_connections();
    asking.crm.most_tls(TLS1_1_VERSION);
    CHECK(asking.says(asking.get()) == "not connected");
}

TEST_CASE("a connection stays open for the next request") {
    Asking asking;
    for (int i = 0; i < 3; ++i)
        CHECK(asking.says(asking.get()) == "200 hello");
    CHECK(asking.crm.connections() == 1);
    CHECK(asking.client->idle_connections() == 1);
}

TEST_CASE("a connection that the peer has closed, or spoken on, is not used again") {
    Asking asking;
    asking.crm.script("/", {{.status = 200, .body = "bye", .headers = "Connection: close\r\n"}});
    CHECK(asking.says(asking.get()) == "200 bye");
    CHECK(asking.client->idle_connections() == 0);
    CHECK(asking.says(asking.get()) == "200 hello");
    asking.crm.drop_connections();
    CHECK(asking.says(asking.get()) == "200 hello");
    CHECK(asking.crm.connections() == 3);
}

TEST_CASE("connections at rest are closed after a while, and at once when the policy changes") {
    Asking asking{OutboundOptions{.idle = 20ms}};
    CHECK(asking.says(asking.get()) == "200 hello");
    CHECK(asking.client->idle_connections() == 1);
    server::testing::run_until(asking.loop, [&] { return asking.client->idle_connections() == 0; });

    Asking changing;
    CHECK(changing.says(changing.get()) == "200 hello");
    changing.client->use(HostPolicy{});
    CHECK(changing.client->idle_connections() == 0);
    CHECK(changing.says(changing.get()) == "refused");
}

TEST_CASE("no more connections to a host than agreed; further requests wait in line") {
    Asking asking{OutboundOptions{.connections_per_host = 2, .idle_per_host = 1}};
    int answered = 0;
    for (int i = 0; i < 5; ++i)
        net::co_spawn(
            asking.loop,
            asking.client->send({.url = asking.crm.url(), .deadline = Clock::now() + 10s}),
            [&](const std::exception_ptr&, const OutboundResult& result) {
                answered += result.has_value() ? 1 : 0;
            });
    server::testing::run_until(asking.loop, [&] { return answered == 5; });
    CHECK(asking.client->idle_connections() == 1);

    asking.crm.script("/", {{.accident = Accident::never}, {.accident = Accident::never}});
    std::vector<std::string> said;
    // Who waits in line gives up while the others still have their connections.
    for (const auto patience : {1000ms, 1000ms, 100ms})
        net::co_spawn(asking.loop,
                      asking.client->send(
                          {.url = asking.crm.url() + "/", .deadline = Clock::now() + patience}),
                      [&](const std::exception_ptr&, const OutboundResult& result) {
                          said.push_back(asking.says(result));
                      });
    server::testing::run_until(asking.loop, [&] { return said.size() == 3; });
    CHECK(std::ranges::count(said, "timed out after sending") == 2);
    CHECK(std::ranges::count(said, "timed out before sending") == 1);
}

TEST_CASE("a connection that breaks before anything was sent did not happen") {
    Asking asking;
    asking.crm.break_connections(1);
    CHECK(asking.says(asking.get()) == "not connected");
    CHECK(asking.says(asking.get()) == "200 hello");
}

TEST_CASE("a connection that breaks after the request was sent is lost, wherever it breaks") {
    Asking asking;
    asking.crm.script("/", {{.accident = Accident::reset_before},
                            {.accident = Accident::reset_after},
                            {.status = 200, .body = "hello", .cut = 0},
                            {.status = 200, .body = "hello", .cut = 4},
                            {.raw = "HTTP/1.1 200 OK\r\nContent-Le"}});
    for (int i = 0; i < 5; ++i)
        CHECK(asking.says(asking.get()) == "lost");
    CHECK(asking.crm.heard().size() == 5);
}

TEST_CASE("the deadline covers everything, and says whether something had been sent") {
    Asking asking;
    const auto get_within = [&](std::chrono::milliseconds time) {
        return asking.says(asking.ask({.deadline = Clock::now() + time}));
    };
    CHECK(get_within(-1ms) == "timed out before sending");
    CHECK(asking.crm.connections() == 0);
    asking.crm.ignore_connections(1);
    CHECK(get_within(50ms) == "timed out before sending");
    asking.crm.script("/", {{.accident = Accident::never}, {.delay = 5s}});
    CHECK(get_within(200ms) == "timed out after sending");
    CHECK(get_within(200ms) == "timed out after sending");
    CHECK(get_within(10s) == "200 hello");
}

TEST_CASE("an answer that is too large, or none, is told apart") {
    Asking asking{OutboundOptions{.limits = {.body_bytes = 100, .header_bytes = 200}}};
    asking.crm.script("/", {{.status = 200, .body = std::string(101, 'x')},
                            {.status = 200, .body = std::string(100, 'x')},
                            {.status = 200, .headers = "X: " + std::string(300, 'x') + "\r\n"},
                            {.raw = "SMTP ready\r\n\r\n"},
                            {.raw = "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"}});
    CHECK(asking.says(asking.get()) == "too large");
    CHECK(asking.says(asking.get()) == "200 " + std::string(100, 'x'));
    CHECK(asking.says(asking.get()) == "too large");
    CHECK(asking.says(asking.get()) == "bad response");
    CHECK(asking.says(asking.get()) == "bad response");
}

TEST_CASE("what is under way may outlive the client") {
    Asking asking;
    std::string said;
    net::co_spawn(asking.loop,
                  asking.client->send({.url = asking.crm.url(), .deadline = Clock::now() + 10s}),
                  [&](const std::exception_ptr&, const OutboundResult& result) {
                      said = asking.says(result);
                  });
    asking.client.reset();
    server::testing::run_until(asking.loop, [&] { return !said.empty(); });
    CHECK(said == "200 hello");
}
