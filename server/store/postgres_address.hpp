// Where a PostgreSQL is, and how to find it without standing still: libpq would look a host's name
// up while the loop waits. Everything else of a URL (TLS, password files, services, sockets) is
// libpq's own and as its manual says.
#pragma once

#include "server/net/asio.hpp"
#include "server/store/postgres_library.hpp"

#include <string>
#include <vector>

namespace server {

// One attempt to connect: libpq's parameters, each a keyword and its value.
using PostgresParameterList = std::vector<std::pair<std::string, std::string>>;

class PostgresAddress {
public:
    // `url`: as libpq reads it. An error's words hold nothing of it that could be a password.
    static Stored<PostgresAddress> parse(const PostgresLibrary& library, std::string url);

    // What to try, in order: every address of every host. Names that are not found are left out, so
    // it can be empty.
    net::awaitable<std::vector<PostgresParameterList>> attempts() const;

private:
    struct Host {
        std::string name;  // empty: as libpq does without one
        std::string port;
    };

    PostgresParameterList attempt(const Host& host, const std::string& address) const;

    std::string url_;
    std::vector<Host> hosts_;
};

}  // namespace server
