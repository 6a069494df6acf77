#include "server/net/self_signed.hpp"
#include "tests/server/net/test_server.hpp"

#include <catch2/catch.hpp>
#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// A folder that goes with the test, and a certificate in it.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "switchboard-tls-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
        REQUIRE(write_self_signed(files(), {"ivr.example.com", "192.0.2.7"}).empty());
    }
    ~Folder() { fs::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;

    TlsFiles files() const {
        return {.certificate = path_ / "a/cert.pem", .key = path_ / "a/key.pem"};
    }

private:
    fs::path path_;
};

std::unique_ptr<TlsContext> load(const TlsFiles& files) {
    TlsContext::Loaded loaded = TlsContext::load(files);
    REQUIRE(loaded.has_value());
    return *std::move(loaded);
}

std::string serial_of(Client& client) {
    const std::unique_ptr<X509, void (*)(X509*)> certificate{
        SSL_get1_peer_certificate(client.ssl()), X509_free};
    REQUIRE(certificate);
    std::uint64_t serial = 0;
    ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(certificate.get()));
    return std::to_string(serial);
}

void write(const fs::path& path, std::string_view text) { std::ofstream{path} << text; }

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 carry requests, older versions are refused") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get()};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client client{server.port(), {.version = version}};
        REQUIRE(client.is_connected());
        CHECK(SSL_version(client.ssl()) == version);
        CHECK(client.ask(post("/echo", "a")).body == "POST /echo\na");
        CHECK(client.ask(get("/waits")).body == "GET /waits\n");
        CHECK(client.ask(get("/shared")).body == std::string(ScriptedHandler::megabyte, 's'));
        CHECK(client.ask(post("/echo", std::string(60'000, 'b'))).body.size() == 60'011);
        client.send(get("/large") + get("/2"));
        client.say_no_more();
        CHECK(client.reply().body.size() == ScriptedHandler::megabyte);
        CHECK(client.reply().body == "GET /2\n");
        CHECK(client.is_closed_silently());
    }
    CHECK_FALSE(Client{server.port(), {.version = TLS1_1_VERSION}}.is_connected());
    CHECK(server.counters().handshakes == 2);
    CHECK(eventually([&] { return server.counters().handshake_failures == 1; }));
}

TEST_CASE("the self-signed certificate is good for localhost and the hosts it was made for") {
    const Folder folder;
    const auto tls = load(folder.files());
    const TestServer server{{}, tls.get()};
    const auto connects_to = [&](const std::string& host) {
        return Client{server.port(), {.trusted = folder.files().certificate.string(), .host = host}}
            .is_connected();
    };
    CHECK(connects_to("localhost"));
    CHECK(connects_to("127.0.0.1"));
    CHECK(connects_to("::1"));
    CHECK(connects_to("ivr.example.com"));
    CHECK(connects_to("192.0.2.7"));
    CHECK_FALSE(connects_to("other.example.com"));
    for (const fs::path& file : {folder.files().certificate, folder.files().key})
        CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(tls->expires() > std::chrono::system_clock::now() + 24h * 300);
    CHECK(tls->expires() < std::chrono::system_clock::now() + 24h * 400);
}

TEST_CASE("a client that comes back resumes, on whichever loop it lands") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get(), 2};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client first{server.port(), {.version = version}};
        CHECK(first.ask(get("/echo")).status == 200);
        Session session = first.session();
        for (int i = 0; i < 6; ++i) {
            Client again{server.port(), {.version = version, .resumes = session.get()}};
            REQUIRE(again.is_connected());
            CHECK(SSL_session_reused(again.ssl()) == 1);
            CHECK(again.ask(get("/echo")).status == 200);
            session = again.session();  // in TLS 1.3 a ticket is for one use
        }
    }
    CHECK(server.counters().handshakes_resumed == 12);
}

TEST_CASE("HTTP/1.1 is chosen among the offered protocols, and nothing else is served") {
    const Folder folder;
    const auto tls = load(folder.files());
    const TestServer server{{}, tls.get()};
    const Client both{server.port(), {.protocols = "\x02h2\x08http/1.1"}};
    CHECK(both.is_connected());
    CHECK_FALSE(Client{server.port(), {.protocols = "\x02h2"}}.is_connected());
}

TEST_CASE("a new certificate serves new connections, and nobody is dropped") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get()};
    Client before{server.port(), {}};
    CHECK(before.ask(get("/echo")).status == 200);
    const std::string old_serial = serial_of(before);
    const Session session = before.session();
    CHECK(tls->reload().outcome == TlsContext::Reload::Outcome::unchanged);

    REQUIRE(write_self_signed(folder.files(), {}).empty());
    CHECK(tls->reload().outcome == TlsContext::Reload::Outcome::reloaded);
    CHECK(tls->reload().outcome == TlsContext::Reload::Outcome::unchanged);
    CHECK(before.ask(get("/echo")).status == 200);
    Client after{server.port(), {}};
    CHECK(after.ask(get("/echo")).status == 200);
    CHECK(serial_of(after) != old_serial);
    Client resumed{server.port(), {.resumes = session.get()}};
    CHECK(SSL_session_reused(resumed.ssl()) == 1);
}

TEST_CASE("a broken new certificate keeps the old one, and says once what is wrong") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get()};
    const auto why_of = [&] {
        const TlsContext::Reload reload = tls->reload();
        CHECK(reload.outcome == TlsContext::Reload::Outcome::refused);
        CHECK(tls->reload().outcome == TlsContext::Reload::Outcome::unchanged);
        CHECK(Client{server.port(), {}}.ask(get("/echo")).status == 200);
        return reload.why;
    };
    const Folder other;
    fs::copy_file(other.files().certificate, folder.files().certificate,
                  fs::copy_options::overwrite_existing);
    CHECK_THAT(why_of(), Catch::Contains("does not belong") || Catch::Contains("mismatch"));
    write(folder.files().certificate, "nonsense");
    CHECK_THAT(why_of(), Catch::Contains("cert.pem"));
    fs::remove(folder.files().certificate);
    CHECK_THAT(why_of(), Catch::Contains("cert.pem"));

    REQUIRE(write_self_signed(folder.files(), {}).empty());
    CHECK(tls->reload().outcome == TlsContext::Reload::Outcome::reloaded);
}

TEST_CASE("loading says which file is at fault") {
    const Folder folder;
    TlsFiles files = folder.files();
    files.key = "/nonexistent/key.pem";
    const auto loaded = TlsContext::load(files);
    REQUIRE_FALSE(loaded.has_value());
    CHECK_THAT(loaded.error(), Catch::Contains("/nonexistent/key.pem"));
}

TEST_CASE("HTTP on the HTTPS port is told so") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get()};
    Client client{server.port()};
    const Reply reply = client.ask(get("/echo"));
    CHECK(reply.status == 400);
    CHECK(reply.body == "This port speaks HTTPS.\n");
    CHECK(client.is_closed_silently());
}

TEST_CASE("garbage and silence instead of a handshake end the connection") {
    const Folder folder;
    const auto tls = load(folder.files());
    Limits limits;
    limits.request = limits.idle = 150ms;
    TestServer server{limits, tls.get()};
    Client garbage{server.port()};
    garbage.send(std::string(3000, '\xff'));
    CHECK(garbage.reply().status == 0);
    Client silent{server.port()};
    CHECK(silent.is_closed_silently());
    Client half{server.port()};
    half.send(std::string_view{"\x16\x03\x01\x02\x00\x01\x00", 7});
    CHECK(half.is_closed_silently());
    Client gone{server.port(), {}};
    CHECK(gone.is_closed_silently());  // idle, after its handshake
    CHECK(Client{server.port(), {}}.ask(get("/echo")).status == 200);
}

TEST_CASE("limits and refusals are the same behind TLS") {
    const Folder folder;
    const auto tls = load(folder.files());
    Limits limits;
    limits.request = 150ms;
    TestServer server{limits, tls.get()};
    const auto status_of = [&](std::string_view request) {
        Client client{server.port(), {}};
        const int status = client.ask(request).status;
        CHECK(client.is_closed_silently());
        return status;
    };
    CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nHost") == 408);
    CHECK(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n") == 413);
    CHECK(status_of("GET /" + std::string(17'000, 'x')) == 431);
}

TEST_CASE("draining says goodbye to TLS connections too") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get()};
    Client client{server.port(), {}};
    CHECK(client.ask(get("/echo")).status == 200);
    CHECK(server.listener().drain(10s));
    CHECK(client.is_closed_silently());
    CHECK(SSL_get_shutdown(client.ssl()) == SSL_RECEIVED_SHUTDOWN);
}

TEST_CASE("behind TLS too the one that is turned away is told 503, and counted") {
    const Folder folder;
    const auto tls = load(folder.files());
    Limits limits;
    limits.connections = 1;
    TestServer server{limits, tls.get()};
    Client busy{server.port(), TlsWishes{}};
    busy.send(get("/gate"));
    REQUIRE(eventually([&] { return server.handler().is_anybody_at_the_gate(); }));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Client other{server.port(), {.version = version}};
        const Reply reply = other.ask(get("/echo"));
        CHECK(reply.status == 503);
        CHECK(reply.has("Retry-After: 1"));
        CHECK(other.is_closed_silently());
    }
    CHECK(server.counters().shed == 2);
    CHECK(server.handler().refusals() == std::vector<std::string>(2, "503 too many connections"));
    CHECK(server.counters().open == 1);
    server.handler().open_gate();
    CHECK(busy.reply().status == 200);
    CHECK(eventually([&] { return server.counters().parting == 0; }));
    Client next{server.port(), TlsWishes{}};
    CHECK(next.ask(get("/echo")).status == 200);
}

TEST_CASE("TLS can be switched off and on for new connections") {
    const Folder folder;
    const auto tls = load(folder.files());
    TestServer server{{}, tls.get()};
    Client before{server.port(), TlsWishes{}};
    CHECK(before.ask(get("/echo")).status == 200);
    server.listener().set_tls(nullptr);
    CHECK(server.serves_others());
    CHECK(before.ask(get("/echo")).status == 200);
    server.listener().set_tls(tls.get());
    Client after{server.port(), TlsWishes{}};
    CHECK(after.ask(get("/echo")).status == 200);
}
