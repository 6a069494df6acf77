// enqueue, leave: waiting in line.
#include "flows/load/step_readers.hpp"

#include <fmt/format.h>

namespace flows::load {
namespace {

constexpr std::size_t longest_name = 64;  // Twilio's bound

Text read_queue_name(const Reader& reader, const YamlNode& node) {
    Text name = read_text(reader, node, "the queue");
    if (name.is_constant() && name.constant().size() > longest_name) {
        reader.report("SB106", node.span,
                      fmt::format("a queue's name has at most {} characters", longest_name),
                      "shorten it");
    }
    return name;
}

}  // namespace

std::optional<StepWhat> read_enqueue(const Reader& reader, const YamlNode::Entry& entry,
                                     Step& step) {
    const YamlNode* options = options_of(reader, entry, "enqueue: {queue: sales, wait: state}");
    if (options == nullptr) return {};
    Fields fields{reader, *options, entry.key.span, "the step enqueue"};
    Enqueue enqueue;
    if (const YamlNode* node = fields.require("queue", "write the name of the line")) {
        enqueue.queue = read_queue_name(reader, *node);
    }
    if (const YamlNode* node = fields.find("wait")) {
        enqueue.wait = read_own_state(reader, *node, "wait");
    }
    if (const YamlNode* node = fields.find("max_wait")) {
        if (const auto longest = duration(reader, *node, "max_wait")) {
            enqueue.max_wait = std::chrono::ceil<seconds>(*longest);
        }
        if (!fields.has("wait")) {
            reader.report("SB107", fields.key_span("max_wait"),
                          "max_wait needs wait: it is looked at each time the wait has run out",
                          "write wait, and the state that is heard meanwhile");
        }
    }
    read_ways(reader, fields, step, enqueue);
    fields.rest_into(
        {{"Enqueue", &enqueue.extra}},
        {{"name", "queue"}, {"wait_url", "wait"}, {"wait_url_method", ""}, {"workflow_sid", ""}});
    return enqueue;
}

std::optional<StepWhat> read_leave(const Reader& reader, const YamlNode::Entry& entry,
                                   Step& /*step*/) {
    if (!entry.value.is_null()) {
        reader.report("SB106", entry.value.span, "leave takes no value", "write only leave");
    }
    return Leave{};
}

}  // namespace flows::load
