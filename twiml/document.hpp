// TwiML as values: what the engine says and the renderer writes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace twiml {

// A hole in a document: the callback URL number `index` of the reply, known only once the state
// behind it is sealed. `absolute` where TwiML demands a full URL (scheme and host) instead of an
// absolute path.
struct UrlHole {
    int index = 0;
    bool absolute = false;
    bool operator==(const UrlHole&) const = default;
};

using AttributeValue = std::variant<std::string, UrlHole>;

struct Attribute {
    std::string name{};
    AttributeValue value{};
    bool operator==(const Attribute&) const = default;
};

struct Element;
// Content in order: text, an element, or a hole (the text of <Redirect>, of <Play>).
using Node = std::variant<std::string, Element, UrlHole>;

struct Element {
    std::string name{};                   // as TwiML writes it: "Gather", "say-as"
    std::vector<Attribute> attributes{};  // in written order; names unique
    std::vector<Node> content{};

    const std::string* find(std::string_view attribute) const;  // its text, or null
    bool operator==(const Element&) const = default;
};

// The verbs inside <Response>.
struct Document {
    std::vector<Node> verbs{};
    bool operator==(const Document&) const = default;
};

}  // namespace twiml
