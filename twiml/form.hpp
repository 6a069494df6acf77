// application/x-www-form-urlencoded, both ways. Order and repeats are kept: the signature needs
// both. Source: WHATWG URL, "application/x-www-form-urlencoded"; Twilio "Validating requests".
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace twiml {

// One decoded field. The views point into the text that was decoded, or into `Params`' own buffer.
struct Param {
    std::string_view name{};
    std::string_view value{};
};

// The decoded fields of one body or query, in received order, repeats kept. Decoded bytes live in
// one buffer of the object's own, so that decoding a webhook costs two allocations at most, none
// when a Params is used again. Movable, not copyable; the views stay valid when it is moved.
class Params {
public:
    Params() = default;
    Params(Params&&) noexcept = default;
    Params& operator=(Params&&) noexcept = default;

    // Replaces the contents by the fields of `text`. '+' is a space, %xx a byte; a broken escape
    // stays as it is written. "a&&b" has two fields: empty pieces are skipped; "a" is a field with
    // an empty value. Never fails.
    void decode(std::string_view text);

    // Adds one field; copies.
    void add(std::string_view name, std::string_view value);
    void clear();

    // The first value of `name`, or nothing. Linear: about thirty fields.
    std::optional<std::string_view> find(std::string_view name) const;
    std::string_view get(std::string_view name) const;  // empty where it is absent

    const std::vector<Param>& fields() const { return fields_; }
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }
    bool empty() const { return fields_.empty(); }

private:
    char* room_for(std::size_t bytes);  // in the last page, or in a new one
    // The field that `text` begins with, whose name ends at `equals` and holds no escape; the
    // second takes any. Both return how much of `text` that was, without the '&' after it.
    std::size_t decode_value(std::string_view text, std::size_t equals);
    std::size_t decode_field(std::string_view text);
    // `left`: what the rest of the text can need at most, so that one page does for all of it.
    std::string_view decode_piece(std::string_view piece, std::size_t left);
    std::string_view decode_from(const char* escape, std::string_view piece, std::size_t left);

    std::vector<Param> fields_;
    // Bytes that nobody clears first, as a std::vector<char> would.
    using Page = char[];  // NOLINT(modernize-avoid-c-arrays): what std::unique_ptr takes for it
    std::vector<std::unique_ptr<Page>> pages_;  // decoded bytes; pages never move
    std::size_t page_used_ = 0, page_size_ = 0;
};

// Encodes for a body or query: unreserved characters stay, a space is '+', the rest %XX of UTF-8.
std::string encode_form(const std::vector<Param>& fields);

// For one path segment or query value: unreserved characters stay, everything else is %XX.
std::string percent_encode(std::string_view text);

// Undoes it; '+' stays '+'. A broken escape stays as it is written.
std::string percent_decode(std::string_view text);

}  // namespace twiml
