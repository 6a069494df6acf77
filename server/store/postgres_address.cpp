#include "server/store/postgres_address.hpp"

#include "server/awaitable.hpp"
#include "server/store/postgres_error.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/error_code.hpp>

#include <string_view>
#include <utility>

namespace server {
namespace {

std::vector<std::string> split(std::string_view list) {
    std::vector<std::string> parts;
    for (std::size_t comma = list.find(','); comma != std::string_view::npos;
         comma = list.find(',')) {
        parts.emplace_back(list.substr(0, comma));
        list.remove_prefix(comma + 1);
    }
    parts.emplace_back(list);
    return parts;
}

std::string value_of(const PQconninfoOption* options, std::string_view keyword) {
    for (const PQconninfoOption* option = options; option && option->keyword; ++option)
        if (option->keyword == keyword && option->val) return option->val;
    return {};
}

// A name that has to be looked up: no socket's folder, no address.
bool is_name(const std::string& host) {
    if (host.empty() || host[0] == '/' || host[0] == '@') return false;
    boost::system::error_code no_address;
    net::ip::make_address(host, no_address);
    return no_address.failed();
}

}  // namespace

Stored<PostgresAddress> PostgresAddress::parse(const PostgresLibrary& library, std::string url) {
    char* message = nullptr;
    PQconninfoOption* const given = library.conninfo_parse(url.c_str(), &message);
    if (!given) {
        library.freemem(message);
        return StoreError{.what = StoreFailure::broken,
                          .why = "the store's address is none that PostgreSQL's client library "
                                 "reads: write postgres://user@host/database"};
    }
    PQconninfoOption* const defaults = library.conndefaults();  // of the environment
    const auto value = [&](std::string_view keyword) {
        std::string text = value_of(given, keyword);
        return text.empty() ? value_of(defaults, keyword) : text;
    };
    PostgresAddress made;
    made.url_ = std::move(url);
    const std::vector<std::string> ports = split(value("port"));
    // With addresses given there is nothing to look up.
    const std::string hosts = value("hostaddr").empty() ? value("host") : std::string{};
    for (const std::string& name : split(hosts)) {
        const std::size_t place = ports.size() > 1 ? made.hosts_.size() : 0;
        made.hosts_.push_back({.name = name, .port = ports[std::min(place, ports.size() - 1)]});
    }
    library.conninfo_free(given);
    library.conninfo_free(defaults);
    return made;
}

net::awaitable<std::vector<PostgresParameterList>> PostgresAddress::attempts() const {
    std::vector<PostgresParameterList> all;
    for (const Host& host : hosts_) {
        if (!is_name(host.name)) {
            all.push_back(attempt(host, ""));
            continue;
        }
        const auto executor = co_await net::this_coro::executor;
        net::ip::tcp::resolver resolver{executor};
        const auto [error, found] = co_await resolver.async_resolve(host.name, "", quietly);
        if (error) continue;
        for (const auto& entry : found)
            all.push_back(attempt(host, entry.endpoint().address().to_string()));
    }
    co_return all;
}

PostgresParameterList PostgresAddress::attempt(const Host& host, const std::string& address) const {
    // What stands before the URL it may set otherwise. A peer that is gone without a word is found
    // out within a minute, where nothing is asked of it.
    PostgresParameterList list{{"keepalives_idle", "30"},
                               {"keepalives_interval", "10"},
                               {"keepalives_count", "3"},
                               {"fallback_application_name", "switchboard"},
                               {"dbname", url_}};
    if (!host.name.empty()) list.emplace_back("host", host.name);
    if (!host.name.empty() && !host.port.empty()) list.emplace_back("port", host.port);
    if (!address.empty()) list.emplace_back("hostaddr", address);
    list.emplace_back("client_encoding", "UTF8");  // the port's texts are
    return list;
}

}  // namespace server
