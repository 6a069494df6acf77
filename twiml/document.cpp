#include "twiml/document.hpp"

namespace twiml {

const std::string* Element::find(std::string_view attribute) const {
    for (const Attribute& candidate : attributes)
        if (candidate.name == attribute) return std::get_if<std::string>(&candidate.value);
    return nullptr;
}

}  // namespace twiml
