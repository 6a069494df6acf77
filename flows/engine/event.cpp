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

Event recording(const twiml::VoiceRequest& request) {
    if (request.recording_duration == std::chrono::seconds{0}) return NothingRecorded{};
    Recorded recorded{.duration = request.recording_duration.value_or(std::chrono::seconds{0})};
    if (request.recording_sid) {
        recorded.recording_sid = request.recording_sid->str();
    } else {
        const auto sid = sid_in(request.recording_url, "/Recordings/");
        if (twiml::RecordingSid::parse(sid)) recorded.recording_sid = sid;
    }
    if (request.account_sid) {
        recorded.account_sid = request.account_sid->str();
    } else {
        const auto sid = sid_in(request.recording_url, "/Accounts/");
        if (twiml::AccountSid::parse(sid)) recorded.account_sid = sid;
    }
    if (recorded.recording_sid.empty() || recorded.account_sid.empty()) return NothingRecorded{};
    return recorded;
}

Event dial_end(const twiml::VoiceRequest& request) {
    // Without a status there is only the bridge to tell.
    const auto unsaid = request.dial_bridged.value_or(false) ? twiml::DialStatus::completed
                                                             : twiml::DialStatus::failed;
    return DialEnded{request.dial_status.value_or(unsaid), request.dial_bridged,
                     request.dial_duration.value_or(std::chrono::seconds{0})};
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

Happened what_happened(EventName name, const twiml::VoiceRequest& request) {
    // A final status of a leg that the call made says nothing of the caller.
    const bool is_over = twiml::is_final(request.status) && !request.parent_call_sid;
    return {event_of(name, request), is_over || request.digits == hung_up_digits};
}

}  // namespace flows
