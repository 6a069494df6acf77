// XML 1.0 well-formedness. pugixml reads much that is no XML (a bare '&', two roots, repeated
// attributes), which Twilio refuses with 12100: this finds the first such fault and its place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace twiml {

struct XmlFault {
    std::string message{};   // what was found and what was expected
    std::string hint{};      // what to do about it; never empty
    std::size_t offset = 0;  // in bytes from the beginning
};

// A whole document: an optional declaration, then one element.
std::optional<XmlFault> find_document_fault(std::string_view xml);

// What may stand inside an element: text and elements.
std::optional<XmlFault> find_fragment_fault(std::string_view xml);

}  // namespace twiml
