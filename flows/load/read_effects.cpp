// opt_out, opt_in, verify_start, verify_check, callback: the smaller things a call may ask of the
// world. Look-ups are read in read_http.cpp, messages in read_sms.cpp.
#include "flows/load/effect_fields.hpp"
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flows::load {
namespace {

// Twilio Verify: a code has 4 to 10 characters.
constexpr int shortest_code = 4;
constexpr int longest_code = 10;

// A token opens for 48 h, and so does the state in which a call back begins.
constexpr std::chrono::milliseconds shortest_within{60'000};
constexpr std::chrono::milliseconds longest_within{24 * 3'600'000};
constexpr int most_attempts = 10;

std::optional<StepWhat> read_consent(const Reader& reader, const YamlNode::Entry& entry, Step& step,
                                     bool opts_out) {
    if (!has_value(reader, entry, entry.key.text + ": \"{{ call.from }}\"")) return {};
    Consent consent{.opts_out = opts_out};
    const auto take = [&](const YamlNode& node) {
        if (auto number = read_phone(reader, node, "the number"))
            consent.number = std::move(*number);
    };
    if (!entry.value.is_map()) {
        take(entry.value);
        return consent;
    }
    Fields fields{reader, entry.value, entry.key.span, the_step(entry)};
    if (const YamlNode* number = fields.require("number", "write whose: \"{{ call.from }}\"")) {
        take(*number);
    }
    if (const YamlNode* otherwise = fields.find("otherwise")) {
        step.otherwise = read_place(reader, *otherwise, "otherwise");
    }
    fields.refuse_rest();
    return consent;
}

// The line in use is busy: a call to it would not ring.
bool is_line_in_use(const Text& number) {
    const Insert* value = only_insert(number);
    if (value == nullptr || value->value.top().operation != Operation::call_fact) return false;
    const CallFact fact = value->value.top().fact;
    return fact == CallFact::from || fact == CallFact::to;
}

void read_code(const Reader& reader, const YamlNode& node, VerifyCheck& check) {
    if (scalar(reader, node, "the code") == nullptr) return;
    check.code = read_text(reader, node, "the code");
    if (check.code.pieces.empty() && !node.text.empty()) return;  // told already
    const Insert* value = only_insert(check.code);
    if (value == nullptr) {
        reader.report("SB106", node.span, "the code is what the caller keyed",
                      "write \"{{ code }}\", a variable of the type secret digits(4-10)");
        return;
    }
    const Type& type = value->type;
    const bool may_be_code = type.kind == TypeKind::text ||
                             (type.kind == TypeKind::digits && type.at_most >= shortest_code &&
                              type.at_least <= longest_code);
    if (!may_be_code) {
        reader.report("SB501", node.span,
                      fmt::format("{} is no code: it is {}", node.text, to_text(type)),
                      "declare the variable as secret digits(4-10), or as long as your codes are");
    } else if (!type.secret) {
        reader.note("SB501", node.span,
                    fmt::format("{} is not secret, so that codes may reach logs", node.text),
                    "declare the variable as secret digits(4-10)");
    }
}

void read_queue(const Reader& reader, Fields& fields, CallBack& callback) {
    if (const YamlNode* queue = fields.find("queue")) {
        const std::string* name = scalar(reader, *queue, "the queue");
        if (name != nullptr && (name->empty() || name->find("{{") != std::string::npos)) {
            reader.report("SB106", queue->span, fmt::format("{} is no queue", quoted(*name)),
                          "write the name of a queue, as enqueue has it");
        } else if (name != nullptr) {
            callback.queue = *name;
        }
    }
    if (const YamlNode* keep = fields.find("keep_place")) {
        callback.keep_place = yes_or_no(reader, *keep, "keep_place").value_or(false);
        if (callback.keep_place && !fields.has("queue")) {
            reader.report("SB107", fields.owner(), "the step callback needs queue",
                          "write queue: and the line in which the place is kept");
        }
    }
}

void read_within(const Reader& reader, const YamlNode& node, CallBack& callback) {
    const auto length = duration(reader, node, "within");
    if (!length) return;
    if (*length < shortest_within || *length > longest_within || length->count() % 1000 != 0) {
        reader.report("SB106", node.span, fmt::format("within cannot be {}", node.text),
                      "it is 1m to 24h, in whole seconds");
        return;
    }
    callback.within = std::chrono::duration_cast<seconds>(*length);
}

}  // namespace

std::optional<StepWhat> read_opt_out(const Reader& reader, const YamlNode::Entry& entry,
                                     Step& step) {
    return read_consent(reader, entry, step, true);
}

std::optional<StepWhat> read_opt_in(const Reader& reader, const YamlNode::Entry& entry,
                                    Step& step) {
    return read_consent(reader, entry, step, false);
}

std::optional<StepWhat> read_verify_start(const Reader& reader, const YamlNode::Entry& entry,
                                          Step& step) {
    constexpr std::array<std::string_view, 4> keys{"to", "channel", "on", "otherwise"};
    const YamlNode* options =
        options_of(reader, entry, "verify_start: {to: \"{{ call.from }}\", otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step verify_start"};
    fields.expect(keys);
    VerifyStart start;
    const YamlNode* to = fields.require("to", "write who gets the code: \"{{ call.from }}\"");
    if (to != nullptr) {
        if (auto number = read_phone(reader, *to, "the recipient")) start.to = std::move(*number);
    }
    if (const YamlNode* channel = fields.find("channel")) {
        start.channel = one_word_of(reader, *channel, "the channel", {"sms", "call", "whatsapp"})
                            .value_or("sms");
    }
    if (start.channel == "call" && is_line_in_use(start.to)) {
        reader.report("SB808", to->span, "the call with the code would reach a line that is in use",
                      "text the code, with channel: sms, or call another number");
    }
    read_ways(reader, fields, step, start);
    fields.refuse_rest();
    return start;
}

std::optional<StepWhat> read_verify_check(const Reader& reader, const YamlNode::Entry& entry,
                                          Step& step) {
    constexpr std::array<std::string_view, 3> keys{"code", "on", "otherwise"};
    const YamlNode* options =
        options_of(reader, entry, "verify_check: {code: \"{{ code }}\", otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step verify_check"};
    fields.expect(keys);
    VerifyCheck check;
    if (const YamlNode* code =
            fields.require("code", "write what the caller keyed: \"{{ code }}\"")) {
        read_code(reader, *code, check);
    }
    read_ways(reader, fields, step, check);
    fields.refuse_rest();
    return check;
}

std::optional<StepWhat> read_callback(const Reader& reader, const YamlNode::Entry& entry,
                                      Step& step) {
    constexpr std::array<std::string_view, 8> keys{"number", "go",       "queue", "keep_place",
                                                   "within", "attempts", "on",    "otherwise"};
    const YamlNode* options = options_of(
        reader, entry, "callback: {number: \"{{ call.from }}\", go: state, otherwise: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step callback"};
    fields.expect(keys);
    CallBack callback;
    if (const YamlNode* number =
            fields.require("number", "write whom to call: \"{{ call.from }}\" is the caller")) {
        if (auto read = read_phone(reader, *number, "the number"))
            callback.number = std::move(*read);
    }
    std::optional<Target> begins;
    if (const YamlNode* go = fields.require("go", "write the state where that call begins")) {
        begins = read_place(reader, *go, "go", {.next = false, .again = false});
    }
    read_queue(reader, fields, callback);
    if (const YamlNode* within = fields.find("within")) read_within(reader, *within, callback);
    if (const YamlNode* attempts = fields.find("attempts")) {
        callback.attempts =
            whole_number(reader, *attempts, "attempts", 1, most_attempts).value_or(2);
    }
    read_ways(reader, fields, step, callback);
    fields.refuse_rest();
    if (!begins) return {};
    callback.go = *begins;
    return callback;
}

}  // namespace flows::load
