// http: asks a system of the operator's and takes values out of its answer.
#include "flows/load/effect_fields.hpp"
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

struct Method {
    std::string_view key{}, name{};
    bool has_body = false;
};
constexpr std::array methods{Method{"get", "GET", false}, Method{"post", "POST", true},
                             Method{"put", "PUT", true}, Method{"patch", "PATCH", true},
                             Method{"delete", "DELETE", false}};

constexpr std::array<std::string_view, 11> http_keys{"get",     "post",    "put",      "patch",
                                                     "delete",  "headers", "body",     "save",
                                                     "timeout", "on",      "otherwise"};

// Of HTTP itself or set by the server for every look-up (RFC 9110, 7.6.1 and 7.8; RFC 9112, 6;
// W3C Trace Context).
constexpr std::array<std::string_view, 11> own_headers{
    "host",    "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer",
    "upgrade", "expect",         "traceparent",       "tracestate"};

// The caller hears nothing but a pause meanwhile.
constexpr std::chrono::milliseconds shortest_timeout{1'000};
constexpr std::chrono::milliseconds longest_timeout{60'000};

// RFC 9110, 5.6.2.
bool is_token(std::string_view name) {
    static constexpr std::string_view signs = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               signs.find(c) != std::string_view::npos;
    });
}

std::string in_lower_case(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

bool is_one_line(const Text& text) {
    return std::ranges::none_of(text.pieces, [](const auto& piece) {
        const auto* plain = std::get_if<std::string>(&piece);
        return plain != nullptr && std::ranges::any_of(*plain, [](char c) {
                   return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
               });
    });
}

// Why a text is no JSON Pointer (RFC 6901), as a hint; empty: it is one.
std::string why_no_pointer(const std::string& text) {
    if (text.find("{{") != std::string::npos) return "a place in the answer is fixed: /name";
    if (!text.empty() && text.front() != '/') {
        std::string meant = text.substr(text.starts_with("$.") ? 2 : 0);
        std::ranges::replace(meant, '.', '/');
        return fmt::format("did you mean \"/{}\"?", meant);
    }
    for (std::size_t i = text.find('~'); i != std::string::npos; i = text.find('~', i + 1)) {
        const char next = i + 1 < text.size() ? text[i + 1] : ' ';
        if (next != '0' && next != '1') return "write ~0 for ~, and ~1 for a / within a name";
    }
    return {};
}

class HttpReader {
public:
    HttpReader(const Reader& reader, Fields& fields) : reader_{reader}, fields_{fields} {}

    // Nothing where it has no method: what it would do nobody knows.
    std::optional<Http> read() {
        const Method* method = read_method();
        read_headers();
        read_body(method);
        read_save();
        read_timeout();
        if (method == nullptr) return {};
        return std::move(http_);
    }

private:
    const Method* read_method() {
        std::vector<const Method*> written;
        for (const Method& method : methods) {
            if (fields_.has(method.key)) written.push_back(&method);
        }
        if (written.empty() && fields_.has("url")) {
            const YamlNode* method = fields_.find("method");
            const YamlNode* url = fields_.find("url");
            const std::string verb = method != nullptr ? in_lower_case(method->text) : "get";
            const auto* known = std::ranges::find(methods, verb, &Method::key);
            reader_.report("SB105", fields_.key_span("url"),
                           "the URL stands behind the method of the step http",
                           fmt::format("write {}: {}", known != methods.end() ? known->key : "get",
                                       url != nullptr ? url->text : "and the URL"));
            return nullptr;
        }
        if (written.empty()) {
            reader_.report("SB107", fields_.owner(), "the step http needs a method and a URL",
                           "write get, post, put, patch or delete, and the URL behind it");
            return nullptr;
        }
        std::ranges::sort(
            written, {}, [&](const Method* method) { return fields_.key_span(method->key).begin; });
        const Method& method = *written.front();
        http_.method = method.name;
        if (const YamlNode* node = fields_.find(method.key)) {
            if (auto url = read_web_url(reader_, *node, "the URL")) http_.url = std::move(*url);
        }
        for (std::size_t i = 1; i < written.size(); ++i) {
            (void)fields_.find(written[i]->key);
            reader_.report(
                "SB106", fields_.key_span(written[i]->key),
                fmt::format("one look-up is a {} or a {}, not both", method.key, written[i]->key),
                "write two steps, or keep one of the two");
        }
        return &method;
    }

    void read_headers() {
        const YamlNode* node = fields_.find("headers");
        if (node == nullptr) return;
        if (!node->is_map() || node->entries.empty()) {
            return reader_.report("SB106", node->span, "headers are a map from names to texts",
                                  "write {Authorization: \"Bearer {{ settings.token }}\"}");
        }
        std::vector<std::string> known;
        for (const YamlNode::Entry& entry : node->entries) {
            const std::string& name = entry.key.text;
            const std::string lower = in_lower_case(name);
            if (!is_token(name)) {
                reader_.report("SB106", entry.key.span,
                               fmt::format("{} is no name of a header", quoted(name)),
                               "a name has letters, digits and hyphens, no blanks: X-Api-Key");
            } else if (std::ranges::count(own_headers, lower) != 0) {
                reader_.report(
                    "SB106", entry.key.span,
                    fmt::format("the header {} cannot be written: the server sets it", name),
                    "leave it out");
            } else if (std::ranges::count(known, lower) != 0) {
                reader_.report("SB207", entry.key.span,
                               fmt::format("the header {} is written twice", name),
                               "keep one of the two: upper and lower case are the same");
            } else {
                read_header(entry);
            }
            known.push_back(lower);
        }
    }

    void read_header(const YamlNode::Entry& entry) {
        const std::string what = "the header " + entry.key.text;
        if (entry.value.is_null())
            return no_value(entry.key.span, what, "write the value behind it");
        Text value = read_text(reader_, entry.value, what);
        if (!is_one_line(value)) {
            return reader_.report("SB106", entry.value.span, fmt::format("{} is of one line", what),
                                  "write it on one line, in quotes");
        }
        http_.headers.emplace_back(entry.key.text, std::move(value));
    }

    void read_body(const Method* method) {
        const YamlNode* node = fields_.find("body");
        if (node == nullptr) return;
        if (method != nullptr && !method->has_body) {
            return reader_.report("SB106", fields_.key_span("body"),
                                  fmt::format("a {} has no body", method->key),
                                  "put it into the URL, behind a ?, or write post");
        }
        http_.body = read_json(*node);
    }

    JsonText read_json(const YamlNode& node) {
        JsonText json;
        switch (node.kind) {
        case YamlNode::Kind::null:
            no_value(node.span, "this part of the body", "write \"\" for an empty text");
            break;
        case YamlNode::Kind::scalar:
            json.text = read_text(reader_, node, "the body");
            break;
        case YamlNode::Kind::list:
            json.kind = JsonText::Kind::array;
            for (const YamlNode& item : node.items)
                json.items.push_back(read_json(item));
            break;
        case YamlNode::Kind::map:
            json.kind = JsonText::Kind::object;
            for (const YamlNode::Entry& entry : node.entries)
                read_member(entry, json);
            break;
        }
        return json;
    }

    void read_member(const YamlNode::Entry& entry, JsonText& json) {
        const std::string& name = entry.key.text;
        if (name.find("{{") != std::string::npos) {
            return reader_.report("SB106", entry.key.span, "the names in a body are fixed",
                                  "write the value behind a name, not into it");
        }
        if (entry.value.is_null()) {
            return no_value(entry.key.span, name,
                            "write \"\" for an empty text, or leave the key out");
        }
        json.keys.push_back(name);
        json.items.push_back(read_json(entry.value));
    }

    void read_save() {
        const YamlNode* node = fields_.find("save");
        if (node == nullptr) return;
        if (!node->is_map() || node->entries.empty()) {
            return reader_.report("SB106", node->span,
                                  "save is a map from variables to places in the answer",
                                  "write {name: /customer/name}");
        }
        for (const YamlNode::Entry& entry : node->entries)
            read_saved(entry);
    }

    void read_saved(const YamlNode::Entry& entry) {
        const int variable = find_variable(reader_, entry.key, "save");
        if (entry.value.is_null()) {
            return no_value(entry.key.span, entry.key.text,
                            "write where it stands in the answer, as /customer/name");
        }
        const std::string* pointer = scalar(reader_, entry.value, "the place in the answer");
        if (pointer == nullptr) return;
        if (std::string wrong = why_no_pointer(*pointer); !wrong.empty()) {
            return reader_.report("SB106", entry.value.span,
                                  fmt::format("{} is no JSON Pointer", quoted(*pointer)),
                                  std::move(wrong));
        }
        if (variable < 0) return;
        const Type& type = reader_.draft.flow.variables[static_cast<std::size_t>(variable)].type;
        if (type.kind == TypeKind::recording) {
            return reader_.report(
                "SB501", entry.key.span,
                fmt::format("{} is a recording, and no answer holds one", quoted(entry.key.text)),
                "save it in a variable of another type");
        }
        http_.save.emplace_back(variable, *pointer);
    }

    void read_timeout() {
        const YamlNode* node = fields_.find("timeout");
        if (node == nullptr) return;
        const auto length = duration(reader_, *node, "the timeout");
        if (!length) return;
        if (*length < shortest_timeout || *length > longest_timeout) {
            return reader_.report("SB106", node->span,
                                  fmt::format("the timeout cannot be {}", node->text),
                                  "it is 1s to 1m");
        }
        http_.timeout = *length;
    }

    void no_value(const Span& span, std::string_view what, std::string hint) {
        reader_.report("SB106", span, fmt::format("{} has no value", what), std::move(hint));
    }

    const Reader& reader_;
    Fields& fields_;
    Http http_{};
};

}  // namespace

std::optional<StepWhat> read_http(const Reader& reader, const YamlNode::Entry& entry, Step& step) {
    const YamlNode* options =
        options_of(reader, entry, "http: {get: \"https://crm.example/hours\", otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step http"};
    fields.expect(http_keys);
    auto http = HttpReader{reader, fields}.read();
    read_ways(reader, fields, step, http ? *http : Http{});
    fields.refuse_rest();
    if (!http) return {};
    return std::move(*http);
}

}  // namespace flows::load
