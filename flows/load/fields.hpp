// The keys of a map, each asked for by name: what nobody asked for is unknown, and said so.
#pragma once

#include "flows/load/reader.hpp"

#include <initializer_list>
#include <map>
#include <span>

namespace flows::load {

// What a designer wrote for Twilio's word, and the word of ours.
struct Renamed {
    std::string_view theirs{}, ours{};
};

class Fields {
public:
    // `what` names the owner in messages: "the step menu"; `owner` is where it stands.
    Fields(const Reader& reader, const YamlNode& map, const Span& owner, std::string_view what);

    // The value behind `key`, or null where there is none. Of an empty value: SB106 and null.
    const YamlNode* find(std::string_view key);
    // The same; SB107 where the key is missing. `why` is the hint.
    const YamlNode* require(std::string_view key, std::string_view why);
    const YamlNode::Entry* entry(std::string_view key) const;
    bool has(std::string_view key) const { return entry(key) != nullptr; }
    Span key_span(std::string_view key) const;
    const Span& owner() const { return owner_; }

    // All keys that there can be. From here on what is unknown but near to one of them that is not
    // written, or `renamed` to it, is read as that one, so that its SB105 is its only finding.
    void expect(std::span<const std::string_view> keys, std::span<const Renamed> renamed = {});
    // SB105 "not built yet" for each of these that is written.
    void not_built(std::initializer_list<std::string_view> keys);
    // What is left becomes attributes of the first of `elements` that has one of that name, each in
    // its own list; anything else is SB105.
    struct Place {
        std::string_view element{};
        ExtraAttributes* attributes = nullptr;
    };
    void rest_into(std::initializer_list<Place> elements, std::initializer_list<Renamed> renamed);
    // What is left is SB105.
    void refuse_rest() { rest_into({}, {}); }

private:
    bool is_asked(std::string_view key) const;
    void refuse(const YamlNode& key, std::span<const Place> elements);

    const Reader& reader_;
    const YamlNode& map_;
    Span owner_;
    std::string what_;
    // What was missed of a key that `near` was meant to be is no fault of its own.
    void forgive_missing(std::string_view near);

    std::vector<std::string> asked_{};
    std::vector<Renamed> renamed_{};
    std::map<std::string, const YamlNode::Entry*, std::less<>> meant_{};
};

}  // namespace flows::load
