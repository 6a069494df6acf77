#include "tests/server/net/test_server.hpp"

#include <catch2/catch.hpp>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

// Fast enough for a test, slow enough for a busy machine to send a few bytes in.
Limits hasty() {
    Limits limits;
    limits.idle = limits.request = limits.write = limits.linger = 150ms;
    return limits;
}

}  // namespace

TEST_CASE("one connection carries one request after the other") {
    const TestServer server;
    Client client{server.port()};
    for (int i = 0; i < 3; ++i) {
        const Reply reply = client.ask(post("/echo?x=%41", "Digits=1"));
        CHECK(reply.status == 200);
        CHECK(reply.body == "POST /echo?x=%41\nDigits=1");
        CHECK(reply.head.find("Connection:") == std::string::npos);
        CHECK(reply.head.find("\r\nDate: ") != std::string::npos);
    }
    CHECK(server.counters().accepted == 1);
}

TEST_CASE("a request may come byte by byte") {
    const TestServer server;
    Client client{server.port()};
    for (const char byte : post("/echo", "Digits=1"))
        client.send({&byte, 1});
    CHECK(client.reply().body == "POST /echo\nDigits=1");
}

TEST_CASE("pipelined requests are answered in their order, also behind one that waits") {
    const TestServer server;
    Client client{server.port()};
    client.send(get("/1") + post("/waits", "a") + get("/3") + get("/large") + get("/throws-later") +
                post("/6", "b"));
    CHECK(client.reply().body == "GET /1\n");
    CHECK(client.reply().body == "POST /waits\na");
    CHECK(client.reply().body == "GET /3\n");
    CHECK(client.reply().body.size() == ScriptedHandler::megabyte);
    CHECK(client.reply().status == 500);
    CHECK(client.reply().body == "POST /6\nb");
}

TEST_CASE("a thousand pipelined requests are a thousand answers") {
    const TestServer server;
    Client client{server.port()};
    std::string all;
    for (int i = 0; i < 1000; ++i)
        all += get("/" + std::to_string(i));
    client.send(all);
    for (int i = 0; i < 1000; ++i)
        REQUIRE(client.reply().body == "GET /" + std::to_string(i) + "\n");
}

TEST_CASE("an answer before one that waits does not wait with it") {
    TestServer server;
    Client client{server.port()};
    client.send(get("/1") + get("/gate"));
    CHECK(client.reply().body == "GET /1\n");
    server.handler().open_gate();
    CHECK(client.reply().body == "GET /gate\n");
}

TEST_CASE("a failing handler costs a 500 and not the connection") {
    TestServer server;
    Client client{server.port()};
    CHECK(client.ask(get("/throws")).status == 500);
    CHECK(client.ask(get("/throws-later")).status == 500);
    CHECK(client.ask(get("/echo")).status == 200);
    CHECK(server.handler().refusals() ==
          std::vector<std::string>{"500 as asked", "500 later, as asked"});
}

TEST_CASE("a body of any size arrives whole") {
    const TestServer server;
    Client client{server.port()};
    CHECK(client.ask(get("/large")).body == std::string(ScriptedHandler::megabyte, 'x'));
    CHECK(client.ask(get("/shared")).body == std::string(ScriptedHandler::megabyte, 's'));
    CHECK(client.ask(get("/echo")).status == 200);
    const std::string body(60'000, 'b');
    CHECK(client.ask(post("/echo", body)).body == "POST /echo\n" + body);
}

TEST_CASE("HEAD gets the length and no body") {
    const TestServer server;
    Client client{server.port()};
    client.send("HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.reply(true).has("Content-Length: 11"));
    client.send("HEAD /shared HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.reply(true).has("Content-Length: 1000000"));
    CHECK(client.ask(get("/echo")).body == "GET /echo\n");
}

TEST_CASE("the connection ends when either side says so") {
    const TestServer server;
    for (const std::string& request : {get("/echo", "Connection: close\r\n"), get("/bye"),
                                       std::string{"GET /echo HTTP/1.0\r\n\r\n"}}) {
        Client client{server.port()};
        CHECK(client.ask(request).has("Connection: close"));
        CHECK(client.is_closed_silently());
    }
    Client old{server.port()};
    CHECK(old.ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
              .has("Connection: keep-alive"));
    CHECK(old.ask("GET /echo HTTP/1.0\r\n\r\n").status == 200);
}

TEST_CASE("chunked bodies are joined") {
    const TestServer server;
    Client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nFrom=");
    client.send("\r\n1\r\nx\r\n0\r\n\r\n" + get("/next"));
    CHECK(client.reply().body == "POST /echo\nFrom=x");
    CHECK(client.reply().body == "GET /next\n");
}

TEST_CASE("who expects 100 Continue gets it, or the refusal instead") {
    const TestServer server;
    Client client{server.port()};
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n";
    client.send(head + "Content-Length: 2\r\n\r\n");
    CHECK(client.reply().status == 100);
    CHECK(client.ask("ab").body == "POST /echo\nab");
    CHECK(client.ask(head + "Content-Length: 2\r\n\r\nab").status == 200);  // did not wait
    CHECK(client.ask(head + "Content-Length: 70000\r\n\r\n").status == 413);
    CHECK(client.is_closed_silently());
}

TEST_CASE("every refusal has its status, ends the connection, and disturbs nobody else") {
    TestServer server;
    struct Case {
        int status;
        std::string request;
    };
    const std::vector<Case> cases{
        {400, "GET / HTTP/1.1\r\n\r\n"},
        {400, "nonsense\r\n\r\n"},
        {400, std::string("\x16\x03\x01\x00\x05hello", 10)},
        {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"
              "\r\n0\r\n\r\n"},
        {413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"},
        {413, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n"},
        {417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n"},
        {431, "GET /" + std::string(17'000, 'x')},
        {431, get("/", "X: " + std::string(17'000, 'x') + "\r\n")},
    };
    for (const auto& [status, request] : cases) {
        INFO(request.substr(0, 80));
        Client client{server.port()};
        client.send(get("/before") + request);
        CHECK(client.reply().body == "GET /before\n");
        const Reply reply = client.reply();
        CHECK(reply.status == status);
        CHECK(reply.has("Connection: close"));
        CHECK(reply.has("Content-Type: text/plain; charset=utf-8"));
        CHECK(client.is_closed_silently());
        CHECK(server.serves_others());
    }
    CHECK(server.handler().refusals().size() == cases.size());
    CHECK(server.counters().refusals == cases.size());
}

TEST_CASE("a refusal reaches the client that is still sending") {
    const TestServer server;
    Client client{server.port()};
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n");
    client.send(std::string(3'000'000, 'x'));
    CHECK(client.reply().status == 413);
}

TEST_CASE("a request that takes too long is answered 408, wherever it stops") {
    TestServer server{hasty()};
    for (const std::string& part :
         {std::string{"P"}, std::string{"POST / HTTP/1.1\r\nHost"},
          std::string{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"},
          std::string{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"}}) {
        INFO(part);
        Client client{server.port()};
        CHECK(client.ask(get("/echo")).status == 200);
        CHECK(client.ask(part).status == 408);
        CHECK(client.is_closed_silently());
    }
    CHECK(server.serves_others());
}

TEST_CASE("a client that trickles does not gain time by it") {
    const TestServer server{hasty()};
    Client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    Client slow{server.port()};
    slow.send("GET /");
    const auto start = std::chrono::steady_clock::now();
    // A byte each time another connection has been served: activity, but no progress to speak of.
    while (server.counters().refusals < 2 && std::chrono::steady_clock::now() < start + 5s) {
        slow.send("x");
        CHECK(server.serves_others());
    }
    CHECK(slow.reply().status == 408);
}

TEST_CASE("an idle connection is closed without a word") {
    const TestServer server{hasty()};
    Client fresh{server.port()};
    Client used{server.port()};
    CHECK(used.ask(get("/echo")).status == 200);
    CHECK(fresh.is_closed_silently());
    CHECK(used.is_closed_silently());
    CHECK(server.counters().refusals == 0);
}

TEST_CASE("a client that does not read is let go") {
    const TestServer server{hasty()};
    Client client{server.port()};
    for (int i = 0; i < 20; ++i)
        client.send(get("/shared"));
    CHECK(eventually([&] { return server.counters().open == 0; }));
    CHECK(server.serves_others());
}

TEST_CASE("a client that has said its last still gets its answers") {
    const TestServer server;
    Client client{server.port()};
    client.send(get("/waits") + get("/large"));
    client.say_no_more();
    CHECK(client.reply().body == "GET /waits\n");
    CHECK(client.reply().body.size() == ScriptedHandler::megabyte);
    CHECK(client.is_closed_silently());
}

TEST_CASE("a client that leaves within a request is told so") {
    const TestServer server;
    Client client{server.port()};
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    client.say_no_more();
    CHECK(client.reply().status == 400);
    CHECK(client.is_closed_silently());
}

TEST_CASE("a client that resets its connection, also while its answer waits, disturbs nobody") {
    TestServer server;
    {
        Client client{server.port()};
        client.send(get("/gate"));
        REQUIRE(eventually([&] { return server.handler().is_anybody_at_the_gate(); }));
        const Client another{server.port()};
    }
    server.handler().open_gate();
    CHECK(server.serves_others());
    CHECK(eventually([&] { return server.counters().open == 0; }));
}

TEST_CASE("beyond the limit of connections the longest idle one makes room") {
    Limits limits;
    limits.connections = 2;
    const TestServer server{limits};
    Client first{server.port()};
    Client second{server.port()};
    CHECK(first.ask(get("/echo")).status == 200);
    CHECK(second.ask(get("/echo")).status == 200);
    Client third{server.port()};
    CHECK(third.ask(get("/echo")).status == 200);
    CHECK(first.is_closed_silently());
    CHECK(second.ask(get("/echo")).status == 200);
    CHECK(server.counters().evicted == 1);
    CHECK(server.counters().shed == 0);
}

TEST_CASE("where none is idle the new one is turned away with 503, and counted") {
    Limits limits;
    limits.connections = 1;
    TestServer server{limits};
    Client busy{server.port()};
    busy.send(get("/gate"));
    REQUIRE(eventually([&] { return server.handler().is_anybody_at_the_gate(); }));
    Client other{server.port()};
    CHECK(other.reply().status == 503);
    CHECK(server.counters().shed == 1);
    server.handler().open_gate();
    CHECK(busy.reply().status == 200);
}

TEST_CASE("changed limits hold for the next request, also of a connection that is open") {
    TestServer server;
    Limits limits;
    limits.read.body_bytes = 1024;
    limits.connections = 1;
    {
        Client client{server.port()};
        CHECK(client.ask(post("/echo", std::string(2000, 'a'))).status == 200);
        server.listener().set_limits(limits);
        CHECK(client.ask(post("/echo", std::string(1024, 'a'))).status == 200);
        CHECK(client.ask(post("/echo", std::string(1025, 'a'))).status == 413);
    }
    REQUIRE(eventually([&] { return server.counters().open == 0; }));
    Client idle{server.port()};
    CHECK(idle.ask(get("/echo")).status == 200);
    Client another{server.port()};
    CHECK(another.ask(get("/echo")).status == 200);
    CHECK(idle.is_closed_silently());
}
