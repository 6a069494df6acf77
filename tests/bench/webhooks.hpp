// The webhooks of calls that come in, key 1 where they are asked, and go on: signed as Twilio signs
// them.
#pragma once

#include "twiml/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

struct Caller {
    std::string base;  // "https://localhost:8443": what the server believes to be its public URL
    twiml::AuthToken token;

    // The whole HTTP request of call number `call`: its first webhook at `path`, or, with `digits`,
    // what it keys there.
    std::string webhook(std::uint64_t call, std::string_view path, std::string_view digits) const;
};

// Where the answer wants the caller's keys sent: the first `action` of the document, as a path.
std::optional<std::string> next_path(std::string_view twiml, std::string_view base);

}  // namespace bench
