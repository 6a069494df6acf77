// Document -> XML by pugixml. Well-formed whatever text a caller brings: invalid UTF-8 becomes
// U+FFFD, characters that XML 1.0 forbids are dropped, markup is escaped.
#pragma once

#include "twiml/document.hpp"

#include <span>
#include <string>
#include <string_view>

namespace twiml {

// A callback URL by its number: what fills a document's holes.
struct FilledUrl {
    std::string path{};  // absolute path with query and fragment: /voice/acme/main/gather?s=...
    std::string_view origin{};  // scheme and host, for where TwiML demands a full URL
};

// Twilio refuses longer documents (11750).
inline constexpr std::size_t max_document_bytes = 64 * 1024;

// `<?xml version="1.0" encoding="UTF-8"?><Response>...</Response>`, one line. A hole without its
// URL in `urls` is a programming error (assert). Appends to `out`, whose capacity can be used
// again.
void render(const Document& document, std::span<const FilledUrl> urls, std::string& out);
std::string render(const Document& document, std::span<const FilledUrl> urls = {});

// The same indented by two blanks, for people: golden files, diffs, `call`'s t key.
std::string render_pretty(const Document& document, std::span<const FilledUrl> urls = {});

// Valid UTF-8 of characters XML 1.0 allows, lines ended by a line feed alone (which is what a
// reader of XML makes of a carriage return): the rule render applies to every text and attribute.
std::string xml_safe(std::string_view text);

}  // namespace twiml
