#include "flows/load/expression_hints.hpp"

#include "config/diagnostic.hpp"

#include <fmt/format.h>

#include <utility>

namespace flows {

std::string quote(std::string_view text) { return fmt::format("\"{}\"", text); }

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string otherwise) {
    const auto meant = config::did_you_mean(word, candidates);
    return meant.empty() ? std::move(otherwise) : fmt::format("did you mean \"{}\"?", meant);
}

std::string listing(const std::vector<std::string>& names, std::string_view nothing) {
    if (names.empty()) return std::string{nothing};
    std::string out = "there are: ";
    for (const auto& name : names) {
        if (&name != &names.front()) out += ", ";
        out += name;
    }
    return out;
}

}  // namespace flows
