// The URL that Twilio signed. It comes from the configuration; or from the forwarded headers of
// listed proxies; or, under --dev only, from Host. Never from Host by guess: whoever may choose the
// URL that is verified may replay what was signed for another server. Pure.
#pragma once

#include "server/http/message.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace server {

// "https://ivr.example.com", "https://example.com:8443/ivr": http or https, host, perhaps a port
// and a path prefix; no user, query or fragment. A slash at its end is dropped.
class PublicUrl {
public:
    // Fails with a sentence.
    static boost::system::result<PublicUrl, std::string> parse(std::string_view text);

    const std::string& str() const { return text_; }  // without a slash at its end
    std::string_view origin() const { return std::string_view{text_}.substr(0, path_); }
    std::string_view prefix() const {
        return std::string_view{text_}.substr(path_);
    }                               // "" or "/ivr"
    std::string_view host() const;  // without port and brackets

private:
    PublicUrl(std::string text, std::size_t path) : text_{std::move(text)}, path_{path} {}
    std::string text_;
    std::size_t path_;  // where the path begins
};

// One address or network, "192.0.2.1", "10.0.0.0/8", "2001:db8::/32".
class Network {
public:
    static boost::system::result<Network, std::string> parse(std::string_view text);
    bool contains(const boost::asio::ip::address& address) const;

private:
    Network(boost::asio::ip::address first, unsigned bits)
        : first_{std::move(first)}, bits_{bits} {}
    boost::asio::ip::address first_;
    unsigned bits_;
};

// One URL the request may have been signed for.
struct UrlCandidate {
    std::string url{};     // whole, with the raw bytes of the request target
    std::string origin{};  // "https://ivr.example.com", for URLs that must be absolute
    std::string prefix{};  // "" or "/ivr": goes in front of every path handed to Twilio
};

class PublicUrls {
public:
    // `trusts_host`: --dev without a public URL.
    PublicUrls(std::vector<PublicUrl> urls, std::vector<Network> trusted_proxies, bool trusts_host)
        : urls_{std::move(urls)}, proxies_{std::move(trusted_proxies)}, trusts_host_{trusts_host} {}

    // Fills `candidates`, in the order to be tried, one a configured URL; strings already in it are
    // reused. Empty where nothing says under which URL we were called: then nothing can be
    // verified. The configured URL wins over forwarded headers, and no part of an absolute request
    // target but its path and query is ever used.
    void candidates(const Request& request, std::vector<UrlCandidate>& candidates) const;

    // The path to be routed: without the prefix of the first configured URL that has it. A proxy
    // may take the prefix off or leave it.
    std::string_view routed_path(std::string_view path) const;

    // Where Twilio reaches us, for who has no webhook to tell by: the first configured one. Empty
    // where there is none.
    std::string first() const { return urls_.empty() ? std::string{} : urls_.front().str(); }

private:
    bool is_trusted_proxy(std::string_view peer) const;

    std::vector<PublicUrl> urls_;
    std::vector<Network> proxies_;
    bool trusts_host_;
};

}  // namespace server
