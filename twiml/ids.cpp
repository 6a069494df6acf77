#include "twiml/ids.hpp"

#include <algorithm>

namespace twiml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Blanks and control characters: what a copied environment variable brings along by accident.
bool is_blank_or_control(char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }

}  // namespace

std::optional<E164> E164::parse(std::string_view text) {
    if (text.size() < 3 || text.size() > 16 || text[0] != '+' || text[1] == '0')
        return std::nullopt;
    if (!std::ranges::all_of(text.substr(1), is_digit)) return std::nullopt;
    return E164{std::string{text}};
}

std::optional<AuthToken> AuthToken::parse(std::string_view text) {
    if (text.empty() || std::ranges::any_of(text, is_blank_or_control)) return std::nullopt;
    return AuthToken{std::string{text}};
}

}  // namespace twiml
