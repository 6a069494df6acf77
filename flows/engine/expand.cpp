// Texts with their inserts.
#include "flows/engine/evaluate.hpp"
#include "flows/engine/evaluator.hpp"
#include "flows/engine/filters.hpp"

namespace flows {
namespace {

bool is_missing(const Insert& insert, const Value* value) {
    if (value == nullptr) return true;
    const auto* text = std::get_if<std::string>(value);
    return insert.value.top().operation == Operation::call_fact && text != nullptr && text->empty();
}

// What an insert gives: the value behind its filters, in `scratch` or where it lies.
const Value* value_of_insert(const Insert& insert, const View& view, std::string_view language,
                             Value& scratch) {
    const Value* value = evaluate_into(insert.value, view, scratch);
    if (insert.filters.empty()) return value;
    // A fact that Twilio did not tell is as silent behind a filter as it is without one.
    const Value* const untold = is_missing(insert, value) ? value : nullptr;
    if (untold != nullptr) value = nullptr;
    const Type said;
    const Type* type = &insert.value.type();
    for (const auto& [filter, argument] : insert.filters) {
        if (filter == Filter::otherwise) {
            if (value == nullptr) value = &argument;
            continue;
        }
        if (value == nullptr) continue;  // an or() behind may still help
        auto text = say_as(*value, *type, filter, language);
        if (text) {
            scratch = std::move(*text);
            value = &scratch;
        } else {
            value = nullptr;
        }
        type = &said;
    }
    return value != nullptr ? value : untold;
}

void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view figures = "0123456789ABCDEF";
    for (const char c : text) {
        const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                c == '~';
        if (unreserved) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += figures[byte >> 4U];
        out += figures[byte & 15U];
    }
}

void append_insert(std::string& out, const Insert& insert, const Value& value, Purpose purpose,
                   std::string_view language, bool first) {
    const auto* text = std::get_if<std::string>(&value);
    if (purpose == Purpose::url) {
        const bool base = first && insert.type.kind == TypeKind::url;
        if (text == nullptr)
            append_encoded(out, plain_text(value));
        else if (base)
            out += *text;
        else
            append_encoded(out, *text);
    } else if (text != nullptr) {
        out += *text;
    } else if (purpose == Purpose::speech) {
        out += say_plain(value, insert.value.type(), language);
    } else {
        out += plain_text(value);
    }
}

}  // namespace

std::optional<std::string> expand(const Text& text, const View& view, Purpose purpose,
                                  std::string_view language) {
    if (text.is_constant()) return text.constant();
    std::string out;
    for (const auto& piece : text.pieces) {
        if (const auto* plain = std::get_if<std::string>(&piece)) {
            out += *plain;
            continue;
        }
        const auto& insert = std::get<Insert>(piece);
        Value scratch;
        const Value* value = value_of_insert(insert, view, language, scratch);
        if (value == nullptr) return std::nullopt;
        append_insert(out, insert, *value, purpose, language, &piece == &text.pieces.front());
    }
    return out;
}

std::optional<Value> value_of(const Text& text, const Type& type, const View& view) {
    if (text.pieces.size() == 1) {
        if (const auto* insert = std::get_if<Insert>(&text.pieces.front())) {
            Value scratch;
            const Value* value = value_of_insert(*insert, view, language_of(view), scratch);
            if (value == nullptr) return std::nullopt;
            return fit(*value, type);
        }
    }
    const auto purpose = type.kind == TypeKind::url ? Purpose::url : Purpose::plain;
    const auto plain = expand(text, view, purpose, language_of(view));
    if (!plain) return std::nullopt;
    return convert(*plain, type);
}

}  // namespace flows
