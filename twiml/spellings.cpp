#include "twiml/spellings.hpp"

#include "twiml/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace twiml {
namespace {

using namespace std::string_view_literals;

std::vector<std::string> pieces_of(std::string_view query) {
    std::vector<std::string> pieces;
    while (!query.empty()) {
        const std::string_view piece = query.substr(0, query.find('&'));
        pieces.emplace_back(piece);
        query.remove_prefix(std::min(piece.size() + 1, query.size()));
    }
    return pieces;
}

std::string joined(const std::vector<std::string>& pieces) {
    std::string text;
    for (const std::string& piece : pieces) {
        if (!text.empty()) text += '&';
        text += piece;
    }
    return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

// Escapes undone, then made again but for the characters in `kept`.
std::string encoded_again(std::string_view text, std::string_view kept) {
    std::string out;
    for (const char c : percent_decode(text)) {
        if (kept.find(c) != std::string_view::npos)
            out += c;
        else
            out += percent_encode({&c, 1});
    }
    return out;
}

// The hexadecimal digits of escapes in the other case.
std::string escapes_in_case(std::string text, bool upper) {
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        if (text[i] != '%') continue;
        for (std::size_t k = i + 1; k <= i + 2; ++k) {
            char& c = text[k];
            if (upper && c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
            if (!upper && c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return text;
}

std::string without_double_slashes(std::string path) {
    while (path.find("//") != std::string::npos)
        replace_all(path, "//", "/");
    return path;
}

}  // namespace

std::string Url::text() const {
    return fmt::format("{}://{}{}{}{}", scheme, host, path, has_query ? "?" : "", query);
}

Url take_apart(std::string_view text) {
    Url url;
    text = text.substr(0, text.find('#'));
    if (const std::size_t colon = text.find("://"); colon != std::string_view::npos) {
        url.scheme = text.substr(0, colon);
        text.remove_prefix(colon + 3);
    }
    if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
        url.has_query = true;
        url.query = text.substr(question + 1);
        text = text.substr(0, question);
    }
    const std::size_t slash = std::min(text.find('/'), text.size());
    url.host = text.substr(0, slash);
    url.host.erase(0, url.host.rfind('@') + 1);
    url.path = text.substr(slash);
    return url;
}

std::vector<std::string> rebuilt_paths(const std::string& path) {
    return {percent_decode(path),
            encoded_again(path, "/"),
            encoded_again(path, "/:@!$&'()*+,;="),
            escapes_in_case(path, true),
            escapes_in_case(path, false),
            without_double_slashes(path)};
}

std::vector<std::string> rebuilt_queries(const std::string& query) {
    std::vector<std::string> pieces = pieces_of(query);
    std::vector<std::string> queries{joined(pieces)};
    std::ranges::reverse(pieces);
    queries.push_back(joined(pieces));
    std::ranges::sort(pieces);
    queries.push_back(joined(pieces));
    const auto one_way = [&query](std::string_view from, std::string_view to) {
        std::string changed = query;
        replace_all(changed, from, to);
        return changed;
    };
    for (const auto& [from, to] : {std::pair{"+"sv, "%20"sv},
                                   {"%20"sv, "+"sv},
                                   {"'"sv, "%27"sv},
                                   {"%27"sv, "'"sv},
                                   {"="sv, ""sv},
                                   {"%2B"sv, "+"sv},
                                   {"+"sv, "%2B"sv}})
        queries.push_back(one_way(from, to));
    for (const std::string_view kept : {"&=", "&=+", "&=:@/?", "&=+:@/?,;!$'()*", "&='()*!"})
        queries.push_back(encoded_again(query, kept));
    queries.push_back(escapes_in_case(query, true));
    queries.push_back(escapes_in_case(query, false));
    queries.push_back(percent_decode(query));
    return queries;
}

std::string trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

}  // namespace twiml
