#include "server/effects/json_values.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace server {
namespace {

namespace json = boost::json;

constexpr std::size_t most_levels = 32;
constexpr std::size_t most_values = 20'000;

struct Node {
    enum class Kind { scalar, null, array, object } kind = Kind::null;
    std::string text{};                                 // of a scalar
    std::vector<std::pair<std::string, Node>> parts{};  // of an array without names
};

// What Boost.JSON's parser calls: it builds the tree that a DOM would be, with texts for numbers.
struct TreeBuilder {
    static constexpr std::size_t max_object_size = most_values;
    static constexpr std::size_t max_array_size = most_values;
    static constexpr std::size_t max_key_size = 64 * 1024;
    static constexpr std::size_t max_string_size = 1024 * 1024;

    using Error = json::error_code;

    bool on_document_begin(Error& /*error*/) { return true; }
    bool on_document_end(Error& /*error*/) { return true; }
    bool on_object_begin(Error& error) { return open(Node::Kind::object, error); }
    bool on_object_end(std::size_t /*count*/, Error& /*error*/) { return close(); }
    bool on_array_begin(Error& error) { return open(Node::Kind::array, error); }
    bool on_array_end(std::size_t /*count*/, Error& /*error*/) { return close(); }
    bool on_key_part(std::string_view part, std::size_t /*so_far*/, Error& /*error*/) {
        key_ += part;
        return true;
    }
    bool on_key(std::string_view part, std::size_t /*so_far*/, Error& /*error*/) {
        key_ += part;
        return true;
    }
    bool on_string_part(std::string_view part, std::size_t /*so_far*/, Error& /*error*/) {
        text_ += part;
        return true;
    }
    bool on_string(std::string_view part, std::size_t /*so_far*/, Error& error) {
        return scalar(part, error);
    }
    bool on_number_part(std::string_view part, Error& /*error*/) {
        text_ += part;
        return true;
    }
    bool on_int64(std::int64_t /*number*/, std::string_view rest, Error& error) {
        return scalar(rest, error);
    }
    bool on_uint64(std::uint64_t /*number*/, std::string_view rest, Error& error) {
        return scalar(rest, error);
    }
    bool on_double(double /*number*/, std::string_view rest, Error& error) {
        return scalar(rest, error);
    }
    bool on_bool(bool value, Error& error) { return scalar(value ? "true" : "false", error); }
    bool on_null(Error& error) { return add(Node{}, error) != nullptr; }
    bool on_comment_part(std::string_view /*part*/, Error& /*error*/) { return true; }
    bool on_comment(std::string_view /*part*/, Error& /*error*/) { return true; }

    Node root{};

private:
    Node* add(Node node, Error& error) {
        if (++count_ > most_values) {
            error = json::error::array_too_large;
            return nullptr;
        }
        std::string key = std::exchange(key_, {});
        if (open_.empty()) {
            root = std::move(node);
            return &root;
        }
        auto& siblings = open_.back()->parts;
        siblings.emplace_back(std::move(key), std::move(node));
        return &siblings.back().second;
    }
    // A pointer into `parts` stays good: nothing is added beside an open node before it is closed.
    bool open(Node::Kind kind, Error& error) {
        Node* const node = add(Node{.kind = kind}, error);
        if (node) open_.push_back(node);
        return node != nullptr;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool scalar(std::string_view rest, Error& error) {
        text_ += rest;
        Node node{.kind = Node::Kind::scalar, .text = std::exchange(text_, {})};
        return add(std::move(node), error) != nullptr;
    }

    std::vector<Node*> open_{};
    std::string key_{}, text_{};
    std::size_t count_ = 0;
};

const Node* member(const Node& object, std::string_view name) {
    const auto found = std::find_if(object.parts.rbegin(), object.parts.rend(),
                                    [&](const auto& part) { return part.first == name; });
    return found == object.parts.rend() ? nullptr : &found->second;
}

// RFC 6901, 4: without leading zeros; `-` is the element behind the last one, and so nothing.
const Node* element(const Node& array, std::string_view index) {
    std::size_t at = 0;
    const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), at);
    const bool is_index = error == std::errc{} && end == index.data() + index.size() &&
                          (index.size() == 1 || index.front() != '0');
    return is_index && at < array.parts.size() ? &array.parts[at].second : nullptr;
}

// "~1" is a slash, "~0" a tilde; nothing where another tilde stands.
std::optional<std::string> unescaped(std::string_view token) {
    std::string result;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] != '~') {
            result += token[i];
            continue;
        }
        if (++i == token.size() || (token[i] != '0' && token[i] != '1')) return std::nullopt;
        result += token[i] == '0' ? '~' : '/';
    }
    return result;
}

const Node* find(const Node& root, std::string_view pointer) {
    const Node* node = &root;
    while (node && !pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        pointer.remove_prefix(1);
        const std::string_view token = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(token.size());
        const auto name = unescaped(token);
        if (!name) return nullptr;
        if (node->kind == Node::Kind::object)
            node = member(*node, *name);
        else if (node->kind == Node::Kind::array)
            node = element(*node, *name);
        else
            node = nullptr;
    }
    return node;
}

}  // namespace

boost::system::result<std::vector<std::optional<std::string>>, std::string>
values_in(std::string_view json, std::span<const std::string> pointers) {
    json::parse_options options;
    options.max_depth = most_levels;
    json::basic_parser<TreeBuilder> parser{options};
    json::error_code no_json;
    const std::size_t used = parser.write_some(false, json.data(), json.size(), no_json);
    if (!no_json && used < json.size()) no_json = json::error::extra_data;
    if (no_json) return "the answer is no JSON: " + no_json.message();

    std::vector<std::optional<std::string>> values;
    values.reserve(pointers.size());
    for (const std::string& pointer : pointers) {
        const Node* const node = find(parser.handler().root, pointer);
        const bool has_text = node && node->kind == Node::Kind::scalar;
        values.push_back(has_text ? std::optional{node->text} : std::nullopt);
    }
    return values;
}

}  // namespace server
