// base64url without padding (RFC 4648, 5): what may stand in a URL as it is.
#pragma once

#include <string>
#include <string_view>

namespace twiml {

// Appends the text of `bytes` to `out`.
void append_base64url(std::string_view bytes, std::string& out);

// Appends the bytes of `text` to `out`. False, and `out` as it was, where `text` is not exactly
// what append_base64url writes: one text for the same bytes, so that nothing can be smuggled in.
bool decode_base64url(std::string_view text, std::string& out);

}  // namespace twiml
