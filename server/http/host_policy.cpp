#include "server/http/host_policy.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace server {
namespace {

namespace ip = boost::asio::ip;

// clang-format off: one row, one network
struct Special {
    std::string_view network;
    unsigned bits;
};
// What is not globally reachable; multicast and what is reserved too.
constexpr Special special_v4[] = {
    {"0.0.0.0", 8},        // this host
    {"10.0.0.0", 8},       // private
    {"100.64.0.0", 10},    // shared by a carrier's customers
    {"127.0.0.0", 8},      // loopback
    {"169.254.0.0", 16},   // link-local; clouds tell machines their secrets at 169.254.169.254
    {"172.16.0.0", 12},    // private
    {"192.0.0.0", 24},     // protocol assignments
    {"192.0.2.0", 24},     // documentation
    {"192.88.99.0", 24},   // was 6to4 relays
    {"192.168.0.0", 16},   // private
    {"198.18.0.0", 15},    // benchmarks
    {"198.51.100.0", 24},  // documentation
    {"203.0.113.0", 24},   // documentation
    {"224.0.0.0", 3},      // multicast, reserved, broadcast
};
// Within 2000::/3, outside which nothing is globally reachable but translated IPv4.
constexpr Special special_v6[] = {
    {"2001::", 23},      // protocol assignments, Teredo
    {"2001:db8::", 32},  // documentation
    {"2002::", 16},      // 6to4: holds any IPv4 address
    {"3fff::", 20},      // documentation
};
// clang-format on

template <class Bytes> bool begin_alike(const Bytes& a, const Bytes& b, unsigned bits) {
    for (std::size_t i = 0; i < a.size() && bits > 0; ++i) {
        const unsigned here = std::min(bits, 8U);
        if (((a[i] ^ b[i]) >> (8U - here)) != 0) return false;
        bits -= here;
    }
    return true;
}

bool is_within(const ip::address& address, const ip::address& network, unsigned bits) {
    if (address.is_v4() != network.is_v4()) return false;
    return address.is_v4()
               ? begin_alike(address.to_v4().to_bytes(), network.to_v4().to_bytes(), bits)
               : begin_alike(address.to_v6().to_bytes(), network.to_v6().to_bytes(), bits);
}

bool is_one_of(const ip::address& address, std::span<const Special> networks) {
    return std::ranges::any_of(networks, [&](const Special& special) {
        return is_within(address, ip::make_address(special.network), special.bits);
    });
}

std::string lower(std::string_view text) {
    std::string result{text};
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

template <class Number> std::optional<Number> number_of(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<ip::address> address_of(std::string_view text) {
    boost::system::error_code no_address;
    const ip::address address = ip::make_address(std::string{text}, no_address);
    return no_address ? std::nullopt : std::optional{address};
}

// `10.0.0.0/8`; nothing where there is no slash or no sense in it.
std::optional<std::pair<ip::address, unsigned>> network_of(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = address_of(text.substr(0, slash));
    const auto bits = number_of<unsigned>(text.substr(slash + 1));
    if (!address || !bits || *bits > (address->is_v4() ? 32U : 128U)) return std::nullopt;
    return std::pair{*address, *bits};
}

// `host`, `host:port`, `[::1]` and `[::1]:port`; the port is 0 where there is none.
std::optional<std::pair<std::string_view, std::uint16_t>> host_and_port(std::string_view text) {
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        host = text.substr(1, close - 1);
        port = text.substr(close + 1);
        if (!port.empty() && port[0] != ':') return std::nullopt;
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (host.empty()) return std::nullopt;
    if (port.empty()) return std::pair{host, std::uint16_t{0}};
    const auto number = number_of<std::uint16_t>(port.substr(1));
    if (!number || *number == 0) return std::nullopt;
    return std::pair{host, *number};
}

unsigned all_bits(const ip::address& address) { return address.is_v4() ? 32 : 128; }

}  // namespace

bool is_public(const ip::address& address) {
    if (address.is_v4()) return !is_one_of(address, special_v4);
    const ip::address_v6 v6 = address.to_v6();
    static const ip::address translated = ip::make_address("64:ff9b::");
    if (is_within(address, translated, 96)) {
        const auto bytes = v6.to_bytes();
        return is_public(ip::address_v4{{bytes[12], bytes[13], bytes[14], bytes[15]}});
    }
    static const ip::address global = ip::make_address("2000::");
    return is_within(address, global, 3) && !is_one_of(address, special_v6);
}

HostPolicy::HostPolicy(std::span<const std::string> entries) {
    for (const std::string& text : entries) {
        if (const auto network = network_of(text)) {
            entries_.push_back({.network = network->first, .bits = network->second});
            continue;
        }
        const auto parts = host_and_port(text);
        if (!parts) continue;
        const auto& host = parts->first;
        if (const auto address = address_of(host)) {
            entries_.push_back(
                {.network = *address, .bits = all_bits(*address), .port = parts->second});
        } else if (host.starts_with("*.")) {
            entries_.push_back(
                {.name = lower(host.substr(1)), .is_suffix = true, .port = parts->second});
        } else {
            entries_.push_back({.name = lower(host), .port = parts->second});
        }
    }
}

HostPolicy HostPolicy::trusting(std::span<const std::string> urls) {
    HostPolicy policy;
    for (const std::string& text : urls) {
        const auto url = boost::urls::parse_uri(text);
        if (!url) continue;
        const std::uint16_t usual = url->scheme_id() == boost::urls::scheme::https ? 443 : 80;
        Entry entry{.port = url->has_port() ? url->port_number() : usual, .is_trusted = true};
        const std::string host = url->host_address();
        if (const auto address = address_of(host)) {
            entry.network = *address;
            entry.bits = all_bits(*address);
        } else {
            entry.name = lower(host);
        }
        policy.entries_.push_back(std::move(entry));
    }
    return policy;
}

bool HostPolicy::Entry::names(std::string_view host, std::uint16_t at_port) const {
    if (name.empty() || (port != 0 && port != at_port)) return false;
    if (is_suffix) return host.size() > name.size() && host.ends_with(name);
    return host == name;
}

bool HostPolicy::Entry::holds(const ip::address& address, std::uint16_t at_port) const {
    return name.empty() && (port == 0 || port == at_port) && is_within(address, network, bits);
}

bool HostPolicy::lists(std::string_view host, std::uint16_t port) const {
    const auto address = address_of(host);
    const std::string name = lower(host);
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        return address ? entry.holds(*address, port) : entry.names(name, port);
    });
}

bool HostPolicy::allows(std::string_view host, std::uint16_t port, const ip::address& at) const {
    if (is_public(at)) return true;
    const std::string name = lower(host);
    return std::ranges::any_of(entries_, [&](const Entry& entry) {
        if (entry.holds(at, port)) return true;
        return entry.names(name, port) &&
               (entry.is_trusted || (entry.name == "localhost" && at.is_loopback()));
    });
}

}  // namespace server
