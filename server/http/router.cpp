#include "server/http/router.hpp"

#include <array>
#include <optional>

namespace server {
namespace {

constexpr Methods get_or_head = takes_get | takes_head;
constexpr Methods get_or_post = takes_get | takes_post;

// Fixed words stand before placeholders: a state cannot be called `fallback` by its path alone, as
// that one has an event behind it.
constexpr std::array rows{
    RouteRow{Side::public_side, "/voice/{flow}/{state}/{event}", get_or_post, Route::voice_event,
             "every further webhook of a call; the token decides, the path is for people"},
    RouteRow{Side::public_side, "/voice/{flow}/fallback", get_or_post, Route::voice_fallback,
             "Twilio's fallback, with ErrorCode and ErrorUrl"},
    RouteRow{Side::public_side, "/voice/{flow}/status", get_or_post, Route::voice_status,
             "call status, answered 204"},
    RouteRow{Side::public_side, "/voice/{flow}", get_or_post, Route::voice_start,
             "the first webhook of a call"},
    RouteRow{Side::public_side, "/sms/status", takes_post, Route::sms_status, "delivery receipts"},
    RouteRow{Side::public_side, "/sms", takes_post, Route::sms, "inbound messages"},
    RouteRow{Side::public_side, "/audio/{file...}", get_or_head, Route::audio, "hosted prompts"},
    RouteRow{Side::public_side, "/.well-known/acme-challenge/{file}", get_or_head, Route::acme,
             "answers to a certificate authority"},
    RouteRow{Side::admin_side, "/healthz", get_or_head, Route::healthz, "the loops turn"},
    RouteRow{Side::admin_side, "/readyz", get_or_head, Route::readyz,
             "flows, store, certificate, not draining; JSON with causes"},
    RouteRow{Side::admin_side, "/metrics", get_or_head, Route::metrics, "Prometheus"},
    RouteRow{Side::admin_side, "/api/{file...}",
             get_or_head | takes_post | takes_put | takes_delete, Route::api,
             "JSON; needs the token"},
    RouteRow{Side::admin_side, "/{file...}", get_or_head, Route::console,
             "the console; needs the token"},
};

// Takes the next segment off `path`, which begins with '/'.
std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

void fill(Routed& routed, std::string_view placeholder, std::string_view value) {
    if (placeholder == "{flow}")
        routed.flow = value;
    else if (placeholder == "{state}")
        routed.state = value;
    else if (placeholder == "{event}")
        routed.event = value;
    else
        routed.file = value;
}

std::optional<Routed> match(const RouteRow& row, std::string_view path) {
    Routed routed{.route = row.route, .methods = row.methods};
    std::string_view pattern = row.pattern;
    while (!pattern.empty()) {
        if (path.empty()) return std::nullopt;
        const std::string_view expected = next_segment(pattern);
        if (expected.ends_with("...}")) {
            routed.file = path.substr(1);
            return routed;
        }
        const std::string_view found = next_segment(path);
        if (!expected.starts_with('{')) {
            if (found != expected) return std::nullopt;
        } else {
            if (found.empty()) return std::nullopt;
            fill(routed, expected, found);
        }
    }
    if (!path.empty()) return std::nullopt;
    return routed;
}

struct Named {
    Methods bit;
    Method method;
    std::string_view name;
};
constexpr std::array named{
    Named{takes_get, Method::get, "GET"},           Named{takes_head, Method::head, "HEAD"},
    Named{takes_post, Method::post, "POST"},        Named{takes_put, Method::put, "PUT"},
    Named{takes_delete, Method::delete_, "DELETE"},
};

}  // namespace

std::span<const RouteRow> route_table() { return rows; }

Routed route(Side side, std::string_view path) {
    if (!path.starts_with('/')) return {};
    for (const RouteRow& row : rows) {
        if (row.side != side) continue;
        if (const std::optional<Routed> routed = match(row, path)) return *routed;
    }
    return {};
}

bool takes(Methods methods, Method method) {
    for (const Named& one : named)
        if (one.method == method) return (methods & one.bit) != 0;
    return false;
}

std::string allow(Methods methods) {
    std::string text;
    for (const Named& one : named) {
        if ((methods & one.bit) == 0) continue;
        if (!text.empty()) text += ", ";
        text += one.name;
    }
    return text;
}

}  // namespace server
