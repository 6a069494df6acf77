#include "flows/engine/event.hpp"

#include <array>

namespace flows {
namespace {

struct Named {
    EventName name;
    std::string_view text;
};
constexpr std::array names{
    Named{EventName::gather, "gather"},     Named{EventName::noinput, "noinput"},
    Named{EventName::dial, "dial"},         Named{EventName::record, "record"},
    Named{EventName::empty, "empty"},       Named{EventName::go, "go"},
    Named{EventName::whisper, "whisper"},   Named{EventName::screen, "screen"},
    Named{EventName::screened, "screened"}, Named{EventName::wait, "wait"},
    Named{EventName::queue, "queue"},       Named{EventName::waiting, "waiting"},
    Named{EventName::stored, "stored"},     Named{EventName::transcribed, "transcribed"},
};

constexpr std::string_view hung_up_digits = "hangup";  // what <Record> reports as Digits

// Keys that were pressed, or empty: none, or the word that says the caller hung up.
std::string_view keys(const twiml::VoiceRequest& request) {
    const std::string_view digits = request.digits.value_or(std::string_view{});
    return digits == hung_up_digits ? std::string_view{} : digits;
}

Event gathered(const twiml::VoiceRequest& request) {
    if (const auto digits = keys(request); !digits.empty()) return Keyed{digits};
    if (request.speech && !request.speech->empty()) {
        return Spoke{*request.speech, request.confidence};
    }
    return NoInput{};
}

// The sid of `prefix` that stands in a URL of the REST API, or empty.
std::string_view sid_in(std::string_view url, std::string_view folder) {
    const std::size_t at = url.find(folder);
    return at == std::string_view::npos ? std::string_view{} : url.substr(at + folder.size(), 34);
}

// Both sids of the recording that a webhook tells of, or nothing.
struct Sids {
    std::string_view account{}, recording{};
};
std::optional<Sids> recording_sids(const twiml::VoiceRequest& request) {
    Sids sids;
    if (request.recording_sid) {
        sids.recording = request.recording_sid->str();
    } else {
        const auto sid = sid_in(request.recording_url, "/Recordings/");
        if (twiml::RecordingSid::parse(sid)) sids.recording = sid;
    }
    if (request.account_sid) {
        sids.account = request.account_sid->str();
    } else {
        const auto sid = sid_in(request.recording_url, "/Accounts/");
        if (twiml::AccountSid::parse(sid)) sids.account = sid;
    }
    if (sids.recording.empty() || sids.account.empty()) return std::nullopt;
    return sids;
}

Event recording(const twiml::VoiceRequest& request) {
    const auto duration = request.recording_duration.value_or(std::chrono::seconds{0});
    const auto sids = recording_sids(request);
    if (!sids || request.recording_duration == std::chrono::seconds{0}) return NothingRecorded{};
    return Recorded{sids->account, sids->recording, duration};
}

// Twilio tells of every status of a recording that is asked for; it is kept when it is `completed`.
Event stored(const twiml::VoiceRequest& request) {
    const auto sids = recording_sids(request);
    const bool is_kept =
        request.recording_status.empty() || request.recording_status == "completed";
    if (!sids || !is_kept) return NothingRecorded{};
    return Stored{sids->account, sids->recording,
                  request.recording_duration.value_or(std::chrono::seconds{0})};
}

Event transcribed(const twiml::VoiceRequest& request) {
    const auto sids = recording_sids(request);
    if (!sids) return NothingRecorded{};
    return Transcribed{sids->account, sids->recording, request.transcription_text};
}

Event dial_end(const twiml::VoiceRequest& request) {
    // Without a status there is only the bridge to tell.
    const auto unsaid = request.dial_bridged.value_or(false) ? twiml::DialStatus::completed
                                                             : twiml::DialStatus::failed;
    return DialEnded{request.dial_status.value_or(unsaid), request.dial_bridged,
                     request.dial_duration.value_or(std::chrono::seconds{0})};
}

// Source: Twilio, <Enqueue>, "QueueResult".
struct QueueResult {
    std::string_view word;
    QueueEnded::How how;
};
constexpr std::array queue_results{
    QueueResult{"bridged", QueueEnded::How::bridged},
    QueueResult{"bridging-in-process", QueueEnded::How::bridged},
    QueueResult{"leave", QueueEnded::How::left},
    QueueResult{"queue-full", QueueEnded::How::full},
    QueueResult{"error", QueueEnded::How::failed},
    QueueResult{"system-error", QueueEnded::How::failed},
    QueueResult{"hangup", QueueEnded::How::gone},
    QueueResult{"redirected", QueueEnded::How::elsewhere},
    QueueResult{"redirected-from-bridged", QueueEnded::How::elsewhere},
};

Event queue_end(const twiml::VoiceRequest& request) {
    QueueEnded ended;
    if (request.queue_time) ended.waited = std::chrono::seconds{*request.queue_time};
    for (const QueueResult& result : queue_results) {
        if (result.word == request.queue_result) ended.how = result.how;
    }
    return ended;
}

Event in_line(const twiml::VoiceRequest& request) {
    Event said = gathered(request);
    if (!std::holds_alternative<NoInput>(said)) return said;
    return WaitsInLine{request.queue_position, request.queue_size, request.queue_time,
                       request.average_queue_time};
}

Event event_of(EventName name, const twiml::VoiceRequest& request) {
    switch (name) {
    case EventName::gather:
        return gathered(request);
    case EventName::noinput:
        return NoInput{};
    case EventName::dial:
        return dial_end(request);
    case EventName::record:
        return recording(request);
    case EventName::empty:
        return NothingRecorded{};
    case EventName::go:
    case EventName::wait:
        return Continued{};
    case EventName::whisper:
    case EventName::screen:
        return LegAnswered{};
    case EventName::screened:
        return LegKeyed{keys(request)};
    case EventName::queue:
        return queue_end(request);
    case EventName::waiting:
        return in_line(request);
    case EventName::stored:
        return stored(request);
    case EventName::transcribed:
        return transcribed(request);
    }
    return Continued{};
}

}  // namespace

std::string_view to_text(EventName name) {
    for (const Named& named : names) {
        if (named.name == name) return named.text;
    }
    return {};
}

std::optional<EventName> parse_event_name(std::string_view text) {
    for (const Named& named : names) {
        if (named.text == text) return named.name;
    }
    return std::nullopt;
}

bool is_silent(EventName name) {
    return name == EventName::stored || name == EventName::transcribed;
}

Happened what_happened(EventName name, const twiml::VoiceRequest& request) {
    // A final status of a leg that the call made says nothing of the caller.
    const bool is_over = twiml::is_final(request.status) && !request.parent_call_sid;
    Event event = event_of(name, request);
    const auto* queue = std::get_if<QueueEnded>(&event);
    const bool has_left = queue != nullptr && queue->how == QueueEnded::How::gone;
    return {event, is_over || has_left || is_silent(name) || request.digits == hung_up_digits};
}

}  // namespace flows
