// An HTTPS server (or a plain one) on a free port of loopback that answers as scripted, or breaks
// as scripted, and records what it heard. It lives on the loop of who asks it: one thread, no
// locks, and nothing happens between two steps of a test.
#pragma once

#include "server/net/asio.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace server::testing {

struct Heard {
    std::string method{}, target{}, body{};
    std::vector<std::pair<std::string, std::string>> headers{};

    std::string header(std::string_view name) const;  // as sent; empty where there is none
    std::string field(std::string_view name) const;   // of a form
};

enum class Accident {
    none,
    reset_before,  // the connection breaks, and the request was not carried out
    reset_after,   // … and it was
    never,         // no answer, the connection stays open; it was carried out
};

struct Answer {
    int status = 0;  // 0: the server's ordinary answer, after `delay`
    std::string body{};
    std::string headers{};  // whole lines, each with its CRLF
    std::chrono::milliseconds delay{0};
    std::optional<std::size_t> cut{};  // so many bytes of the body, then the connection breaks
    Accident accident = Accident::none;
    std::optional<bool> accepts{};  // whether it is carried out, where that is not as usual
    std::string raw{};              // in place of a whole answer, byte for byte; then goodbye
};

class ScriptedServer {
public:
    // Carries a request out and says what is usually answered.
    using Ordinary = std::function<Answer(const Heard&)>;
    enum class Speaks { tls, plain };

    ScriptedServer(net::io_context& loop, Ordinary ordinary, Speaks speaks = Speaks::tls);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ScriptedServer(ScriptedServer&&) = delete;
    ScriptedServer& operator=(ScriptedServer&&) = delete;

    std::uint16_t port() const;
    std::string url(std::string_view host = "localhost") const;
    std::string certificate() const;  // a PEM file: for localhost, *.test and loopback

    // For the next requests whose path ends so: one each, in order, then as usual again.
    void script(std::string path_end, std::vector<Answer> answers);
    void clear_scripts();
    void break_connections(int count);   // the next ones, before a byte is exchanged
    void ignore_connections(int count);  // the next ones are taken, and nothing is said
    void drop_connections();             // those that are open
    void most_tls(int version);          // TLS1_1_VERSION …

    const std::vector<Heard>& heard() const;
    int connections() const;  // ever taken

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace server::testing
