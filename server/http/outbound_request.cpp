#include "server/http/outbound_request.hpp"

#include "config/ascii.hpp"
#include "server/http/message.hpp"
#include "twiml/form.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace server {
namespace {

constexpr std::array<std::string_view, 5> methods{"GET", "POST", "PUT", "PATCH", "DELETE"};

// They say where a message ends or who it is for, which is ours to say.
constexpr std::array<std::string_view, 10> ours{
    "host",    "content-length", "transfer-encoding",   "connection", "keep-alive",
    "upgrade", "expect",         "proxy-authorization", "te",         "trailer"};

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return config::is_digit(c) || config::is_letter(c) ||
               others.find(c) != std::string_view::npos;
    });
}

// RFC 9110, 5.5: no control characters; a tab is a blank.
bool is_header_value(std::string_view text) {
    return std::ranges::all_of(
        text, [](unsigned char c) { return c == '\t' || (c >= ' ' && c != 0x7F); });
}

bool is_ours(std::string_view name) {
    return std::ranges::any_of(ours, [&](std::string_view own) { return same_name(own, name); });
}

// Boost.URL's segments() leaves out a "." in front, so the path is split here.
bool has_dot_segments(std::string_view path) {
    while (true) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string name = twiml::percent_decode(path.substr(0, end));  // %2e%2e climbs too
        if (name == "." || name == "..") return true;
        if (end == path.size()) return false;
        path.remove_prefix(end + 1);
    }
}

// port_number() of "99999" is the digits that fit.
bool is_port(std::string_view text) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() && number > 0 &&
           number <= 65'535;
}

}  // namespace

std::string_view OutboundResponse::header(std::string_view name) const {
    const auto found = std::ranges::find_if(
        headers, [&](const auto& header) { return same_name(header.first, name); });
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

bool OutboundFailure::may_have_happened() const {
    switch (kind) {
    case Kind::refused_by_policy:
    case Kind::not_connected:
    case Kind::timed_out_before_sending:
        return false;
    case Kind::timed_out_after_sending:
    case Kind::lost:
    case Kind::too_large:
    case Kind::bad_response:
        return true;
    }
    return true;
}

boost::system::result<Destination, std::string> destination_of(const OutboundRequest& request) {
    if (std::ranges::find(methods, request.method) == methods.end())
        return fmt::format("\"{}\" is no method to ask with", request.method);
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return std::string{"a header's name holds what no name may"};
        if (!is_header_value(value))
            return fmt::format("the value of the header {} holds a control character", name);
        if (is_ours(name)) return fmt::format("the header {} is not to be set", name);
    }

    const auto url = boost::urls::parse_uri(request.url);
    if (!url) return std::string{"not a URL"};
    if (url->scheme_id() != boost::urls::scheme::https &&
        url->scheme_id() != boost::urls::scheme::http)
        return std::string{"not an http or https URL"};
    if (url->has_userinfo()) return std::string{"a user or password in the URL"};
    if (url->host().empty() || url->encoded_host().find('%') != std::string_view::npos)
        return std::string{"a URL without a plain host"};
    if (url->has_port() && !url->port().empty() && !is_port(std::string_view{url->port()}))
        return std::string{"a URL with a port that is none"};
    if (has_dot_segments(std::string_view{url->encoded_path()}))
        return std::string{R"(a path with "." or ".." in it)"};

    Destination destination;
    destination.tls = url->scheme_id() == boost::urls::scheme::https;
    destination.host = url->host_address();
    destination.port = url->has_port() && !url->port().empty()
                           ? url->port_number()
                           : std::uint16_t(destination.tls ? 443 : 80);
    destination.authority = std::string{url->encoded_host_and_port()};
    destination.target = std::string{url->encoded_target()};
    if (!destination.target.starts_with('/')) destination.target.insert(0, "/");
    return destination;
}

}  // namespace server
