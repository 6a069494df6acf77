// Why a signature is refused: which of the usual causes fits. For the log of a refusal and for
// `switchboard signature --check`. Pure; safe from any thread. It signs some hundred variants,
// which takes some hundred microseconds a token: bound how often an unsigned stranger can ask for
// it.
#pragma once

#include "twiml/signature.hpp"

#include <span>
#include <string>
#include <string_view>

namespace twiml {

// What else is known of the request: URLs under which it may have been sent, such as one made of
// its Host or X-Forwarded headers, or another public URL. They are looked at for an explanation
// only.
struct RefusalClues {
    std::span<const std::string> other_urls{};
};

struct Refusal {
    // Stable, for logs and metrics, one of: valid, no_signature, malformed_signature, body_hash,
    // body_changed, scheme, port, public_url, userinfo, fragment, trailing_slash, path_prefix,
    // path_rebuilt, query_rebuilt, query_dropped, query_appended, blank_fields, trimmed_fields,
    // repeated_fields, unsorted_fields, encoded_fields, body_not_signed, token_case, token_blank,
    // token_empty, unknown.
    std::string_view id{};
    std::string message{};  // what fits, in a sentence; holds no secret
    std::string hint{};     // what to do about it; never empty
};

Refusal explain_refusal(std::string_view signature, const SignedRequest& request,
                        std::span<const AuthToken> tokens, const RefusalClues& clues = {});

}  // namespace twiml
