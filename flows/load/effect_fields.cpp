#include "flows/load/effect_fields.hpp"

#include "config/ascii.hpp"
#include "config/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace flows::load {
namespace {

using config::is_digit;
using config::is_hex;
using config::is_letter;

bool may_be_phone(const Type& type) {
    switch (type.kind) {
    case TypeKind::phone:
    case TypeKind::party:
    case TypeKind::text:
    case TypeKind::one_of:
        return true;
    default:
        return false;
    }
}

// RFC 3986: host [":" port], without what may stand before an "@".
std::string why_no_host(std::string_view authority) {
    if (authority.find('@') != std::string_view::npos) {
        return "leave out what stands before the @; a password belongs in a header";
    }
    std::string_view name = authority;
    if (const auto colon = authority.rfind(':');
        colon != std::string_view::npos && !authority.ends_with(']')) {
        const std::string_view port = authority.substr(colon + 1);
        unsigned number = 0;
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error != std::errc{} || end != port.data() + port.size() || number == 0 ||
            number > 65'535) {
            return "behind the host's : stands a port, such as :8443";
        }
        name = authority.substr(0, colon);
    }
    const bool in_brackets = name.starts_with('[') && name.ends_with(']');  // IPv6
    const bool fits = std::ranges::all_of(name, [&](char c) {
        return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' ||
               (in_brackets && (c == ':' || c == '[' || c == ']'));
    });
    if (name.empty() || !fits) return "write the host behind https://, such as https://crm.example";
    return {};
}

// Why no URL begins with this text; empty: one may. `goes_on`: an insert stands behind it.
std::string why_no_start(std::string_view text, bool goes_on) {
    if (text.starts_with("https://")) {
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        text.remove_prefix(7);
    } else {
        return "begin it with https:// and a host, or with a setting of the type url";
    }
    const auto end = text.find_first_of("/?#");
    if (end == std::string_view::npos && goes_on) {
        return "write the host out: values stand behind its /; or begin with a setting of the "
               "type url";
    }
    return why_no_host(text.substr(0, end));
}

// What stands behind the host.
std::string_view behind_host(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return url;
    const auto end = url.find_first_of("/?#", scheme + 3);
    return end == std::string_view::npos ? std::string_view{} : url.substr(end);
}

// A path that climbs may mean another place than it says: no server need agree on it.
bool climbs(std::string_view text) {
    const std::string_view path = text.substr(0, text.find('?'));
    return path.find("/../") != std::string_view::npos ||
           path.find("/./") != std::string_view::npos || path.ends_with("/..") ||
           path.ends_with("/.");
}

// The first character that stands in no URL as it is, and the hint for it.
struct Stranger {
    std::string character{};
    std::string hint{};
};
std::optional<Stranger> find_stranger(std::string_view text) {
    constexpr std::string_view signs = "-._~:/?@!$&'()*+,;=";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_digit(c) || is_letter(c) || signs.find(c) != std::string_view::npos) continue;
        if (c == '%') {
            if (i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) continue;
            return Stranger{"%", "write %25 for a percent sign"};
        }
        if (c == '#') return Stranger{"#", "leave out what stands behind it: it is never sent"};
        const config::Character found = config::character_at(text, i);
        return Stranger{std::string{text.substr(i, found.bytes)},
                        "percent-encode it, such as %20 for a blank"};
    }
    return {};
}

}  // namespace

std::optional<Text> read_phone(const Reader& reader, const YamlNode& node, std::string_view what) {
    if (scalar(reader, node, what) == nullptr) return {};
    Text number = read_text(reader, node, what);
    if (number.is_constant()) {
        if (number.pieces.empty() && !node.text.empty()) return {};  // told already
        if (convert(number.constant(), Type{.kind = TypeKind::phone})) return number;
        reader.report(
            "SB106", node.span, fmt::format("{} cannot be {}", what, quoted(node.text)),
            braces_or(reader, node.text, "write it with + and country code: \"+12025550100\""));
        return {};
    }
    const Insert* value = only_insert(number);
    if (value == nullptr || may_be_phone(value->type)) return number;
    reader.report("SB501", node.span,
                  fmt::format("{} cannot be {}: it is {}", what, node.text, to_text(value->type)),
                  "write a phone number, or a variable or setting of the type phone");
    return {};
}

std::optional<Text> read_web_url(const Reader& reader, const YamlNode& node,
                                 std::string_view what) {
    if (scalar(reader, node, what) == nullptr) return {};
    Text url = read_text(reader, node, what);
    if (url.pieces.empty() && !node.text.empty()) return {};  // told already
    const auto refuse = [&](std::string message, std::string hint) -> std::optional<Text> {
        reader.report("SB106", node.span, std::move(message), std::move(hint));
        return {};
    };
    const auto* first = url.pieces.empty() ? nullptr : std::get_if<Insert>(&url.pieces.front());
    if (first != nullptr && first->type.kind != TypeKind::url) {
        reader.report("SB501", node.span,
                      fmt::format("{} begins with a value that is {}", what, to_text(first->type)),
                      "begin it with https:// and a host, or with a setting of the type url");
        return {};
    }
    if (first == nullptr) {
        const std::string_view begin =
            url.pieces.empty() ? std::string_view{} : std::get<std::string>(url.pieces.front());
        std::string wrong = why_no_start(begin, url.pieces.size() > 1);
        if (!wrong.empty())
            return refuse(fmt::format("{} is no URL", quoted(node.text)), std::move(wrong));
    }
    for (const auto& piece : url.pieces) {
        const auto* text = std::get_if<std::string>(&piece);
        if (text == nullptr) continue;
        const std::string_view rest = &piece == &url.pieces.front() ? behind_host(*text) : *text;
        if (climbs(rest)) {
            return refuse(fmt::format("{} cannot hold . or .. between its slashes", what),
                          "write the path without them");
        }
        if (auto stranger = find_stranger(rest)) {
            return refuse(fmt::format("{} cannot hold {}", what, quoted(stranger->character)),
                          std::move(stranger->hint));
        }
    }
    return url;
}

bool is_sid(std::string_view text, std::string_view letters) {
    return text.size() == letters.size() + 32 && text.starts_with(letters) &&
           std::ranges::all_of(text.substr(letters.size()), is_hex);
}

}  // namespace flows::load
