#include "flows/engine/turn.hpp"

namespace flows {

namespace {

// A callback that comes minutes later, on nobody's line, to the values as they are now.
twiml::UrlHole later_hole(Turn& turn, const Later& later, EventName event, Aside where,
                          Awaiting awaiting) {
    CallState silent = aside(turn, where, awaiting);
    carry(silent, later.facts, turn);
    turn.reply.states.push_back(std::move(silent));
    // The call's own state will stand in front of them.
    return hole(turn, event, static_cast<int>(turn.reply.states.size()));
}

}  // namespace

void run(Turn& turn, const Step& step, const Record& record) {
    if (turn.gone) return nobody_left(turn);
    twiml::Element verb{.name = "Record"};
    put(verb, "maxLength", std::to_string(record.max_length.count()));
    put(verb, "timeout", std::to_string(record.silence.count()));
    put(verb, "finishOnKey", record.finish_on);
    if (!put(verb, record.extra, turn)) return fail(turn, step);
    verb.attributes.push_back({"action", hole(turn, EventName::record)});
    if (record.stored) {
        verb.attributes.push_back(
            {"recordingStatusCallback",
             later_hole(turn, *record.stored, EventName::stored, Aside::stored, Awaiting::stored)});
    }
    if (record.transcribe) put(verb, "transcribe", "true");
    if (record.transcribed) {
        verb.attributes.push_back(
            {"transcribeCallback", later_hole(turn, *record.transcribed, EventName::transcribed,
                                              Aside::transcribed, Awaiting::transcribed)});
    }
    Nodes verbs;
    verbs.emplace_back(std::move(verb));
    verbs.push_back(redirect_to(hole(turn, EventName::empty)));
    if (!add(turn, step, std::move(verbs))) return;
    take(turn, step, {});
    rest(turn, Awaiting::recording);
}

void recorded(Turn& turn, const Step& step, const Record& record, const Event& event) {
    const auto* message = std::get_if<Recorded>(&event);
    if (!message) return follow(turn, step, "empty");
    if (record.save >= 0) {
        top(turn).variables[static_cast<std::size_t>(record.save)] =
            Recording{std::string{message->account_sid}, std::string{message->recording_sid},
                      message->duration};
    }
    follow(turn, step, "recorded");
}

}  // namespace flows
