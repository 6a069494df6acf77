// sms: a text message, or one of a template, by SMS or WhatsApp.
#include "config/utf8.hpp"
#include "flows/load/effect_fields.hpp"
#include "flows/load/message_texts.hpp"
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

constexpr std::array<std::string_view, 8> sms_keys{"to",    "text", "template", "via",
                                                   "media", "from", "on",       "otherwise"};

// Twilio, "Messages resource": Body, and MediaUrl.
constexpr std::size_t longest_message = 1'600;  // characters
constexpr std::size_t most_media = 10;

void append(Text& text, const Text& more) {
    for (const auto& piece : more.pieces) {
        auto* before =
            text.pieces.empty() ? nullptr : std::get_if<std::string>(&text.pieces.back());
        const auto* plain = std::get_if<std::string>(&piece);
        if (before != nullptr && plain != nullptr) {
            *before += *plain;
        } else {
            text.pieces.push_back(piece);
        }
    }
}

// What words of text alone say; nothing where they play or pause, or are marked up.
std::optional<Text> as_text(const std::vector<Word>& words, const Span& span) {
    Text text{{}, span};
    for (const Word& word : words) {
        const auto* spoken = std::get_if<Spoken>(&word);
        if (spoken == nullptr || spoken->ssml) return {};
        if (!text.pieces.empty()) append(text, Text{{std::string{" "}}, span});
        append(text, spoken->text);
    }
    return text;
}

std::size_t fixed_characters(const Text& text) {
    std::size_t count = 0;
    for (const auto& piece : text.pieces) {
        if (const auto* plain = std::get_if<std::string>(&piece))
            count += config::count_characters(*plain);
    }
    return count;
}

std::vector<Text> read_message(const Reader& reader, const YamlNode& node) {
    const Words words = read_words(reader, node, "the message");
    std::vector<Text> texts;
    for (const std::vector<Word>& language : words.by_language) {
        auto text = as_text(language, node.span);
        if (!text) {
            reader.report("SB106", node.span, "a message holds nothing but text",
                          "leave out what is played, paused or marked up");
            return {};
        }
        if (fixed_characters(*text) > longest_message) {
            reader.report("SB106", node.span,
                          fmt::format("a message has at most {} characters", longest_message),
                          "say it shorter, or text a link");
            return {};
        }
        texts.push_back(std::move(*text));
    }
    return texts;
}

bool is_value_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

void read_template_values(const Reader& reader, const YamlNode& values, Sms& sms) {
    if (!values.is_map() || values.entries.empty()) {
        reader.report("SB106", values.span, "values are a map from the template's names to texts",
                      "write {\"1\": text}");
        return;
    }
    for (const YamlNode::Entry& entry : values.entries) {
        const std::string& name = entry.key.text;
        if (!is_value_name(name)) {
            reader.report("SB106", entry.key.span,
                          fmt::format("{} is no name of a template's value", quoted(name)),
                          "write it as the template has it between its braces: \"1\"");
        } else if (entry.value.is_null()) {
            reader.report("SB106", entry.key.span, fmt::format("{} has no value", name),
                          "write the text behind it");
        } else {
            sms.template_values.emplace_back(name, read_text(reader, entry.value, name));
        }
    }
}

void read_template(const Reader& reader, const YamlNode& node, Sms& sms) {
    const YamlNode* sid = &node;
    if (node.is_map()) {
        Fields fields{reader, node, node.span, "the template"};
        sid = fields.require("sid", "write the template's sid, HX and 32 letters and digits");
        if (const YamlNode* values = fields.find("values")) {
            read_template_values(reader, *values, sms);
        }
        fields.refuse_rest();
    }
    if (sid == nullptr || scalar(reader, *sid, "the template") == nullptr) return;
    if (!is_sid(sid->text, "HX")) {
        reader.report("SB106", sid->span, fmt::format("{} is no template", quoted(sid->text)),
                      "write its sid as Twilio's console has it: HX and 32 letters and digits");
        return;
    }
    sms.template_sid = sid->text;
}

void read_media(const Reader& reader, const YamlNode& node, Sms& sms) {
    const auto take = [&](const YamlNode& item) {
        if (auto url = read_web_url(reader, item, "the media's URL")) {
            sms.media.push_back(std::move(*url));
        }
    };
    if (!node.is_list()) return take(node);
    for (const YamlNode& item : node.items)
        take(item);
    if (node.items.size() > most_media) {
        reader.report("SB106", node.span,
                      fmt::format("a message carries at most {} media", most_media),
                      "leave some out");
    }
}

void read_sender(const Reader& reader, const YamlNode& node, Sms& sms) {
    if (node.is_scalar() && is_sid(node.text, "MG")) {
        sms.from = Text{{node.text}, node.span};
        return;
    }
    if (node.is_scalar() && node.text.starts_with("MG")) {
        reader.report("SB106", node.span,
                      fmt::format("{} is no messaging service", quoted(node.text)),
                      "its sid is MG and 32 letters and digits");
        return;
    }
    sms.from = read_phone(reader, node, "the sender");
}

// One of text and template; for WhatsApp both: the template speaks where the text may not.
void read_content(const Reader& reader, Fields& fields, Sms& sms) {
    const YamlNode* text = fields.find("text");
    const YamlNode* approved = fields.find("template");
    if (text != nullptr) {
        sms.text = read_message(reader, *text);
        // WhatsApp knows no segments.
        if (!sms.whatsapp) check_message_texts(reader, *text, sms.text);
    }
    if (approved != nullptr) read_template(reader, *approved, sms);
    const bool has_text = fields.has("text");
    const bool has_template = fields.has("template");
    if (!has_text && !has_template) {
        reader.report("SB107", fields.owner(), "the step sms needs text",
                      "write text: and the message, or template: and the sid of an approved one");
    } else if (has_text && has_template && !sms.whatsapp) {
        const Span at_text = fields.key_span("text");
        const Span at_template = fields.key_span("template");
        reader.report("SB106", at_text.begin < at_template.begin ? at_template : at_text,
                      "an SMS is a text or a template, not both",
                      "keep one of the two; with via: whatsapp both make sense");
    } else if (has_text && !has_template && sms.whatsapp) {
        reader.note("SB107", fields.owner(),
                    "WhatsApp takes this text only within 24 hours of the person's last message, "
                    "and refuses it later",
                    "write template: beside it, which is sent then");
    }
}

}  // namespace

std::optional<StepWhat> read_sms(const Reader& reader, const YamlNode::Entry& entry, Step& step) {
    const YamlNode* options = options_of(
        reader, entry, "sms: {to: \"{{ call.from }}\", text: Thank you., otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step sms"};
    fields.expect(sms_keys);
    Sms sms;
    if (const YamlNode* to =
            fields.require("to", "write who gets it; \"{{ call.from }}\" is the caller")) {
        if (auto number = read_phone(reader, *to, "the recipient")) sms.to = std::move(*number);
    }
    if (const YamlNode* via = fields.find("via")) {
        sms.whatsapp = one_word_of(reader, *via, "via", {"sms", "whatsapp"}) == "whatsapp";
    }
    read_content(reader, fields, sms);
    if (const YamlNode* media = fields.find("media")) read_media(reader, *media, sms);
    if (const YamlNode* from = fields.find("from")) read_sender(reader, *from, sms);
    read_ways(reader, fields, step, sms);
    fields.rest_into({}, {{"body", "text"}, {"media_url", "media"}});
    return sms;
}

}  // namespace flows::load
