#include "server/net/name_resolver.hpp"

#include "server/awaitable.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace server {
namespace {

using tcp = net::ip::tcp;

// What asker and answerer share; the asker may have gone when the answer comes.
struct Question {
    explicit Question(const net::any_io_executor& executor) : answered{executor} {}
    net::steady_timer answered;
    NameResolver::Addresses addresses{std::string{"is not known in time"}};
};

NameResolver::Addresses ask_system(net::thread_pool& threads, const std::string& host) {
    tcp::resolver resolver{threads};
    boost::system::error_code failure;
    const auto found = resolver.resolve(host, "", failure);
    if (failure) return "is not known: " + failure.message();
    std::vector<net::ip::address> addresses;
    for (const auto& entry : found) {
        const auto address = entry.endpoint().address();
        if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
    }
    if (addresses.empty()) return std::string{"has no address"};
    return addresses;
}

}  // namespace

SystemResolver::~SystemResolver() { threads_.join(); }

net::awaitable<NameResolver::Addresses>
SystemResolver::resolve(std::string host, std::chrono::steady_clock::time_point deadline) {
    const std::string too_late = "is not known in time";
    if (std::chrono::steady_clock::now() >= deadline) co_return too_late;
    if (under_way_.fetch_add(1) >= most_under_way) {
        under_way_.fetch_sub(1);
        co_return std::string{"is not asked for: too many names are under way"};
    }
    const net::any_io_executor executor = co_await net::this_coro::executor;
    auto question = std::make_shared<Question>(executor);
    question->answered.expires_at(deadline);
    // It goes back to the loop whole: a timer is not to be touched, nor destroyed, from elsewhere.
    net::post(threads_, [this, question, executor, host = std::move(host)]() mutable {
        Addresses addresses = ask_system(threads_, host);
        under_way_.fetch_sub(1);
        net::post(executor, [question = std::move(question), addresses = std::move(addresses)] {
            question->addresses = addresses;
            question->answered.cancel();
        });
    });
    co_await question->answered.async_wait(quietly);
    co_return question->addresses;
}

}  // namespace server
