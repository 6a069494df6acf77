#include "twiml/message_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace twiml {
namespace {

struct StatusRow {
    MessageStatus status{};
    std::string_view text{};
    int rank = 0;
};
constexpr std::array status_rows{
    StatusRow{MessageStatus::accepted, "accepted", 1},
    StatusRow{MessageStatus::scheduled, "scheduled", 1},
    StatusRow{MessageStatus::queued, "queued", 1},
    StatusRow{MessageStatus::sending, "sending", 2},
    StatusRow{MessageStatus::sent, "sent", 3},
    StatusRow{MessageStatus::delivered, "delivered", 4},
    StatusRow{MessageStatus::undelivered, "undelivered", 4},
    StatusRow{MessageStatus::failed, "failed", 4},
    StatusRow{MessageStatus::canceled, "canceled", 4},
    StatusRow{MessageStatus::read, "read", 5},
    StatusRow{MessageStatus::received, "received", 0},
};

struct Word {
    std::string_view text{};
    OptOutWord meaning{};
};
constexpr std::array words{
    Word{"STOP", OptOutWord::stop},        Word{"STOPALL", OptOutWord::stop},
    Word{"UNSUBSCRIBE", OptOutWord::stop}, Word{"CANCEL", OptOutWord::stop},
    Word{"END", OptOutWord::stop},         Word{"QUIT", OptOutWord::stop},
    Word{"REVOKE", OptOutWord::stop},      Word{"OPTOUT", OptOutWord::stop},
    Word{"START", OptOutWord::start},      Word{"YES", OptOutWord::start},
    Word{"UNSTOP", OptOutWord::start},     Word{"HELP", OptOutWord::help},
    Word{"INFO", OptOutWord::help},
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, upper, upper);
}

std::string_view stripped(std::string_view text) {
    constexpr std::string_view around = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(around);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(around) - begin + 1);
}

std::optional<OptOutWord> parse_opt_out_type(std::string_view text) {
    if (equal_ignoring_case(text, "STOP")) return OptOutWord::stop;
    if (equal_ignoring_case(text, "START")) return OptOutWord::start;
    if (equal_ignoring_case(text, "HELP")) return OptOutWord::help;
    return std::nullopt;
}

std::optional<int> whole(std::string_view text) {
    int number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < 0) return std::nullopt;
    return number;
}

// A message's sid begins with MM where it holds media. Older webhooks name it SmsSid alone.
std::string_view sid_of(const Params& params) {
    for (const std::string_view name : {"MessageSid", "SmsSid"}) {
        const std::string_view sid = params.get(name);
        if (MessageSid::parse(sid) || MultimediaSid::parse(sid)) return sid;
    }
    return {};
}

MessageStatus status_of(const Params& params) {
    const MessageStatus status = parse_message_status(params.get("MessageStatus"));
    return status == MessageStatus::none ? parse_message_status(params.get("SmsStatus")) : status;
}

std::vector<Media> media_of(const Params& params) {
    constexpr int most = 10;  // of one message: Twilio, "Receive messages: media"
    std::vector<Media> media;
    const int count = std::min(whole(params.get("NumMedia")).value_or(0), most);
    for (int i = 0; i < count; ++i) {
        const std::string number = std::to_string(i);
        const std::string_view url = params.get("MediaUrl" + number);
        if (!url.empty()) media.push_back({url, params.get("MediaContentType" + number)});
    }
    return media;
}

}  // namespace

MessageStatus parse_message_status(std::string_view text) {
    const auto* const found = std::ranges::find(status_rows, text, &StatusRow::text);
    return found == status_rows.end() ? MessageStatus::none : found->status;
}

std::string_view to_text(MessageStatus status) {
    const auto* const found = std::ranges::find(status_rows, status, &StatusRow::status);
    return found == status_rows.end() ? std::string_view{} : found->text;
}

int rank_of(MessageStatus status) {
    const auto* const found = std::ranges::find(status_rows, status, &StatusRow::status);
    return found == status_rows.end() ? 0 : found->rank;
}

std::optional<OptOutWord> opt_out_word(std::string_view body) {
    std::string_view text = stripped(body);
    if (text.ends_with('.')) text = stripped(text.substr(0, text.size() - 1));
    for (const Word& word : words)
        if (equal_ignoring_case(text, word.text)) return word.meaning;
    return std::nullopt;
}

MessageParty parse_message_party(std::string_view text) {
    MessageParty party;
    const std::size_t colon = text.find(':');
    party.address = text;
    if (colon != text.npos) {
        const bool whatsapp = equal_ignoring_case(text.substr(0, colon), "whatsapp");
        party.channel = whatsapp ? MessageChannel::whatsapp : MessageChannel::other;
        party.address = text.substr(colon + 1);
    }
    party.number = E164::parse(party.address);
    return party;
}

MessageRequest read_message_request(const Params& params) {
    MessageRequest request;
    request.message_sid = sid_of(params);
    request.account_sid = AccountSid::parse(params.get("AccountSid"));
    request.messaging_service_sid = params.get("MessagingServiceSid");
    request.from = parse_message_party(params.get("From"));
    request.to = parse_message_party(params.get("To"));
    request.body = params.get("Body");
    request.opt_out_type = parse_opt_out_type(params.get("OptOutType"));
    request.profile_name = params.get("ProfileName");
    request.media = media_of(params);
    request.from_country = params.get("FromCountry");
    request.status = status_of(params);
    request.error_code = whole(params.get("ErrorCode"));
    request.all = &params;
    return request;
}

}  // namespace twiml
