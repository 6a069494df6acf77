// A document against the catalogue, in Twilio's own error codes. Pure; safe from any thread.
#pragma once

#include "twiml/parse.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace twiml {

// `is_error`: certainly wrong, whatever level Twilio logs it at (most values it warns of, and then
// does something else than was meant). The rest is likely wrong, unconfirmed, or newer than the
// catalogue: an attribute that it does not know is a warning, since Twilio adds them unannounced.
struct Finding {
    int code = 12200;  // as Twilio's debugger shows it: 11750, 12xxx, 13xxx, 14xxx, 31xxx ...
    bool is_error = true;
    std::string message{};   // what was found and what was expected
    std::string hint{};      // what to do about it; never empty
    std::size_t offset = 0;  // in bytes; 0 where the document has no text
    bool operator==(const Finding&) const = default;
};

// All findings in the order of their places. Whether a document may be the answer at all (a <Dial>
// in a whisper, say) depends on who asks for it and is not decided here. Holes are good URLs.
std::vector<Finding> check(const ParsedDocument& parsed);
std::vector<Finding> check(const Document& document);

// A fragment as the content of the element `inside`, an id of the catalogue: "Response", "Say".
std::vector<Finding> check(const ParsedFragment& parsed, std::string_view inside);
std::vector<Finding> check(std::span<const Node> nodes, std::string_view inside);

// A text: what `parse` refuses is the only finding then. A document longer than 64 KB is 11750.
std::vector<Finding> check_text(std::string_view xml);

}  // namespace twiml
