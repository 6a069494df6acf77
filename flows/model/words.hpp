// Whatever is heard, resolved at load: prompts looked up, one list a language of the flow.
#pragma once

#include "flows/model/expression.hpp"
#include "twiml/document.hpp"

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace flows {

struct Spoken {
    Text text{};
    std::string language{};  // BCP 47, as <Say language> wants it; never empty
    std::string voice{};     // empty: Twilio's default
    bool ssml = false;       // `text` is checked SSML; inserts in it are escaped
    // Of ssml: what <Say> holds, parsed at load. Where an insert stands (as content or as a whole
    // attribute value) stands a UrlHole whose index is that insert's piece of `text`.
    std::vector<twiml::Node> markup{};
};
struct Played {
    Text source{};  // a URL, or a file below the flows folder (no scheme)
};
struct Silence {
    std::chrono::milliseconds length{};
};
using Word = std::variant<Spoken, Played, Silence>;

struct Words {
    std::vector<std::vector<Word>> by_language{};  // index: Flow::languages
    config::Span span{};
    bool empty() const { return by_language.empty(); }
    const std::vector<Word>& in(std::size_t language) const { return by_language[language]; }
};

}  // namespace flows
