#include "server/http/public_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace server {
namespace {

namespace ip = boost::asio::ip;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size() && port > 0 &&
           port <= 65535;
}

// "[2001:db8::1]" or a name: the part of an authority before its port.
std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

// host[:port]. A list, a user or a path in it is an attempt at something else.
bool is_authority(std::string_view text) {
    const std::string_view host = host_of(text);
    const std::string_view rest = text.substr(host.size());
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return false;
    if (host.starts_with('[')) {
        boost::system::error_code error;
        ip::make_address_v6(std::string{host.substr(1, host.size() - 2)}, error);
        return host.size() > 2 && !error;
    }
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

// Proxies append: the one that talks to us wrote the last element.
std::string_view last_of_list(std::string_view list) {
    std::string_view last = list.substr(list.rfind(',') + 1);
    while (!last.empty() && (last.front() == ' ' || last.front() == '\t'))
        last.remove_prefix(1);
    while (!last.empty() && (last.back() == ' ' || last.back() == '\t'))
        last.remove_suffix(1);
    return last;
}

bool has_prefix(std::string_view path, std::string_view prefix) {
    return path.starts_with(prefix) && (path.size() == prefix.size() ||
                                        path[prefix.size()] == '/' || path[prefix.size()] == '?');
}

void set(UrlCandidate& candidate, std::string_view origin, std::string_view prefix,
         std::string_view target) {
    candidate.origin = origin;
    candidate.prefix = prefix;
    candidate.url = origin;
    if (!prefix.empty() && !has_prefix(target, prefix)) candidate.url.append(prefix);
    candidate.url.append(target);
}

// What a trusted proxy says about how it was called, or nothing where that makes no sense.
std::optional<std::string> forwarded_origin(const Request& request) {
    std::string_view scheme = last_of_list(request.forwarded_proto);
    if (scheme.empty()) scheme = request.is_tls ? "https" : "http";
    if (scheme != "http" && scheme != "https") return std::nullopt;
    const std::string_view host = last_of_list(request.forwarded_host);
    if (!is_authority(host)) return std::nullopt;  // also where it says none: Host is a guess
    std::string origin{scheme};
    origin.append("://").append(host);
    const std::string_view port = last_of_list(request.forwarded_port);
    if (port.empty() || host_of(host).size() != host.size()) return origin;
    if (!is_port(port)) return std::nullopt;
    if (port != (scheme == "https" ? "443" : "80")) origin.append(":").append(port);
    return origin;
}

}  // namespace

boost::system::result<PublicUrl, std::string> PublicUrl::parse(std::string_view text) {
    const std::string whole{text};
    std::size_t start = 0;
    if (text.starts_with("https://"))
        start = 8;
    else if (text.starts_with("http://"))
        start = 7;
    else
        return "\"" + whole + "\" does not begin with https:// or http://";
    while (text.ends_with('/') && text.size() > start)
        text.remove_suffix(1);
    if (text.find_first_of("?#") != std::string_view::npos)
        return "\"" + whole + "\" has a query or a fragment, which belong to each call";
    if (text.find_first_of(" \t\r\n\"<>\\") != std::string_view::npos)
        return "\"" + whole + "\" is not a URL";
    const std::size_t path = std::min(text.find('/', start), text.size());
    const std::string_view authority = text.substr(start, path - start);
    if (authority.find('@') != std::string_view::npos)
        return "\"" + whole + "\" has a user in it, which Twilio does not sign";
    if (!is_authority(authority)) return "\"" + whole + "\" has no host, or a wrong port";
    return PublicUrl{std::string{text}, path};
}

std::string_view PublicUrl::host() const {
    const std::string_view all = origin();
    std::string_view host = host_of(all.substr(all.find("://") + 3));
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    return host;
}

boost::system::result<Network, std::string> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    boost::system::error_code error;
    const ip::address address = ip::make_address(std::string{text.substr(0, slash)}, error);
    if (error) return fmt::format("\"{}\" is no IP address or network", text);
    const unsigned most = address.is_v4() ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, failed] =
            std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size() ||
            bits > most)
            return fmt::format("\"{}\" has no prefix from 0 to {}", text, most);
    }
    return Network{address, bits};
}

bool Network::contains(const ip::address& address) const {
    if (address.is_v4() != first_.is_v4()) return false;
    const auto same_bits = [this](const auto& a, const auto& b) {
        for (unsigned bit = 0; bit < bits_; ++bit) {
            const unsigned mask = 0x80U >> (bit % 8);
            if (((a[bit / 8] ^ b[bit / 8]) & mask) != 0) return false;
        }
        return true;
    };
    if (address.is_v4()) return same_bits(address.to_v4().to_bytes(), first_.to_v4().to_bytes());
    return same_bits(address.to_v6().to_bytes(), first_.to_v6().to_bytes());
}

void PublicUrls::candidates(const Request& request, std::vector<UrlCandidate>& candidates) const {
    const std::string_view target = origin_form(request.target);
    if (!urls_.empty()) {
        candidates.resize(urls_.size());
        for (std::size_t i = 0; i < urls_.size(); ++i)
            set(candidates[i], urls_[i].origin(), urls_[i].prefix(), target);
        return;
    }
    std::optional<std::string> origin;
    if (is_trusted_proxy(request.peer)) {
        origin = forwarded_origin(request);
    } else if (trusts_host_ && is_authority(request.host)) {
        origin = request.is_tls ? "https://" : "http://";
        origin->append(request.host);
    }
    candidates.resize(origin ? 1 : 0);
    if (origin) set(candidates.front(), *origin, {}, target);
}

std::string_view PublicUrls::routed_path(std::string_view path) const {
    for (const PublicUrl& url : urls_) {
        const std::string_view prefix = url.prefix();
        if (!prefix.empty() && has_prefix(path, prefix)) return path.substr(prefix.size());
    }
    return path;
}

bool PublicUrls::is_trusted_proxy(std::string_view peer) const {
    if (proxies_.empty()) return false;
    boost::system::error_code error;
    const ip::address address = ip::make_address(std::string{peer}, error);
    return !error && std::ranges::any_of(proxies_, [&address](const Network& network) {
        return network.contains(address);
    });
}

}  // namespace server
