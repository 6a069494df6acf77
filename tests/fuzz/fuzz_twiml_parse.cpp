// A document comes from whoever wrote it: reading and checking never fail otherwise than by
// findings with a place in the text, and what was read is read again the same from what we render
// of it.
#include "twiml/check.hpp"
#include "twiml/parse.hpp"
#include "twiml/render.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const twiml::Finding& finding : twiml::check_text(text))
        if (finding.offset > text.size() || finding.hint.empty()) std::abort();
    if (const auto fragment = twiml::parse_fragment(text)) twiml::check(*fragment, "Say");
    const auto parsed = twiml::parse(text, twiml::Blanks::keep);
    if (!parsed) return 0;
    const auto again = twiml::parse(twiml::render(parsed->document), twiml::Blanks::keep);
    // Escapes can make a document longer than may be answered.
    if (!again && again.error().code == 11750) return 0;
    if (!again || !(again->document == parsed->document)) std::abort();
    return 0;
}
