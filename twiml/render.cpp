#include "twiml/render.hpp"

#include "twiml/utf8.hpp"

#include <pugixml.hpp>

#include <cassert>
#include <cstdint>
#include <cstring>

namespace twiml {
namespace {

constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="UTF-8"?>)";

// True where xml_safe has nothing to do for sure: printable ASCII. Eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t every = 0x0101010101010101ULL;
    constexpr std::uint64_t high_bits = every * 0x80;
    std::uint64_t odd = 0;  // a high bit for each byte above 0x7f, or below 0x20
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + i, 8);
        odd |= word | (word - every * 0x20);  // what a borrow spoils is only ever called odd
    }
    for (; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        odd |= byte >= 0x20 && byte < 0x80 ? 0 : high_bits;
    }
    return (odd & high_bits) == 0;
}

// Fills a pugixml tree. Scratch space is kept between texts: only unusual ones need it.
class Builder {
public:
    explicit Builder(std::span<const FilledUrl> urls) : urls_{urls} {}

    void add(pugi::xml_node parent, const std::vector<Node>& nodes) {
        for (const Node& node : nodes) {
            if (const auto* text = std::get_if<std::string>(&node))
                parent.append_child(pugi::node_pcdata).set_value(safe(*text));
            else if (const auto* hole = std::get_if<UrlHole>(&node))
                parent.append_child(pugi::node_pcdata).set_value(safe(fill(*hole)));
            else
                add(parent, std::get<Element>(node));
        }
    }

private:
    void add(pugi::xml_node parent, const Element& element) {
        assert(!element.name.empty());
        pugi::xml_node child = parent.append_child(element.name.c_str());
        for (const Attribute& attribute : element.attributes) {
            const auto* text = std::get_if<std::string>(&attribute.value);
            child.append_attribute(attribute.name.c_str())
                .set_value(safe(text ? *text : fill(std::get<UrlHole>(attribute.value))));
        }
        add(child, element.content);
    }

    const std::string& fill(const UrlHole& hole) {
        assert(hole.index >= 0 && static_cast<std::size_t>(hole.index) < urls_.size());
        const FilledUrl& url = urls_[static_cast<std::size_t>(hole.index)];
        if (!hole.absolute) return url.path;
        full_.assign(url.origin).append(url.path);
        return full_;
    }

    const char* safe(const std::string& text) {
        if (is_plain(text)) return text.c_str();
        scratch_ = xml_safe(text);
        return scratch_.c_str();
    }

    std::span<const FilledUrl> urls_;
    std::string scratch_;
    std::string full_;
};

class Appender final : public pugi::xml_writer {
public:
    explicit Appender(std::string& out) : out_{out} {}
    void write(const void* data, std::size_t size) override {
        out_.append(static_cast<const char*>(data), size);
    }

private:
    std::string& out_;
};

void write(const Document& document, std::span<const FilledUrl> urls, const char* indent,
           unsigned flags, std::string& out) {
    pugi::xml_document tree;
    Builder{urls}.add(tree.append_child("Response"), document.verbs);
    Appender appender{out};
    tree.save(appender, indent, flags | pugi::format_no_declaration, pugi::encoding_utf8);
}

}  // namespace

void render(const Document& document, std::span<const FilledUrl> urls, std::string& out) {
    out += declaration;
    write(document, urls, "", pugi::format_raw, out);
}

std::string render(const Document& document, std::span<const FilledUrl> urls) {
    std::string out;
    render(document, urls, out);
    return out;
}

std::string render_pretty(const Document& document, std::span<const FilledUrl> urls) {
    std::string out{declaration};
    out += '\n';
    write(document, urls, "  ", pugi::format_indent, out);
    return out;
}

std::string xml_safe(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Utf8Character next = decode_utf8(text);
        if (!next.valid) {
            out += "\xef\xbf\xbd";
        } else if (next.character == '\r') {
            if (text.substr(0, 2) != "\r\n") out += '\n';
        } else if (is_xml_character(next.character)) {
            out += text.substr(0, next.size);
        }
        text.remove_prefix(next.size);
    }
    return out;
}

}  // namespace twiml
