#include "flows/tools/near_miss.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

bool is_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '%' ||
           c == '_' || c == '-' || c == '+' || static_cast<unsigned char>(c) >= 0x80;
}

// What lies between a common beginning and a common end.
struct Apart {
    std::size_t begin = 0;    // bytes in common
    std::size_t behind = 0;   // bytes in common at the end
    std::size_t longest = 0;  // of what differs
};

Apart apart(std::string_view a, std::string_view b) {
    const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    Apart found{.begin = static_cast<std::size_t>(ends.first - a.begin())};
    const std::size_t most = std::min(a.size(), b.size()) - found.begin;
    while (found.behind < most &&
           a[a.size() - found.behind - 1] == b[b.size() - found.behind - 1]) {
        ++found.behind;
    }
    found.longest = std::max(a.size(), b.size()) - found.begin - found.behind;
    return found;
}

// Whole words: "GET" and "POST" have a T in common that nobody sees.
std::pair<std::string_view, std::string_view> words_apart(std::string_view a, std::string_view b) {
    Apart found = apart(a, b);
    const auto middle = [&](std::string_view text) {
        return text.substr(found.begin, text.size() - found.begin - found.behind);
    };
    // A piece that only one of them has, and that is more than letters more.
    const std::string_view more = middle(a).empty() ? middle(b) : middle(a);
    if ((middle(a).empty() || middle(b).empty()) && !std::ranges::all_of(more, is_of_word))
        return {middle(a), middle(b)};
    while (found.begin > 0 && is_of_word(a[found.begin - 1]))
        --found.begin;
    while (found.behind > 0 && is_of_word(a[a.size() - found.behind]))
        --found.behind;
    return {middle(a), middle(b)};
}

}  // namespace

std::string near_miss(std::string_view wanted, const std::vector<std::string>& candidates) {
    const auto nearest = std::ranges::min_element(
        candidates, {}, [&](const std::string& each) { return apart(wanted, each).longest; });
    if (nearest == candidates.end()) return {};
    const auto [here, there] = words_apart(wanted, *nearest);
    const bool is_like = std::max(here.size(), there.size()) * 2 < wanted.size();
    if (!is_like) return fmt::format(R"(the nearest is "{}")", *nearest);
    if (there.empty()) return fmt::format(R"(the nearest is "{}", without "{}")", *nearest, here);
    if (here.empty()) {
        return fmt::format(R"(the nearest is "{}", with "{}" in it)", *nearest, there);
    }
    return fmt::format(R"(the nearest is "{}", which has "{}" where "{}" is wanted)", *nearest,
                       there, here);
}

}  // namespace flows
