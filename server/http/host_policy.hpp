// Whom the server may ask: the hosts that `outbound.allow_hosts` lists, and what addresses they may
// turn out to have. Pure.
//
// An entry is one of
//   crm.example        this name                 each with `:port` behind it for this port alone;
//   *.crm.example      every name that ends so   without one, every port is meant
//   10.1.2.3, [::1]    this address
//   10.0.0.0/8         every address of this network
//
// Both questions have to be answered with yes. Is the *host* of the URL listed, by its name or, if
// it is an address, as this address or its network? And may the *address* that its name turned out
// to have be talked to? A public one always. Any other (loopback, private, shared, link-local,
// multicast and all else that the registries of special-purpose addresses hold back) only if it, or
// its network, is listed too; `localhost` as an entry stands for loopback under this name. So a
// public name that is made to point inwards reaches nothing. Sources: IANA, IPv4 and IPv6
// Special-Purpose Address Registry; RFC 6890.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server {

class HostPolicy {
public:
    // Allows nobody.
    HostPolicy() = default;
    // An entry that is none of the above lists nothing: the configuration refuses it.
    explicit HostPolicy(std::span<const std::string> entries);
    // The hosts and ports of these URLs, at whatever address: the operator's own, no flow's.
    static HostPolicy trusting(std::span<const std::string> urls);

    // `host`: as in a URL, an IPv6 address without its brackets. Letters count alike in both cases.
    bool lists(std::string_view host, std::uint16_t port) const;
    // Of a host that is listed.
    bool allows(std::string_view host, std::uint16_t port,
                const boost::asio::ip::address& at) const;

private:
    struct Entry {
        std::string name{};                  // lower case; empty: a network
        bool is_suffix = false;              // `name` begins with the dot
        boost::asio::ip::address network{};  // where there is no name
        unsigned bits = 0;                   // how much of it counts
        std::uint16_t port = 0;              // 0: any
        bool is_trusted = false;             // whatever its address
        bool names(std::string_view host, std::uint16_t at_port) const;
        bool holds(const boost::asio::ip::address& address, std::uint16_t at_port) const;
    };
    std::vector<Entry> entries_{};
};

// Whether everybody may reach it, by the registries above. An IPv4 address inside an IPv6 one
// counts as itself where the network translates it (64:ff9b::/96), and never where the host would
// (::ffff:0:0/96).
bool is_public(const boost::asio::ip::address& address);

}  // namespace server
