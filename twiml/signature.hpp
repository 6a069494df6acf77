// X-Twilio-Signature: base64 of HMAC-SHA1(AuthToken, URL, then every POST parameter's name and
// value, sorted by name). Source: Twilio, "Validating requests"; the rules stand in
// twiml/README.md.
#pragma once

#include "twiml/form.hpp"
#include "twiml/ids.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace twiml {

// What was signed: `url` is the whole public URL (scheme, host, port, path, query as the raw bytes
// of the request line), without userinfo and fragment.
struct SignedRequest {
    std::string_view url{};
    const Params* form = nullptr;  // of a form body, null for GET and other bodies
    std::string_view body{};       // raw, for a body that is no form (bodySHA256)
    bool has_body = false;         // a body that is no form came along
};

// The 28 characters Twilio would send. Pure; safe from any thread.
std::string sign(std::string_view url, const Params& form, const AuthToken& token);

// The string that is signed, for people who ask why.
std::string string_to_sign(std::string_view url, const Params& form);

// The 28 characters for a text as it stands, under any key, also one that no AuthToken may be. For
// explanations of refusals and for tests; never to decide.
std::string sign_text(std::string_view text, std::string_view key);

// Which of `tokens` signed it (its index), or nothing. Tries the URL without port, with its port,
// and, only where it has none, with :443 or :80. Takes the same time whichever byte differs; two
// tokens are live while one is rotated, and all are tried. A header that is empty, of another
// length or alphabet is never valid. A body that is no form must match the URL's bodySHA256.
std::optional<std::size_t> signed_by(std::string_view signature, const SignedRequest& request,
                                     std::span<const AuthToken> tokens);

}  // namespace twiml
