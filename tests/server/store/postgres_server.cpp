#include "tests/server/store/postgres_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace server::testing {
namespace {

constexpr std::string_view programs = "/usr/lib/postgresql/15/bin/";

struct User {
    uid_t id;
    gid_t group;
};

User unprivileged() {
    for (const char* const name : {"postgres", "nobody"})
        if (const passwd* const found = ::getpwnam(name)) return {found->pw_uid, found->pw_gid};
    throw std::runtime_error{"nobody to run PostgreSQL as"};
}

// Its output goes to `output`.
pid_t spawn(const std::vector<std::string>& words, const std::filesystem::path& folder,
            int output) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const bool is_root = ::geteuid() == 0;
    const User user = is_root ? unprivileged() : User{};
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (is_root &&
        (::setgroups(0, nullptr) != 0 || ::setgid(user.group) != 0 || ::setuid(user.id) != 0))
        ::_exit(126);
    // Behind the change of users, which would take it back.
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent || ::chdir(folder.c_str()) != 0) ::_exit(126);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

unsigned short free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET,
                        .sin_port = 0,
                        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
                        .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    ::bind(socket, plain, size);
    ::getsockname(socket, plain, &size);
    ::close(socket);
    return ntohs(address.sin_port);
}

// Each of PostgreSQL's processes leads a group of its own.
std::vector<pid_t> children_of(pid_t process) {
    std::ifstream in{fmt::format("/proc/{0}/task/{0}/children", process)};
    return {std::istream_iterator<pid_t>{in}, {}};
}

bool is_running(pid_t process) {
    std::ifstream in{fmt::format("/proc/{}/stat", process)};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return !text.empty() && text.find(") Z") == std::string::npos;
}

// Looks again and again, for a minute at most.
bool becomes_true(const std::function<bool()>& condition) {
    const auto last = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > last) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return true;
}

std::string program(std::string_view name) { return fmt::format("{}{}", programs, name); }

}  // namespace

PostgresServer::PostgresServer() : port_{free_port()} {
    const std::filesystem::path log = folder_.path() / "initdb.log";
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (::geteuid() == 0) {
        const User user = unprivileged();
        if (::chown(folder_.path().c_str(), user.id, user.group) != 0)
            throw std::runtime_error{"no folder for PostgreSQL"};
    }
    const pid_t child = spawn({program("initdb"), "-D", "data", "-U", "switchboard", "-A", "trust",
                               "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"},
                              folder_.path(), output);
    ::close(output);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) {
        std::ifstream in{log};
        throw std::runtime_error{"initdb: " + std::string{std::istreambuf_iterator<char>{in}, {}}};
    }
    start();
}

PostgresServer::~PostgresServer() {
    if (process_ != 0) kill();
}

void PostgresServer::start() {
    const std::filesystem::path pid_file = folder_.path() / "data/postmaster.pid";
    std::filesystem::remove(pid_file);  // of one that was killed
    const std::filesystem::path log = folder_.path() / "postgres.log";
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    process_ = spawn({program("postgres"),
                      "-D",
                      "data",
                      "-k",
                      folder_.path().string(),
                      "-h",
                      "127.0.0.1",
                      "-p",
                      std::to_string(port_),
                      "-c",
                      "fsync=off",
                      "-c",
                      "max_connections=200",
                      "-c",
                      "shared_buffers=16MB",
                      "-c",
                      "autovacuum=off",
                      "-c",
                      "jit=off",
                      "-c",
                      "dynamic_shared_memory_type=mmap"},
                     folder_.path(), output);
    ::close(output);
    // As pg_ctl does: the server says so at the end of this file.
    const auto is_ready = [&] {
        std::ifstream in{pid_file};
        return std::string{std::istreambuf_iterator<char>{in}, {}}.find("\nready") !=
               std::string::npos;
    };
    if (!becomes_true(is_ready)) {
        std::ifstream in{log};
        throw std::runtime_error{"PostgreSQL does not start: " +
                                 std::string{std::istreambuf_iterator<char>{in}, {}}};
    }
}

void PostgresServer::stop() {
    ::kill(process_, SIGINT);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
}

void PostgresServer::kill() {
    hang();
    const std::vector<pid_t> children = children_of(process_);
    ::kill(process_, SIGKILL);
    for (const pid_t child : children)
        ::kill(child, SIGKILL);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
    // They hold the memory that the next server wants.
    const bool gone = becomes_true([&] { return std::ranges::none_of(children, is_running); });
    if (!gone) throw std::runtime_error{"PostgreSQL's processes do not end"};
}

void PostgresServer::hang() {
    ::kill(process_, SIGSTOP);
    for (const pid_t child : children_of(process_))
        ::kill(child, SIGSTOP);
}

void PostgresServer::go_on() {
    for (const pid_t child : children_of(process_))
        ::kill(child, SIGCONT);
    ::kill(process_, SIGCONT);
}

std::string PostgresServer::url(const std::string& schema) const {
    std::string folder;
    for (const char c : folder_.path().string())
        folder += c == '/' ? "%2F" : std::string{c};
    return fmt::format("postgres://switchboard@{}:{}/postgres{}", folder, port_,
                       schema.empty() ? "" : "?options=-csearch_path%3D" + schema);
}

std::string PostgresServer::tcp_url() const {
    return fmt::format("postgres://switchboard@localhost:{}/postgres", port_);
}

PostgresServer& shared_postgres() {
    static PostgresServer server;
    return server;
}

}  // namespace server::testing
