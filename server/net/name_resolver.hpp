// From a host's name to its addresses. A port, so that tests decide what a name means.
#pragma once

#include "server/net/asio.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/result.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

namespace server {

class NameResolver {
public:
    // In the order in which they are to be tried, at least one; or why there are none, in words
    // that go on after the host's name.
    using Addresses = boost::system::result<std::vector<net::ip::address>, std::string>;

    // Comes back by `deadline`, in any loop that awaits it.
    virtual net::awaitable<Addresses> resolve(std::string host,
                                              std::chrono::steady_clock::time_point deadline) = 0;
    virtual ~NameResolver() = default;
};

// The system's: /etc/hosts, DNS, whatever nsswitch.conf says. Its call blocks and cannot be called
// off, so it has threads of its own; who has waited long enough goes, and the answer finds nobody.
// Thread-safe. To be destroyed before the loops that have asked it, which can take as long as the
// system's own time-out for a name.
class SystemResolver final : public NameResolver {
public:
    explicit SystemResolver(std::size_t threads = 4) : threads_{threads} {}
    ~SystemResolver() override;
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;
    SystemResolver(SystemResolver&&) = delete;
    SystemResolver& operator=(SystemResolver&&) = delete;

    net::awaitable<Addresses> resolve(std::string host,
                                      std::chrono::steady_clock::time_point deadline) override;

private:
    // More names than this under way, and the next is refused: the name server is away.
    static constexpr int most_under_way = 256;

    std::atomic<int> under_way_{0};
    net::thread_pool threads_;
};

}  // namespace server
