#include "flows/engine/json_body.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

namespace flows {
namespace {

std::string quoted(std::string_view text) {
    return boost::json::serialize(boost::json::value(boost::json::string(text)));
}

bool is_bare(const Text& text) {
    if (text.pieces.size() != 1) return false;
    const auto* insert = std::get_if<Insert>(&text.pieces.front());
    return insert != nullptr &&
           (insert->type.kind == TypeKind::number || insert->type.kind == TypeKind::boolean);
}

struct Writer {
    const View& view;
    std::string_view language;
    std::string out{};

    bool write(const JsonText& json) {
        if (json.kind == JsonText::Kind::text) return write(json.text);
        const bool is_object = json.kind == JsonText::Kind::object;
        out += is_object ? '{' : '[';
        for (std::size_t i = 0; i < json.items.size(); ++i) {
            if (i > 0) out += ',';
            if (is_object) out += quoted(json.keys[i]) + ':';
            if (!write(json.items[i])) return false;
        }
        out += is_object ? '}' : ']';
        return true;
    }

    bool write(const Text& text) {
        const auto written = expand(text, view, Purpose::plain, language);
        if (!written) return false;
        out += is_bare(text) ? *written : quoted(*written);
        return true;
    }
};

}  // namespace

std::optional<std::string> json_body(const JsonText& json, const View& view,
                                     std::string_view language) {
    Writer writer{view, language};
    if (!writer.write(json)) return std::nullopt;
    return std::move(writer.out);
}

}  // namespace flows
