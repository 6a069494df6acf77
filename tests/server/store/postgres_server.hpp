// A PostgreSQL of the tests' own, in a temporary folder: Debian's, from the package's folder, since
// what stands in the PATH may be anything. Ends with the process, however that ends.
#pragma once

#include "tests/support/temporary_folder.hpp"

#include <sys/types.h>

#include <string>

namespace server::testing {

class PostgresServer {
public:
    // Made and started; throws where that does not work. As another user where we are root, for
    // whom PostgreSQL refuses to work.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    PostgresServer(PostgresServer&&) = delete;
    PostgresServer& operator=(PostgresServer&&) = delete;

    void start();  // ready to accept connections when it returns
    void stop();   // throws its sessions out
    void kill();   // as by `kill -9`, of all its processes
    // All its processes stand still, as on a machine that hangs, until `go_on`.
    void hang();
    void go_on();

    // Over its socket, or over TCP by a name that has to be looked up. `schema`: where tables go,
    // empty for PostgreSQL's default.
    std::string url(const std::string& schema = "") const;
    std::string tcp_url() const;

private:
    support::TemporaryFolder folder_;
    unsigned short port_ = 0;
    pid_t process_ = 0;
};

// One for all tests that do it no harm, started by the first of them.
PostgresServer& shared_postgres();

}  // namespace server::testing
