#include "twiml/voice_request.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <cstdint>

namespace twiml {
namespace {

using namespace std::string_view_literals;

struct StatusWord {
    CallStatus status{};
    std::string_view text{};
};
constexpr std::array status_words{
    StatusWord{CallStatus::queued, "queued"},
    StatusWord{CallStatus::initiated, "initiated"},
    StatusWord{CallStatus::ringing, "ringing"},
    StatusWord{CallStatus::in_progress, "in-progress"},
    StatusWord{CallStatus::completed, "completed"},
    StatusWord{CallStatus::busy, "busy"},
    StatusWord{CallStatus::failed, "failed"},
    StatusWord{CallStatus::no_answer, "no-answer"},
    StatusWord{CallStatus::canceled, "canceled"},
};

// What networks send in place of a number that its owner hides.
constexpr std::array withheld_words{
    "anonymous"sv,   "unknown"sv, "restricted"sv, "private"sv,
    "unavailable"sv, "blocked"sv, "withheld"sv,   "no caller id"sv,
};
// The same words keyed on a telephone, which Twilio hands on as numbers: ANONYMOUS, UNAVAILABLE,
// RESTRICTED (correctly keyed, and as Twilio's help page spells it), BLOCKED, UNKNOWN, PRIVATE, and
// two short ones that page lists. Source: Twilio Help, "Why am I getting calls from these strange
// numbers?".
constexpr std::array withheld_numbers{
    "266696687"sv, "86282452253"sv, "7378742833"sv, "7378742883"sv, "2562533"sv,
    "8656696"sv,   "7748483"sv,     "8566"sv,       "464"sv,
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool starts_ignoring_case(std::string_view text, std::string_view beginning) {
    return equal_ignoring_case(text.substr(0, beginning.size()), beginning);
}

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_withheld_word(std::string_view text) {
    return std::ranges::any_of(withheld_words,
                               [text](auto word) { return equal_ignoring_case(text, word); });
}

Party::Kind kind_of(std::string_view text) {
    using enum Party::Kind;
    if (text.starts_with('+')) {
        const std::string_view digits = text.substr(1);
        if (std::ranges::find(withheld_numbers, digits) != withheld_numbers.end()) return withheld;
        return E164::parse(text) ? number : withheld;
    }
    for (const std::string_view scheme : {"sip:"sv, "sips:"sv}) {
        if (!starts_ignoring_case(text, scheme)) continue;
        const std::string_view user = text.substr(scheme.size());
        // RFC 3323, 4.1.1.3: sip:anonymous@anonymous.invalid hides who calls.
        return is_withheld_word(user.substr(0, user.find('@'))) ? withheld : sip;
    }
    if (starts_ignoring_case(text, "client:") || starts_ignoring_case(text, "whatsapp:"))
        return client;
    return text.size() >= 3 && text.size() <= 8 && all_digits(text) ? short_code : withheld;
}

template <class Number> std::optional<Number> whole(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < 0) return std::nullopt;
    return number;
}

std::optional<std::chrono::seconds> seconds(std::string_view text) {
    const auto count = whole<std::int32_t>(text);
    if (!count) return std::nullopt;
    return std::chrono::seconds{*count};
}

std::optional<double> confidence(std::string_view text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    // Written so that "nan", which from_chars reads, is no confidence either.
    if (error != std::errc{} || stop != end || !(value >= 0 && value <= 1)) return std::nullopt;
    return value;
}

std::optional<bool> boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

Direction direction(std::string_view text) {
    if (text == "outbound-api") return Direction::outbound_api;
    if (text == "outbound-dial") return Direction::outbound_dial;
    return Direction::inbound;
}

// One row a field: its name and where its value goes.
struct Reader {
    std::string_view name{};
    void (*read)(VoiceRequest&, std::string_view) = nullptr;
};
using R = VoiceRequest;
using V = std::string_view;
constexpr std::array readers{
    Reader{"CallSid", [](R& r, V v) { r.call_sid = CallSid::parse(v); }},
    Reader{"AccountSid", [](R& r, V v) { r.account_sid = AccountSid::parse(v); }},
    Reader{"ParentCallSid", [](R& r, V v) { r.parent_call_sid = CallSid::parse(v); }},
    Reader{"ConferenceSid", [](R& r, V v) { r.conference_sid = ConferenceSid::parse(v); }},
    Reader{"CallStatus", [](R& r, V v) { r.status = parse_call_status(v); }},
    Reader{"Direction", [](R& r, V v) { r.direction = direction(v); }},
    Reader{"From", [](R& r, V v) { r.from = parse_party(v); }},
    Reader{"To", [](R& r, V v) { r.to = parse_party(v); }},
    Reader{"ForwardedFrom", [](R& r, V v) { r.forwarded_from = v; }},
    Reader{"CallerName", [](R& r, V v) { r.caller_name = v; }},
    Reader{"FromCountry", [](R& r, V v) { r.from_country = v; }},
    Reader{"FromState", [](R& r, V v) { r.from_state = v; }},
    Reader{"FromCity", [](R& r, V v) { r.from_city = v; }},
    Reader{"FromZip", [](R& r, V v) { r.from_zip = v; }},
    Reader{"StirVerstat", [](R& r, V v) { r.stir_verstat = v; }},
    Reader{"AnsweredBy", [](R& r, V v) { r.answered_by = v; }},
    Reader{"ApiVersion", [](R& r, V v) { r.api_version = v; }},
    Reader{"ApplicationSid", [](R& r, V v) { r.application_sid = v; }},
    Reader{"Digits", [](R& r, V v) { r.digits = v; }},
    Reader{"FinishedOnKey", [](R& r, V v) { r.finished_on_key = v; }},
    Reader{"SpeechResult", [](R& r, V v) { r.speech = v; }},
    Reader{"Confidence", [](R& r, V v) { r.confidence = confidence(v); }},
    Reader{"Language", [](R& r, V v) { r.language = v; }},
    Reader{"RecordingSid", [](R& r, V v) { r.recording_sid = RecordingSid::parse(v); }},
    Reader{"RecordingUrl", [](R& r, V v) { r.recording_url = v; }},
    Reader{"RecordingStatus", [](R& r, V v) { r.recording_status = v; }},
    Reader{"RecordingDuration", [](R& r, V v) { r.recording_duration = seconds(v); }},
    Reader{"TranscriptionText", [](R& r, V v) { r.transcription_text = v; }},
    Reader{"TranscriptionStatus", [](R& r, V v) { r.transcription_status = v; }},
    Reader{"TranscriptionSid", [](R& r, V v) { r.transcription_sid = v; }},
    Reader{"DialCallStatus", [](R& r, V v) { r.dial_status = parse_dial_status(v); }},
    Reader{"DialCallSid", [](R& r, V v) { r.dial_call_sid = CallSid::parse(v); }},
    Reader{"DialCallDuration", [](R& r, V v) { r.dial_duration = seconds(v); }},
    Reader{"DialBridged", [](R& r, V v) { r.dial_bridged = boolean(v); }},
    Reader{"QueueResult", [](R& r, V v) { r.queue_result = v; }},
    Reader{"QueueSid", [](R& r, V v) { r.queue_sid = QueueSid::parse(v); }},
    Reader{"QueuePosition", [](R& r, V v) { r.queue_position = whole<long>(v); }},
    Reader{"QueueTime", [](R& r, V v) { r.queue_time = whole<long>(v); }},
    Reader{"AvgQueueTime", [](R& r, V v) { r.average_queue_time = whole<long>(v); }},
    Reader{"CurrentQueueSize", [](R& r, V v) { r.queue_size = whole<long>(v); }},
    Reader{"SequenceNumber", [](R& r, V v) { r.sequence_number = whole<long>(v); }},
    Reader{"CallDuration", [](R& r, V v) { r.call_duration = seconds(v); }},
    Reader{"ErrorCode", [](R& r, V v) { r.error_code = v; }},
    Reader{"ErrorUrl", [](R& r, V v) { r.error_url = v; }},
};

// Names of webhooks differ enough in length and at both ends; a clash costs a probe.
constexpr std::size_t slot_of(std::string_view name) {
    return (name.size() * 29 + static_cast<unsigned char>(name.front()) * 7U +
            static_cast<unsigned char>(name.back()) * 13U +
            static_cast<unsigned char>(name[name.size() / 2])) %
           256;
}

// Row + 1 of `readers` by hash, 0 where free: a webhook's thirty fields are each looked up once.
constexpr std::array<std::uint8_t, 256> reader_slots = [] {
    std::array<std::uint8_t, 256> slots{};
    for (std::size_t row = 0; row < readers.size(); ++row) {
        std::size_t slot = slot_of(readers[row].name);
        while (slots[slot] != 0)
            slot = (slot + 1) % slots.size();
        slots[slot] = static_cast<std::uint8_t>(row + 1);
    }
    return slots;
}();

std::optional<std::size_t> row_of(std::string_view name) {
    if (name.empty()) return std::nullopt;
    for (std::size_t slot = slot_of(name); reader_slots[slot] != 0;
         slot = (slot + 1) % reader_slots.size()) {
        const std::size_t row = reader_slots[slot] - 1U;
        if (readers[row].name == name) return row;
    }
    return std::nullopt;
}

}  // namespace

bool is_final(CallStatus status) {
    using enum CallStatus;
    switch (status) {
    case none:
    case queued:
    case initiated:
    case ringing:
    case in_progress:
        return false;
    case completed:
    case busy:
    case failed:
    case no_answer:
    case canceled:
        return true;
    }
    return false;
}

CallStatus parse_call_status(std::string_view text) {
    const auto* const found = std::ranges::find(status_words, text, &StatusWord::text);
    return found == status_words.end() ? CallStatus::none : found->status;
}

std::string_view to_text(CallStatus status) {
    const auto* const found = std::ranges::find(status_words, status, &StatusWord::status);
    return found == status_words.end() ? std::string_view{} : found->text;
}

std::optional<DialStatus> parse_dial_status(std::string_view text) {
    if (text == "completed") return DialStatus::completed;
    if (text == "answered") return DialStatus::answered;
    if (text == "busy") return DialStatus::busy;
    if (text == "no-answer") return DialStatus::no_answer;
    if (text == "failed") return DialStatus::failed;
    if (text == "canceled") return DialStatus::canceled;
    return std::nullopt;
}

Party parse_party(std::string_view text) {
    return {.kind = kind_of(text), .text = std::string{text}};
}

VoiceRequest read_voice_request(const Params& params) {
    VoiceRequest request;
    request.all = &params;
    std::bitset<readers.size()> seen;
    for (const Param& field : params) {
        const auto row = row_of(field.name);
        if (!row || seen[*row]) continue;  // as Params::find: the first of a repeated name counts
        seen.set(*row);
        readers[*row].read(request, field.value);
    }
    return request;
}

const Party& far_end(const VoiceRequest& request) {
    return request.direction == Direction::outbound_api ? request.to : request.from;
}

}  // namespace twiml
