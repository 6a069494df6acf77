#include "flows/load/fields.hpp"

#include "twiml/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::load {
namespace {

// Of an attribute with the type `list_of`: a list, or its items in one text.
std::optional<std::string> joined(const Reader& reader, const YamlNode& node,
                                  std::string_view separator, std::string_view what) {
    if (!node.is_list()) {
        const std::string* text = scalar(reader, node, what);
        return text != nullptr ? std::optional{*text} : std::nullopt;
    }
    std::string all;
    for (const YamlNode& item : node.items) {
        const std::string* text = scalar(reader, item, what);
        if (text == nullptr) return std::nullopt;
        if (!all.empty()) all += separator.empty() ? ", " : separator;
        all += *text;
    }
    return all;
}

// The attribute's text, in Twilio's units.
std::optional<std::string> in_twilio_units(const Reader& reader, const YamlNode& node,
                                           const twiml::CatalogueAttribute& attribute,
                                           std::string_view what) {
    const bool is_time = attribute.type == twiml::AttributeType::seconds ||
                         (attribute.name == "speechTimeout" && node.text != "auto");
    if (is_time) {
        const auto length = duration(reader, node, what);
        if (!length) return std::nullopt;
        if (length->count() % 1000 != 0) {
            reader.report("SB106", node.span, fmt::format("{} is in whole seconds", what),
                          "write 1s, 2s, ...");
            return std::nullopt;
        }
        return std::to_string(length->count() / 1000);
    }
    return joined(reader, node, attribute.separator, what);
}

void read_attribute(const Reader& reader, const YamlNode::Entry& entry,
                    const twiml::CatalogueAttribute& attribute, ExtraAttributes& into) {
    const std::string what = entry.key.text;
    const YamlNode& node = entry.value;
    if (node.is_null()) {
        reader.report("SB106", entry.key.span, fmt::format("{} has no value", what),
                      "write a value behind it, or leave the key out");
        return;
    }
    if (attribute.type == twiml::AttributeType::text && node.is_scalar() &&
        attribute.name != "speechTimeout") {
        const Text text = read_text(reader, node, what);
        if (!text.is_constant()) {
            into.push_back({std::string{attribute.name}, text});
            return;
        }
    }
    const auto value = in_twilio_units(reader, node, attribute, what);
    if (!value) return;
    if (const std::string reason = twiml::why_not(attribute, *value); !reason.empty()) {
        reader.report("SB106", node.span, fmt::format("{} cannot be {}", what, quoted(*value)),
                      "it is " + reason);
        return;
    }
    into.push_back({std::string{attribute.name}, Text{{*value}, node.span}});
}

}  // namespace

Fields::Fields(const Reader& reader, const YamlNode& map, const Span& owner, std::string_view what)
    : reader_{reader}, map_{map}, owner_{owner}, what_{what} {}

void Fields::expect(std::span<const std::string_view> keys, std::span<const Renamed> renamed) {
    const std::vector<std::string> known{keys.begin(), keys.end()};
    renamed_.assign(renamed.begin(), renamed.end());
    for (const YamlNode::Entry& entry : map_.entries) {
        if (std::ranges::count(known, entry.key.text) != 0) continue;
        const auto other = std::ranges::find(renamed, entry.key.text, &Renamed::theirs);
        const std::string near = other != renamed.end()
                                     ? std::string{other->ours}
                                     : config::did_you_mean(entry.key.text, known);
        if (!near.empty() && map_.find_entry(near) == nullptr) meant_.emplace(near, &entry);
    }
}

const YamlNode::Entry* Fields::entry(std::string_view key) const {
    const YamlNode::Entry* exact = map_.find_entry(key);
    const auto meant = meant_.find(key);
    return exact == nullptr && meant != meant_.end() ? meant->second : exact;
}

void Fields::forgive_missing(std::string_view near) {
    const std::string missing = fmt::format("{} needs {}", what_, near);
    std::erase_if(reader_.folder.findings, [&](const config::Diagnostic& found) {
        const bool follows = (found.code == "SB107" && found.message == missing) ||
                             (found.code == "SB303" && (near == "otherwise" || near == "on"));
        return follows && found.file == reader_.file() && found.span == owner_;
    });
}

bool Fields::is_asked(std::string_view key) const { return std::ranges::count(asked_, key) != 0; }

const YamlNode* Fields::find(std::string_view key) {
    if (!is_asked(key)) asked_.emplace_back(key);
    const YamlNode::Entry* found = entry(key);
    if (found == nullptr) return nullptr;
    if (found->value.is_null()) {
        reader_.report("SB106", found->key.span, fmt::format("{} has no value", key),
                       "write a value behind it, or leave the key out");
        return nullptr;
    }
    return &found->value;
}

const YamlNode* Fields::require(std::string_view key, std::string_view why) {
    if (!has(key)) {
        asked_.emplace_back(key);
        reader_.report("SB107", owner_, fmt::format("{} needs {}", what_, key), std::string{why});
        return nullptr;
    }
    return find(key);
}

Span Fields::key_span(std::string_view key) const {
    const YamlNode::Entry* found = entry(key);
    return found != nullptr ? found->key.span : owner_;
}

void Fields::not_built(std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
        asked_.emplace_back(key);
        const YamlNode::Entry* found = entry(key);
        if (found == nullptr) continue;
        reader_.report("SB105", found->key.span,
                       fmt::format("{} of {} is not built yet", quoted(key), what_),
                       "the language has it, this build of switchboard does not; leave it out");
        reader_.draft.incomplete = true;
    }
}

void Fields::rest_into(std::initializer_list<Place> elements,
                       std::initializer_list<Renamed> renamed) {
    renamed_.insert(renamed_.end(), renamed.begin(), renamed.end());
    for (const YamlNode::Entry& entry : map_.entries) {
        if (is_asked(entry.key.text)) continue;
        bool found = false;
        const bool has_our_word = std::ranges::any_of(
            renamed_, [&](const Renamed& name) { return name.theirs == entry.key.text; });
        for (const Place& place : elements) {
            const auto* element = twiml::find_element(place.element);
            if (element == nullptr || has_our_word) break;
            const auto* attribute = twiml::find_attribute_by_flow_name(*element, entry.key.text);
            if (attribute == nullptr || attribute->is_callback) continue;
            read_attribute(reader_, entry, *attribute, *place.attributes);
            found = true;
            break;
        }
        if (!found) refuse(entry.key, {elements.begin(), elements.size()});
    }
}

void Fields::refuse(const YamlNode& key, std::span<const Place> elements) {
    reader_.draft.incomplete = true;
    // numDigits, as Twilio writes it, is num_digits in a flow.
    const std::string word = twiml::snake_case(key.text);
    for (const Renamed& name : renamed_) {
        if (name.theirs != word) continue;
        const std::string hint = name.ours.empty() ? "leave it out: the server sets it"
                                                   : fmt::format("write {} instead", name.ours);
        if (map_.find_entry(name.ours) == nullptr) forgive_missing(name.ours);
        reader_.report("SB105", key.span,
                       fmt::format("{} cannot be written in {}", quoted(key.text), what_), hint);
        return;
    }
    std::vector<std::string> candidates = asked_;
    for (const Place& place : elements) {
        const auto* element = twiml::find_element(place.element);
        if (element == nullptr) continue;
        const auto* attribute = twiml::find_attribute_by_flow_name(*element, word);
        if (attribute != nullptr && attribute->is_callback) {
            reader_.report("SB105", key.span,
                           fmt::format("{} cannot be written: callbacks are the server's business",
                                       quoted(key.text)),
                           "leave it out");
            return;
        }
        for (const auto& known : element->attributes) {
            if (!known.is_callback) candidates.push_back(twiml::snake_case(known.name));
        }
    }
    std::ranges::sort(asked_);
    const bool is_ours = std::ranges::count(candidates, word) != 0;
    const std::string near = is_ours ? word : config::did_you_mean(key.text, candidates);
    if (map_.find_entry(near) == nullptr) forgive_missing(near);
    reader_.report("SB105", key.span, fmt::format("{} has no key {}", what_, quoted(key.text)),
                   near.empty() ? "it has " + any_of(asked_) : meant(key.text, quoted(near)));
}

}  // namespace flows::load
