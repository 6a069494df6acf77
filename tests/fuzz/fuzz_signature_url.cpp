// The request line and the header come from anybody: "URL\nbody\nsignature". What we sign we
// accept, what is not signed we never do, and every refusal is explained.
#include "twiml/explain_refusal.hpp"
#include "twiml/signature.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<twiml::AuthToken> tokens{
        *twiml::AuthToken::parse("f0e1d2c3b4a5968778695a4b3c2d1e0f")};
    std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto line = [&text] {
        const std::string_view first = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(first.size() + 1, text.size()));
        return first;
    };
    const std::string_view url = line();
    const std::string_view body = line();
    twiml::Params form;
    form.decode(body);
    const twiml::SignedRequest request{.url = url, .form = &form};
    if (!twiml::signed_by(twiml::sign(url, form, tokens[0]), request, tokens)) std::abort();
    // Nobody guesses a signature of 160 bits: a given one counts only if it is ours.
    const bool accepted = twiml::signed_by(text, request, tokens).has_value();
    const twiml::Refusal refusal = twiml::explain_refusal(text, request, tokens);
    if (accepted != (refusal.id == "valid") || refusal.hint.empty()) std::abort();
    const twiml::SignedRequest raw{.url = url, .body = body, .has_body = true};
    if (twiml::signed_by(text, raw, tokens) && url.find("bodySHA256=") == std::string_view::npos)
        std::abort();
    return 0;
}
