#include "twiml/catalogue.hpp"

#include "twiml/catalogue_rows.hpp"
#include "twiml/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <vector>

namespace twiml {
namespace {

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

// The pieces of `text` between separators; empty ones too.
std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const std::size_t end = text.find(separator);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        text.remove_prefix(end + separator.size());
    }
}

// Every pattern of the table, compiled once.
const std::map<std::string_view, std::unique_ptr<RE2>>& patterns() {
    static const auto compiled = [] {
        std::map<std::string_view, std::unique_ptr<RE2>> all;
        for (const CatalogueElement& element : catalogue())
            for (const CatalogueAttribute& attribute : element.attributes)
                if (!attribute.pattern.empty() && !all.contains(attribute.pattern))
                    all.emplace(attribute.pattern, std::make_unique<RE2>(attribute.pattern));
        return all;
    }();
    return compiled;
}

bool matches(std::string_view pattern, std::string_view value) {
    const auto found = patterns().find(pattern);
    if (found != patterns().end()) return RE2::PartialMatch(value, *found->second);
    return RE2::PartialMatch(value, RE2{pattern});
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <class Number> std::optional<Number> number(std::string_view text) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

template <class Number> bool in_range(const CatalogueAttribute& attribute, Number value) {
    return (!attribute.at_least || value >= static_cast<Number>(*attribute.at_least)) &&
           (!attribute.at_most || value <= static_cast<Number>(*attribute.at_most));
}

std::string ranged(std::string_view what, const CatalogueAttribute& attribute) {
    if (attribute.at_least && attribute.at_most)
        return fmt::format("{} from {} to {}", what, *attribute.at_least, *attribute.at_most);
    if (attribute.at_least) return fmt::format("{}, {} or more", what, *attribute.at_least);
    if (attribute.at_most) return fmt::format("{}, {} or less", what, *attribute.at_most);
    return std::string{what};
}

std::string listed(std::span<const std::string_view> values) {
    constexpr std::size_t few = 12;
    if (values.size() <= few) return fmt::format("{}", fmt::join(values, ", "));
    return fmt::format("{}, ... ({} in all)", fmt::join(values.first(few), ", "), values.size());
}

// Without blanks or control characters, and with a host that DNS can have where it is absolute.
// Source: Twilio, error 11100; host names of callbacks hold no underscore.
std::string why_no_url(const CatalogueAttribute& attribute, std::string_view value) {
    if (std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) <= ' '; }))
        return "a URL without blanks";
    const std::size_t colon = value.find("://");
    if (colon == std::string_view::npos)
        return attribute.absolute ? "an absolute URL, with https:// and a host" : "";
    if (value.substr(0, colon).find_first_of("/?#") != std::string_view::npos) return "";
    const std::string_view scheme = value.substr(0, colon);
    if (attribute.is_callback && scheme != "http" && scheme != "https")
        return "an http:// or https:// URL";
    std::string_view host = value.substr(colon + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    host = host.substr(host.rfind('@') == std::string_view::npos ? 0 : host.rfind('@') + 1);
    if (host.empty() || host.starts_with(':')) return "a URL with a host";
    if (attribute.is_callback && host.find('_') != std::string_view::npos)
        return "a URL whose host name holds no underscore";
    return "";
}

std::string why_not_listed(const CatalogueAttribute& attribute, std::string_view value) {
    std::vector<std::string_view> seen;
    for (const std::string_view word : split(value, attribute.separator)) {
        if (!contains(attribute.values, word) || contains(seen, word))
            return fmt::format("some of {}, each once, with {} between them",
                               listed(attribute.values),
                               attribute.separator == " " ? "one blank" : attribute.separator);
        seen.push_back(word);
    }
    return "";
}

// A known voice and what it speaks, sorted by name; a bilingual one stands twice.
struct Voice {
    std::string name{};
    std::vector<std::string_view> languages{};
};

const std::vector<Voice>& voices() {
    static const auto all = [] {
        std::vector<Voice> list;
        for (const rows::VoiceGroup& group : rows::voice_groups()) {
            std::vector<std::string_view> languages;
            if (!group.languages.empty()) languages = split(group.languages, " ");
            for (const std::string_view name : split(group.names, " "))
                list.push_back({fmt::format("{}{}", group.prefix, name), languages});
        }
        std::ranges::sort(list, {}, &Voice::name);
        return list;
    }();
    return all;
}

std::span<const Voice> voices_named(std::string_view name) {
    const auto& all = voices();
    return {std::ranges::lower_bound(all, name, {}, &Voice::name),
            std::ranges::upper_bound(all, name, {}, &Voice::name)};
}

}  // namespace

std::span<const CatalogueElement> catalogue() {
    static const auto all = [] {
        std::vector<CatalogueElement> list;
        for (const auto part :
             {rows::verbs_elements(), rows::dial_elements(), rows::connect_elements(),
              rows::pay_elements(), rows::ssml_elements()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}

const CatalogueElement* find_element(std::string_view id) {
    for (const CatalogueElement& element : catalogue())
        if (element.id == id) return &element;
    return nullptr;
}

const CatalogueElement* find_child(const CatalogueElement& parent, std::string_view name) {
    for (const std::string_view id : parent.children) {
        const CatalogueElement* const child = find_element(id);
        if (child && child->name == name) return child;
    }
    return nullptr;
}

const CatalogueAttribute* find_attribute(const CatalogueElement& element, std::string_view name) {
    for (const CatalogueAttribute& attribute : element.attributes)
        if (attribute.name == name) return &attribute;
    return nullptr;
}

const CatalogueAttribute* find_attribute_by_flow_name(const CatalogueElement& element,
                                                      std::string_view name) {
    for (const CatalogueAttribute& attribute : element.attributes)
        if (snake_case(attribute.name) == name) return &attribute;
    return nullptr;
}

std::string snake_case(std::string_view camel_case) {
    std::string out;
    for (const char c : camel_case) {
        if (c >= 'A' && c <= 'Z') {
            if (!out.empty()) out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c == '-' || c == ':' ? '_' : c;
        }
    }
    return out;
}

std::string why_not(const CatalogueAttribute& attribute, std::string_view value) {
    using enum AttributeType;
    const bool listed_value = contains(attribute.values, value);
    switch (attribute.type) {
    case text:
        break;
    case boolean:
        return value == "true" || value == "false" ? "" : "true or false";
    case integer:
    case seconds: {
        const auto count = is_digits(value) ? number<long>(value) : std::nullopt;
        if (count && in_range(attribute, *count)) return "";
        return ranged(attribute.type == seconds ? "a whole number of seconds" : "a whole number",
                      attribute);
    }
    case decimal: {
        const bool plain = value.find_first_not_of("0123456789.") == std::string_view::npos;
        const auto amount = plain ? number<double>(value) : std::nullopt;
        return amount && in_range(attribute, *amount) ? "" : ranged("a number", attribute);
    }
    case method:
        return value == "GET" || value == "POST" ? "" : "GET or POST";
    case url:
        if (!attribute.pattern.empty() && !matches(attribute.pattern, value))
            return fmt::format("a URL that begins with {}", attribute.pattern.substr(1));
        return why_no_url(attribute, value);
    case one_of:
        return listed_value ? "" : fmt::format("one of {}", listed(attribute.values));
    case list_of:
        return why_not_listed(attribute, value);
    case key:
        return matches(attribute.pattern, value) ? "" : "one key (0-9, * or #), or nothing";
    case digits:
        return matches(attribute.pattern, value) ? "" : "keys of a telephone only";
    case pattern:
        if (listed_value || matches(attribute.pattern, value)) return "";
        return attribute.values.empty() ? fmt::format("text like {}", attribute.pattern)
                                        : fmt::format("one of {}, or text like {}",
                                                      listed(attribute.values), attribute.pattern);
    }
    if (attribute.longest != 0 && count_characters(value) > attribute.longest)
        return fmt::format("at most {} characters", attribute.longest);
    return "";
}

bool is_known_voice(std::string_view voice) { return !voices_named(voice).empty(); }

bool voice_speaks(std::string_view voice, std::string_view language) {
    const auto known = voices_named(voice);
    return known.empty() || std::ranges::any_of(known, [language](const Voice& candidate) {
               return candidate.languages.empty() || contains(candidate.languages, language);
           });
}

bool is_say_language(std::string_view language) {
    return std::ranges::binary_search(rows::say_language_codes, language);
}

bool is_gather_language(std::string_view language) {
    return std::ranges::binary_search(rows::gather_language_codes, language);
}

}  // namespace twiml
