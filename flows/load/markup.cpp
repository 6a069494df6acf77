#include "flows/load/markup.hpp"

#include "twiml/check.hpp"
#include "twiml/parse.hpp"

#include <fmt/format.h>

#include <charconv>

namespace flows::load {
namespace {

// What stands for an insert while its surroundings are parsed: characters of private use, which no
// text of a flow needs.
constexpr std::string_view insert_begin = "\xEE\x80\x80";  // U+E000
constexpr std::string_view insert_end = "\xEE\x80\x81";    // U+E001

// The index of the insert that `text` begins with, and how long its stand-in is.
std::pair<int, std::size_t> stand_in_at(std::string_view text) {
    const auto end = text.find(insert_end);
    int index = 0;
    if (end == std::string_view::npos) return {0, text.size()};
    std::from_chars(text.data() + insert_begin.size(), text.data() + end, index);
    return {index, end + insert_end.size()};
}

// Puts holes where stand-ins are. False where an insert is only a part of an attribute's value.
bool fill_holes(std::vector<twiml::Node>& nodes) {
    std::vector<twiml::Node> filled;
    for (twiml::Node& node : nodes) {
        if (auto* element = std::get_if<twiml::Element>(&node)) {
            for (twiml::Attribute& attribute : element->attributes) {
                auto* value = std::get_if<std::string>(&attribute.value);
                if (value == nullptr || value->find(insert_begin) == std::string::npos) continue;
                const auto [index, length] = stand_in_at(*value);
                if (!value->starts_with(insert_begin) || length != value->size()) return false;
                attribute.value = twiml::UrlHole{index, false};
            }
            if (!fill_holes(element->content)) return false;
            filled.push_back(std::move(node));
            continue;
        }
        const auto* text = std::get_if<std::string>(&node);
        if (text == nullptr) continue;
        std::string_view rest = *text;
        while (!rest.empty()) {
            const auto at = rest.find(insert_begin);
            if (at != 0) filled.emplace_back(std::string{rest.substr(0, at)});
            if (at == std::string_view::npos) break;
            rest.remove_prefix(at);
            const auto [index, length] = stand_in_at(rest);
            filled.emplace_back(twiml::UrlHole{index, false});
            rest.remove_prefix(length);
        }
    }
    nodes = std::move(filled);
    return true;
}

void refuse(const Reader& reader, const Span& span, std::string message, std::string hint) {
    reader.report("SB106", span, std::move(message), std::move(hint));
}

Span place_of(const Reader& reader, const YamlNode& node, std::size_t offset) {
    const config::Place begin = config::place_in_scalar(reader.source, node, offset);
    return {begin, {begin.line, begin.column + 1}};
}

}  // namespace

void read_markup(const Reader& reader, const YamlNode& node, Spoken& spoken) {
    std::string xml;
    const auto& pieces = spoken.text.pieces;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (const auto* literal = std::get_if<std::string>(&pieces[i])) {
            xml += *literal;
        } else {
            xml += fmt::format("{}{}{}", insert_begin, i, insert_end);
        }
    }
    // With inserts before it the place of a fault is that of the whole text.
    const auto place = [&](std::size_t offset) {
        return pieces.size() == 1 ? place_of(reader, node, offset) : node.span;
    };
    auto parsed = twiml::parse_fragment(xml, twiml::Blanks::keep);
    if (parsed.has_error()) {
        return refuse(reader, place(parsed.error().offset),
                      fmt::format("this is no SSML: {}", parsed.error().message),
                      parsed.error().hint);
    }
    std::vector<twiml::Node> nodes = std::move(parsed->nodes);
    if (!fill_holes(nodes)) {
        return refuse(reader, node.span, "an insert must be the whole value of an attribute",
                      "write attribute=\"{{ ... }}\" with nothing beside it");
    }
    // Checked with the holes: they stand for any value.
    for (const twiml::Finding& found : twiml::check(nodes, "Say")) {
        // 12200: an attribute that Twilio does not know, and leaves out. Here it is a slip.
        if (!found.is_error && found.code != 12200) continue;
        return refuse(reader, node.span,
                      fmt::format("this is no SSML of Twilio's: {}", found.message), found.hint);
    }
    spoken.markup = std::move(nodes);
}

std::optional<Twiml> read_fragment(const Reader& reader, const YamlNode& node) {
    if (const auto braces = node.text.find("{{"); braces != std::string::npos) {
        refuse(reader, place_of(reader, node, braces), "TwiML is taken as it is written",
               "inserts work in the steps of the language: use one of those");
        return {};
    }
    auto parsed = twiml::parse_fragment(node.text);
    if (parsed.has_error()) {
        refuse(reader, place_of(reader, node, parsed.error().offset),
               fmt::format("this is no TwiML: {}", parsed.error().message), parsed.error().hint);
        return {};
    }
    bool all_well = true;
    for (const twiml::Finding& found : twiml::check(*parsed, "Response")) {
        // Twilio warns of what it does not know and leaves it out: here it is a slip.
        refuse(reader, place_of(reader, node, found.offset),
               fmt::format("{} (Twilio {})", found.message, found.code), found.hint);
        all_well = false;
    }
    if (all_well && parsed->nodes.empty()) {
        refuse(reader, node.span, "there is no verb in this fragment",
               "write one, such as <Pause length=\"1\"/>");
        all_well = false;
    }
    if (!all_well) return {};
    return Twiml{node.text, std::move(parsed->nodes)};
}

}  // namespace flows::load
