#include "twiml/message_request.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace twiml;

namespace {

// Views go down into the body.
struct Webhook {
    std::string body;
    Params params{};
    MessageRequest request{};
    explicit Webhook(std::string text) : body{std::move(text)} {
        params.decode(body);
        request = read_message_request(params);
    }
    Webhook(const Webhook&) = delete;
    const MessageRequest* operator->() const { return &request; }
};

const std::string digits32 = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("a message that came in says who wrote what to whom") {
    const Webhook webhook{"MessageSid=SM" + digits32 + "&AccountSid=AC" + digits32 +
                          "&MessagingServiceSid=MG" + digits32 +
                          "&From=%2B12025550123&To=%2B12025550100&Body=Hello+there&NumMedia=0"
                          "&SmsStatus=received&FromCountry=US&FromCity="};
    CHECK(webhook->message_sid == "SM" + digits32);
    CHECK(webhook->account_sid == AccountSid::parse("AC" + digits32));
    CHECK(webhook->messaging_service_sid == "MG" + digits32);
    CHECK(webhook->from.channel == MessageChannel::sms);
    CHECK(webhook->from.number == E164::parse("+12025550123"));
    CHECK(webhook->to.address == "+12025550100");
    CHECK(webhook->body == "Hello there");
    CHECK(webhook->status == MessageStatus::received);
    CHECK(webhook->from_country == "US");
    CHECK(webhook->media.empty());
    CHECK_FALSE(webhook->opt_out());
    CHECK_FALSE(webhook->error_code);
}

TEST_CASE("a WhatsApp message is told by its address, and brings the person's own name") {
    const Webhook webhook{"From=whatsapp%3A%2B12025550123&To=whatsapp%3A%2B12025550100&ProfileName="
                          "Jo%C3%A3o&Body=oi"};
    CHECK(webhook->from.channel == MessageChannel::whatsapp);
    CHECK(webhook->from.address == "+12025550123");
    CHECK(webhook->from.number == E164::parse("+12025550123"));
    CHECK(webhook->to.channel == MessageChannel::whatsapp);
    CHECK(webhook->profile_name == "João");
}

TEST_CASE("a message comes from a number, a short code, a name, or through another channel") {
    const auto party = [](std::string_view text) { return parse_message_party(text); };
    CHECK(party("12345").channel == MessageChannel::sms);
    CHECK(party("12345").address == "12345");
    CHECK_FALSE(party("12345").number);
    CHECK_FALSE(party("ACME").number);
    CHECK_FALSE(party("").number);
    CHECK(party("").address.empty());
    CHECK(party("WhatsApp:+12025550123").channel == MessageChannel::whatsapp);
    CHECK(party("rcs:acme_agent").channel == MessageChannel::other);
    CHECK(party("rcs:acme_agent").address == "acme_agent");
    CHECK(party("messenger:1234").channel == MessageChannel::other);
}

TEST_CASE("pictures come as numbered fields, as many as NumMedia says and ten at most") {
    const Webhook webhook{"MessageSid=MM" + digits32 +
                          "&NumMedia=2&MediaUrl0=https%3A%2F%2Fa&MediaContentType0=image%2Fjpeg"
                          "&MediaUrl1=https%3A%2F%2Fb&MediaUrl2=https%3A%2F%2Fc"};
    CHECK(webhook->message_sid == "MM" + digits32);
    REQUIRE(webhook->media.size() == 2);
    CHECK(webhook->media[0].url == "https://a");
    CHECK(webhook->media[0].content_type == "image/jpeg");
    CHECK(webhook->media[1].url == "https://b");
    CHECK(webhook->media[1].content_type.empty());
    std::string many = "NumMedia=2000000000";
    for (int i = 0; i < 12; ++i)
        many += "&MediaUrl" + std::to_string(i) + "=x";
    CHECK(Webhook { many } -> media.size() == 10);
    CHECK(Webhook { "NumMedia=x&MediaUrl0=a" } -> media.empty());
    CHECK(Webhook { "NumMedia=-1&MediaUrl0=a" } -> media.empty());
}

TEST_CASE("a receipt says what became of a message, and why it failed") {
    const Webhook failed{"MessageSid=SM" + digits32 +
                         "&MessageStatus=undelivered&ErrorCode=30003&SmsStatus=sent"};
    CHECK(failed->status == MessageStatus::undelivered);
    CHECK(failed->error_code == 30003);
    const Webhook old{"SmsSid=SM" + digits32 + "&SmsStatus=delivered&ErrorCode="};
    CHECK(old->message_sid == "SM" + digits32);
    CHECK(old->status == MessageStatus::delivered);
    CHECK_FALSE(old->error_code);
    CHECK(Webhook { "MessageStatus=partying&ErrorCode=soon" } -> status == MessageStatus::none);
    CHECK(Webhook { "MessageSid=SM12" } -> message_sid.empty());
}

TEST_CASE("every status is written as Twilio writes it") {
    for (const std::string_view text :
         {"accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered",
          "failed", "canceled", "read", "received"})
        CHECK(to_text(parse_message_status(text)) == text);
    CHECK(parse_message_status("") == MessageStatus::none);
    CHECK(to_text(MessageStatus::none).empty());
}

TEST_CASE("receipts are ranked, so that a late one never takes a message back") {
    using enum MessageStatus;
    CHECK(rank_of(none) < rank_of(queued));
    CHECK(rank_of(queued) < rank_of(sending));
    CHECK(rank_of(sending) < rank_of(sent));
    for (const MessageStatus end : {delivered, undelivered, failed, canceled}) {
        CHECK(rank_of(sent) < rank_of(end));
        CHECK(rank_of(end) < rank_of(read));
        CHECK(rank_of(end) == rank_of(delivered));
    }
    for (const MessageStatus early : {accepted, scheduled})
        CHECK(rank_of(early) == rank_of(queued));
    CHECK(rank_of(received) == rank_of(none));
}

TEST_CASE("only a message that is just the word asks to stop, to start or for help") {
    for (const std::string_view stop : {"STOP", "stop", "Stop.", "  stop \n", "stop .", "StopAll",
                                        "unsubscribe", "CANCEL", "end", "quit", "revoke", "OptOut"})
        CHECK(opt_out_word(stop) == OptOutWord::stop);
    for (const std::string_view start : {"START", "Yes.", "unstop"})
        CHECK(opt_out_word(start) == OptOutWord::start);
    for (const std::string_view help : {"HELP", "info", " Help. "})
        CHECK(opt_out_word(help) == OptOutWord::help);
    for (const std::string_view other :
         {"", ".", "stop it", "please stop", "stop!", "stop..", "stopp", "s t o p", "\"stop\"",
          "STOP ALL", "alto", "yes please", "no", "¡stop"})
        CHECK_FALSE(opt_out_word(other));
}

TEST_CASE("OptOutType is believed before the word, and knows other languages") {
    CHECK(Webhook { "Body=ALTO&OptOutType=STOP" } -> opt_out() == OptOutWord::stop);
    CHECK(Webhook { "Body=STOP&OptOutType=HELP" } -> opt_out() == OptOutWord::help);
    CHECK(Webhook { "Body=subscribe&OptOutType=start" } -> opt_out() == OptOutWord::start);
    CHECK(Webhook { "Body=STOP&OptOutType=" } -> opt_out() == OptOutWord::stop);
    CHECK(Webhook { "Body=STOP&OptOutType=later" } -> opt_out() == OptOutWord::stop);
    CHECK_FALSE(Webhook { "Body=hello" } -> opt_out());
}
