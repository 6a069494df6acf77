#include "twiml/parse.hpp"

#include "twiml/render.hpp"
#include "twiml/well_formed.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <cassert>

namespace twiml {
namespace {

constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata;

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// A carriage return, which only a reference brings in (&#13;), is the line end that render makes of
// it.
std::string with_line_ends(std::string_view text) {
    return text.find('\r') == std::string_view::npos ? std::string{text} : xml_safe(text);
}

// Copies a pugixml tree out. The tree was parsed in place, so that its strings begin in the buffer
// where they begin in the text: a pointer tells the place.
class TreeReader {
public:
    TreeReader(const std::string& buffer, Blanks blanks) : begin_{buffer.data()}, blanks_{blanks} {}

    std::vector<Node> content(pugi::xml_node parent, std::size_t place) {
        std::vector<Node> nodes;
        bool has_text = false;
        for (const pugi::xml_node child : parent) {
            if (child.type() == pugi::node_element) {
                nodes.emplace_back(element(child));
                continue;
            }
            const std::string_view text = child.value();
            if (!has_text && !is_blank(text)) {
                has_text = true;
                const std::size_t blank = text.find_first_not_of(" \t\r\n");
                places_[place].text = offset(child.value()) + blank;
            }
            if (!nodes.empty() && std::holds_alternative<std::string>(nodes.back()))
                std::get<std::string>(nodes.back()) += with_line_ends(text);
            else if (!text.empty())
                nodes.emplace_back(with_line_ends(text));
        }
        if (!has_text && blanks_ == Blanks::drop)
            std::erase_if(
                nodes, [](const Node& node) { return std::holds_alternative<std::string>(node); });
        return nodes;
    }

    std::vector<Attribute> attributes(pugi::xml_node node, std::size_t place) {
        std::vector<Attribute> all;
        for (const pugi::xml_attribute attribute : node.attributes()) {
            all.push_back({attribute.name(), with_line_ends(attribute.value())});
            places_[place].attributes.push_back(
                {offset(attribute.name()), offset(attribute.value())});
        }
        return all;
    }

    // A place for `node`, which comes next in document order.
    std::size_t add_place(pugi::xml_node node) {
        const std::size_t at = *node.name() == '\0' ? 0 : offset(node.name()) - 1;
        places_.push_back({.element = at, .text = at});
        return places_.size() - 1;
    }

    std::vector<ElementPlace> take_places() { return std::move(places_); }

private:
    Element element(pugi::xml_node node) {
        const std::size_t place = add_place(node);
        Element read{.name = node.name(), .attributes = attributes(node, place)};
        read.content = content(node, place);
        return read;
    }

    std::size_t offset(const char* string) const {
        return static_cast<std::size_t>(string - begin_);
    }

    const char* begin_;
    Blanks blanks_;
    std::vector<ElementPlace> places_{};
};

ParseError too_long(std::size_t size) {
    return {.code = 11750,
            .message =
                fmt::format("the document has {} bytes, more than {}", size, max_document_bytes),
            .hint = "Twilio refuses longer ones: redirect to a second document",
            .offset = max_document_bytes};
}

ParseError no_xml(XmlFault fault) {
    return {.code = 12100,
            .message = std::move(fault.message),
            .hint = std::move(fault.hint),
            .offset = fault.offset};
}

void load(pugi::xml_document& tree, std::string& buffer, unsigned more) {
    // With the terminator: without one pugixml takes the last character of a fragment for its own.
    [[maybe_unused]] const auto result = tree.load_buffer_inplace(
        buffer.data(), buffer.size() + 1, parse_flags | more, pugi::encoding_utf8);
    // What passed the stricter reading passes here; an empty fragment is a document to pugixml too.
    assert(result || result.status == pugi::status_no_document_element);
}

}  // namespace

boost::system::result<ParsedDocument, ParseError> parse(std::string_view xml, Blanks blanks) {
    if (xml.size() > max_document_bytes) return too_long(xml.size());
    if (auto fault = find_document_fault(xml)) return no_xml(*std::move(fault));
    std::string buffer{xml};
    pugi::xml_document tree;
    load(tree, buffer, 0);
    const pugi::xml_node root = tree.document_element();
    TreeReader reader{buffer, blanks};
    const std::size_t place = reader.add_place(root);
    if (std::string_view{root.name()} != "Response") {
        const std::vector<ElementPlace> places = reader.take_places();
        return ParseError{.code = 12102,
                          .message = fmt::format("the root element is <{}>", root.name()),
                          .hint = "the root of a TwiML document is <Response>; capitals matter",
                          .offset = places[place].element};
    }
    ParsedDocument parsed;
    parsed.root_attributes = reader.attributes(root, place);
    parsed.document.verbs = reader.content(root, place);
    parsed.places = reader.take_places();
    return parsed;
}

boost::system::result<ParsedFragment, ParseError> parse_fragment(std::string_view xml,
                                                                 Blanks blanks) {
    if (xml.size() > max_document_bytes) return too_long(xml.size());
    if (auto fault = find_fragment_fault(xml)) return no_xml(*std::move(fault));
    std::string buffer{xml};
    pugi::xml_document tree;
    load(tree, buffer, pugi::parse_fragment);
    TreeReader reader{buffer, blanks};
    ParsedFragment parsed;
    parsed.nodes = reader.content(tree, reader.add_place(tree));
    parsed.places = reader.take_places();
    return parsed;
}

}  // namespace twiml
