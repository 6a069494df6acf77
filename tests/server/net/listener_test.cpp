#include "tests/server/net/test_server.hpp"

#include <catch2/catch.hpp>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

TEST_CASE("an address is host and port") {
    const auto text = [](std::string_view address) {
        const auto endpoint = parse_endpoint(address);
        if (!endpoint) return std::string{"refused"};
        return endpoint->address().to_string() + " " + std::to_string(endpoint->port());
    };
    CHECK(text("0.0.0.0:8443") == "0.0.0.0 8443");
    CHECK(text("[::1]:0") == "::1 0");
    CHECK(text("localhost:8443") == "127.0.0.1 8443");
    CHECK(text(":8443") == ":: 8443");
    CHECK(text("*:8443") == "0.0.0.0 8443");
    for (const char* const bad : {"", "8443", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "0.0.0.0:x",
                                  "::1:8443", "ivr.example.com:8443", "[::1]"}) {
        INFO(bad);
        CHECK(text(bad) == "refused");
    }
}

TEST_CASE("a port that another server holds is not shared") {
    const TestServer server;
    Loops loops{2};
    ScriptedHandler handler;
    const auto second = Listener::open(
        loops, {Endpoint{net::ip::address_v4::loopback(), server.port()}}, {}, handler, nullptr);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().find("cannot listen on 127.0.0.1:") == 0);
}

TEST_CASE("one listener serves several addresses, of both families, on several loops") {
    Loops loops{2};
    ScriptedHandler handler;
    auto opened = Listener::open(loops,
                                 {Endpoint{net::ip::address_v4::loopback(), 0},
                                  Endpoint{net::ip::address_v6::loopback(), 0},
                                  Endpoint{net::ip::address_v4::loopback(), 0}},
                                 {}, handler, nullptr);
    REQUIRE(opened.has_value());
    const std::unique_ptr<Listener> listener = *std::move(opened);
    listener->start();
    loops.start();
    REQUIRE(listener->endpoints().size() == 3);
    for (int i = 0; i < 20; ++i) {
        Client first{listener->endpoints()[0].port()};
        Client third{listener->endpoints()[2].port()};
        CHECK(first.ask(get("/echo")).status == 200);
        CHECK(third.ask(get("/echo")).status == 200);
    }
    CHECK(listener->counters().accepted == 40);
    CHECK(loops.have_turned_within(1min));
    loops.stop();
}

TEST_CASE("many clients at once, on several loops, get each their own answer") {
    const TestServer server{{}, nullptr, 2};
    std::atomic<int> right = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&, i] {
            Client client{server.port()};
            for (int k = 0; k < 50; ++k) {
                const std::string body = std::to_string(i) + "/" + std::to_string(k);
                const std::string target = k % 2 == 0 ? "/echo" : "/waits";
                const std::string expected = "POST " + target + "\n" + body;
                if (client.ask(post(target, body)).body == expected) ++right;
            }
        });
    for (std::thread& client : clients)
        client.join();
    CHECK(right == 400);
    CHECK(eventually([&] { return server.counters().open == 0; }));
}

TEST_CASE("draining lets what is under way finish, and takes nothing new") {
    TestServer server{{}, nullptr, 2};
    Client idle{server.port()};
    CHECK(idle.ask(get("/echo")).status == 200);
    Client busy{server.port()};
    busy.send(get("/gate"));
    REQUIRE(eventually([&] { return server.handler().is_anybody_at_the_gate(); }));
    bool finished = false;
    std::thread drains{[&] { finished = server.listener().drain(10s); }};
    CHECK(idle.is_closed_silently());
    CHECK(eventually([&] { return !Client{server.port()}.is_connected(); }));
    server.handler().open_gate();
    const Reply reply = busy.reply();
    CHECK(reply.body == "GET /gate\n");
    CHECK(reply.has("Connection: close"));
    CHECK(busy.is_closed_silently());
    drains.join();
    CHECK(finished);
}

TEST_CASE("a request that has begun to arrive is still read and answered while draining") {
    TestServer server;
    Client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
    Client idle{server.port()};
    REQUIRE(eventually([&] { return server.counters().open == 2; }));
    CHECK(server.serves_others());  // the loop has read what came before
    bool finished = false;
    std::thread drains{[&] { finished = server.listener().drain(10s); }};
    CHECK(idle.is_closed_silently());
    CHECK(client.ask("ab").body == "POST /echo\nab");
    drains.join();
    CHECK(finished);
}

TEST_CASE("what does not finish in time is cut") {
    TestServer server;
    Client stuck{server.port()};
    stuck.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
    Client waits{server.port()};
    waits.send(get("/gate"));
    REQUIRE(eventually([&] { return server.handler().is_anybody_at_the_gate(); }));
    CHECK_FALSE(server.listener().drain(20ms));
    CHECK(stuck.reply().status == 0);
}
