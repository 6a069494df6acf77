// dial, record, redirect, hangup, reject: what a telephone does.
#include "flows/load/expression_types.hpp"
#include "flows/load/step_readers.hpp"
#include "twiml/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

// Twilio rings at most so many at once.
constexpr std::size_t most_nouns = 10;

struct Noun {
    std::string_view key{};
    NounKind kind{};
    std::string_view element{};
};
constexpr std::array nouns{Noun{"number", NounKind::number, "Number"},
                           Noun{"client", NounKind::client, "Client"},
                           Noun{"sip", NounKind::sip, "Sip"}};
constexpr std::array<std::string_view, 4> later_nouns{"sim", "conference", "queue", "application"};

// Why a written address is none; empty: it is one.
std::string wrong_address(NounKind kind, const std::string& address) {
    switch (kind) {
    case NounKind::number: {
        Type phone;
        phone.kind = TypeKind::phone;
        return convert(address, phone) ? "" : "write it with + and country code: \"+12025550100\"";
    }
    case NounKind::client:
        return address.size() <= 256 ? "" : "a client's name has at most 256 characters";
    case NounKind::sip:
        if (!address.starts_with("sip:") && !address.starts_with("sips:")) {
            return "write it as sip:name@example.com";
        }
        return address.size() <= 255 ? "" : "a SIP address has at most 255 characters";
    }
    return {};
}

void read_address(const Reader& reader, const YamlNode& node, const Noun& noun, Dial& dial) {
    if (scalar(reader, node, noun.key) == nullptr) return;
    DialNoun called{noun.kind, read_text(reader, node, noun.key), false};
    called.from_caller = reads_caller(called.address);
    if (called.address.is_constant()) {
        const std::string& address = called.address.constant();
        if (address.empty() && reader.draft.incomplete) return;  // told already
        const std::string wrong =
            address.empty() ? "write whom to call" : wrong_address(noun.kind, address);
        if (!wrong.empty()) {
            reader.report("SB106", node.span,
                          fmt::format("{} is no {} to call", quoted(node.text),
                                      noun.key == "sip" ? "SIP address" : noun.key),
                          braces_or(reader, address, wrong));
            return;
        }
    } else if (const Insert* value = only_insert(called.address)) {
        switch (value->type.kind) {
        case TypeKind::text:
        case TypeKind::digits:
        case TypeKind::phone:
        case TypeKind::one_of:
        case TypeKind::party:
            break;
        case TypeKind::url:
            if (noun.kind == NounKind::sip) break;
            [[fallthrough]];
        default:
            reader.report(
                "SB501", node.span,
                fmt::format("{} cannot be called: it is {}", node.text, to_text(value->type)),
                "write a phone number, or a variable or setting of the type phone");
            return;
        }
    }
    dial.nouns.push_back(std::move(called));
}

// What the called see. A number is called from a number, or from a client of the account; clients
// and SIP addresses may be told any name. Source: Twilio, "TwiML Voice: Dial", callerId.
Text read_caller_id(const Reader& reader, const YamlNode& node, const Noun* noun) {
    Text caller = read_text(reader, node, "caller_id");
    const auto refuse = [&](std::string_view hint) {
        reader.report("SB106", node.span,
                      fmt::format("{} is no number to call from", quoted(node.text)),
                      braces_or(reader, node.text, hint));
    };
    if (const Insert* value = only_insert(caller); value != nullptr) {
        if (!is_text_like(value->type) || value->type.kind == TypeKind::url) {
            refuse("insert a phone number, such as a setting of the type phone");
        }
    } else if (caller.is_constant() && !caller.pieces.empty()) {
        const std::string& name = caller.constant();
        if (name.find(' ') != std::string::npos) {
            refuse("write it without blanks: \"+12025550100\"");
        } else if (noun != nullptr && noun->kind == NounKind::number &&
                   !name.starts_with("client:")) {
            const std::string wrong = wrong_address(NounKind::number, name);
            if (!wrong.empty()) refuse(wrong);
        }
    }
    return caller;
}

// The one noun of the step, or null: nothing can be said of where it leads.
const Noun* read_nouns(const Reader& reader, Fields& fields, const YamlNode& options, Dial& dial) {
    const Noun* found = nullptr;
    bool later = false;
    for (const YamlNode::Entry& entry : options.entries) {
        const std::string& key = entry.key.text;
        later = later || std::ranges::count(later_nouns, key) != 0;
        const auto* noun = std::ranges::find(nouns, key, &Noun::key);
        if (noun == nouns.end()) continue;
        const YamlNode* value = fields.find(key);
        if (found != nullptr) {
            reader.report("SB106", entry.key.span,
                          fmt::format("a dial calls {} or {}, not both", found->key, key),
                          "write two steps, or keep one of the two");
            continue;
        }
        found = noun;
        if (value == nullptr) continue;
        if (value->is_list() && !value->items.empty()) {
            for (const YamlNode& item : value->items)
                read_address(reader, item, *noun, dial);
            if (value->items.size() > most_nouns) {
                reader.report("SB106", value->span,
                              fmt::format("a dial calls at most {} at once", most_nouns),
                              "leave some out");
            }
        } else {
            read_address(reader, *value, *noun, dial);
        }
    }
    fields.not_built({"sim", "conference", "queue", "application", "wait"});
    if (found == nullptr && !later) {
        reader.report("SB107", fields.owner(), "the step dial needs somebody to call",
                      "write number, client or sip");
    }
    return found;
}

std::string read_record_value(const Reader& reader, const YamlNode& node) {
    const std::string* text = scalar(reader, node, "record");
    if (text == nullptr) return {};
    if (*text == "true") return "record-from-answer";
    if (*text == "false") return "do-not-record";
    return attribute_value(reader, node, "record", "Dial", "record").value_or("");
}

// {stored: state, transcribed: state}
void read_later(const Reader& reader, Fields& fields, Record& record) {
    constexpr seconds longest_transcribed{120};
    if (const YamlNode* node = fields.find("transcribe")) {
        record.transcribe = yes_or_no(reader, *node, "transcribe").value_or(false);
        if (record.transcribe && record.max_length > longest_transcribed) {
            reader.report("SB106", fields.key_span("transcribe"),
                          "Twilio transcribes messages of up to 2m", "write max_length: 2m");
        }
    }
    const YamlNode* node = fields.find("later");
    if (node == nullptr) return;
    if (!node->is_map() || node->entries.empty()) {
        reader.report("SB106", node->span, "later is a map from what happens to silent states",
                      "write {stored: state} or {transcribed: state}");
        reader.draft.incomplete = true;
        return;
    }
    Fields later{reader, *node, fields.key_span("later"), "later"};
    if (const YamlNode* state = later.find("stored")) {
        record.stored = Later{read_own_state(reader, *state, "stored"), {}};
    }
    if (const YamlNode* state = later.find("transcribed")) {
        record.transcribed = Later{read_own_state(reader, *state, "transcribed"), {}};
        if (!record.transcribe) {
            reader.report("SB304", later.key_span("transcribed"),
                          "this recording is not transcribed",
                          "write transcribe: true, or leave transcribed out");
        }
    }
    later.refuse_rest();
}

// Twilio knows more URLs than `http` does: with a password, or with overrides behind a #.
void check_whole_url(const Reader& reader, const YamlNode& node, const Text& url) {
    if (url.pieces.empty()) return;  // told already
    const char* const hint = "begin it with https:// and a host, or with a setting of the type url";
    if (const auto* value = std::get_if<Insert>(&url.pieces.front())) {
        if (value->type.kind == TypeKind::url) return;
        reader.report("SB501", node.span,
                      fmt::format("the URL begins with a value that is {}", to_text(value->type)),
                      hint);
        return;
    }
    const auto& begin = std::get<std::string>(url.pieces.front());
    if (!begin.starts_with("https://") && !begin.starts_with("http://")) {
        reader.report("SB106", node.span, fmt::format("{} is no URL", quoted(node.text)), hint);
    } else if (begin.find(' ') != std::string::npos) {
        reader.report("SB106", node.span, "the URL cannot hold \" \"",
                      "percent-encode it, such as %20 for a blank");
    }
}

}  // namespace

std::optional<StepWhat> read_dial(const Reader& reader, const YamlNode::Entry& entry, Step& step) {
    const YamlNode* options = options_of(reader, entry, "dial: {number: \"+12025550100\"}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step dial"};
    Dial dial;
    const Noun* noun = read_nouns(reader, fields, *options, dial);
    if (const YamlNode* node = fields.find("order")) {
        dial.one_by_one =
            one_word_of(reader, *node, "order", {"together", "one_by_one"}) == "one_by_one";
    }
    if (const YamlNode* node = fields.find("timeout")) {
        dial.timeout =
            whole_seconds(reader, *node, "the timeout", "Dial", "timeout").value_or(seconds{30});
    }
    if (const YamlNode* node = fields.find("whisper")) {
        dial.whisper = read_words(reader, *node, "the whisper");
    }
    if (const YamlNode* node = fields.find("screen")) {
        dial.screen = read_words(reader, *node, "the screen");
    }
    if (const YamlNode* node = fields.find("caller_id")) {
        dial.caller_id = read_caller_id(reader, *node, noun);
    }
    if (const YamlNode* node = fields.find("record")) {
        dial.record = read_record_value(reader, *node);
    }
    if (const YamlNode* node = fields.find("time_limit")) {
        dial.time_limit = whole_seconds(reader, *node, "the time limit", "Dial", "timeLimit");
    }
    if (const YamlNode* node = fields.find("hang_up_on_star")) {
        dial.hang_up_on_star = yes_or_no(reader, *node, "hang_up_on_star").value_or(false);
    }
    if (const YamlNode* node = fields.find("ring")) {
        dial.ring = attribute_value(reader, *node, "ring", "Dial", "ringTone").value_or("");
    }
    if (noun == nullptr) {  // the rest would be guesswork
        return {};
    }
    read_ways(reader, fields, step, dial);
    fields.rest_into({{"Dial", &dial.extra}, {noun->element, &dial.noun_extra}},
                     {{"sequential", "order: one_by_one"},
                      {"hangup_on_star", "hang_up_on_star"},
                      {"ring_tone", "ring"}});
    return dial;
}

std::optional<StepWhat> read_record(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& step) {
    const YamlNode* options = options_of(reader, entry, "record: {max_length: 2m}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step record"};
    Record record;
    if (const YamlNode* node = fields.require("max_length", "write the longest message, as 2m")) {
        record.max_length =
            whole_seconds(reader, *node, "the longest message", "Record", "maxLength")
                .value_or(seconds{120});
    }
    if (const YamlNode* node = fields.find("silence")) {
        record.silence =
            whole_seconds(reader, *node, "the silence", "Record", "timeout").value_or(seconds{5});
    }
    if (const YamlNode* node = fields.find("finish_on")) {
        record.finish_on =
            attribute_value(reader, *node, "finish_on", "Record", "finishOnKey").value_or("");
    }
    if (const YamlNode* node = fields.find("beep")) {
        if (const auto beep = yes_or_no(reader, *node, "beep")) {
            record.extra.push_back({"playBeep", Text{{*beep ? "true" : "false"}, node->span}});
        }
    }
    if (const YamlNode* node = fields.find("save")) {
        record.save = find_variable(reader, *node, "save");
        Type recording;
        recording.kind = TypeKind::recording;
        if (record.save >= 0) {
            const Variable& variable =
                reader.draft.flow.variables[static_cast<std::size_t>(record.save)];
            if (variable.type.kind != TypeKind::recording) {
                reader.report("SB501", node->span,
                              fmt::format("{} is {}, not a recording", quoted(variable.name),
                                          to_text(variable.type)),
                              "declare a variable of the type recording");
            }
        }
    }
    read_later(reader, fields, record);
    read_ways(reader, fields, step, record);
    fields.rest_into(
        {{"Record", &record.extra}},
        {{"timeout", "silence"}, {"finish_on_key", "finish_on"}, {"play_beep", "beep"}});
    return record;
}

std::optional<StepWhat> read_redirect(const Reader& reader, const YamlNode::Entry& entry,
                                      Step& /*step*/) {
    if (!has_value(reader, entry, "redirect: https://example.com/voice")) return {};
    Redirect redirect;
    const auto read_url = [&](const YamlNode& node) {
        redirect.url = read_text(reader, node, "the URL");
        if (node.is_scalar()) check_whole_url(reader, node, redirect.url);
    };
    if (!entry.value.is_map()) {
        read_url(entry.value);
        return redirect;
    }
    Fields fields{reader, entry.value, entry.key.span, "the step redirect"};
    if (const YamlNode* url = fields.require("url", "write the URL that goes on with the call")) {
        read_url(*url);
    }
    if (const YamlNode* method = fields.find("method")) {
        redirect.method = one_word_of(reader, *method, "method", {"GET", "POST"}).value_or("POST");
    }
    fields.refuse_rest();
    return redirect;
}

std::optional<StepWhat> read_hangup(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& /*step*/) {
    if (!entry.value.is_null()) {
        reader.report("SB106", entry.value.span, "hangup takes no value", "write only hangup");
    }
    return Hangup{};
}

std::optional<StepWhat> read_reject(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& /*step*/) {
    Reject reject;
    if (entry.value.is_null()) return reject;
    reject.reason =
        one_word_of(reader, entry.value, "reject", {"busy", "rejected"}).value_or("rejected");
    return reject;
}

}  // namespace flows::load
