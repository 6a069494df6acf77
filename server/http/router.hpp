// Which endpoint a request is for. One table of all of them, from which the look-up, the `Allow`
// header and the reference follow. Matching looks at the path alone: the method is judged after the
// signature, for a path that is unknown and one that is known must look alike to a stranger. Pure.
#pragma once

#include "server/http/message.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace server {

enum class Route : std::uint8_t {
    none,
    // public
    voice_start,     // /voice/{flow}
    voice_event,     // /voice/{flow}/{state}/{event}
    voice_fallback,  // /voice/{flow}/fallback
    voice_status,    // /voice/{flow}/status
    sms,
    sms_status,
    audio,  // /audio/{file}
    acme,   // /.well-known/acme-challenge/{file}
    // admin
    healthz,
    readyz,
    metrics,
    api,
    console,
};

enum class Side : std::uint8_t { public_side, admin_side };

// A set of methods.
using Methods = std::uint8_t;
inline constexpr Methods takes_get = 1;
inline constexpr Methods takes_head = 2;
inline constexpr Methods takes_post = 4;
inline constexpr Methods takes_put = 8;
inline constexpr Methods takes_delete = 16;

// One row. In a pattern `{name}` stands for one segment that is not empty, a last `{name...}` for
// all the rest, slashes included.
struct RouteRow {
    Side side;
    std::string_view pattern;
    Methods methods;
    Route route;
    std::string_view meaning;
};
std::span<const RouteRow> route_table();

// What the path says. The views are pieces of it, percent-encoding as sent.
struct Routed {
    Route route = Route::none;
    Methods methods = 0;
    std::string_view flow{};
    std::string_view state{};
    std::string_view event{};
    std::string_view file{};  // the rest: of /audio/…, /api/…, the console's pages
};

// `path` begins with '/' and has no query; see `split_target`. First fit by row.
Routed route(Side side, std::string_view path);

bool takes(Methods methods, Method method);

// "GET, HEAD": the value of `Allow` beside 405.
std::string allow(Methods methods);

}  // namespace server
