#include "server/turn/messages_webhook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>

using namespace server;
using namespace std::chrono_literals;

namespace {

namespace net = boost::asio;

const std::string sid = "SM0123456789abcdef0123456789abcdef";
const std::string effect = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const StoreTime now{1'800'000'000'000ms};

class KeptNotes final : public MessageNotes {
public:
    std::vector<MessageNote> kept{};
    bool away = false;

    net::awaitable<bool> write(MessageNote note) override {
        if (away) co_return false;
        kept.push_back(std::move(note));
        co_return true;
    }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

// A webhook that has passed the signature, and its answer.
struct Answered {
    KeptNotes notes{};
    TurnRecord record{};
    Response response{};

    Answered(Route route, const Fields& fields, std::string_view query = {}, bool away = false) {
        notes.away = away;
        record.at = now;
        MessagesWebhook webhook{notes};
        std::vector<MessageNote> found;
        {
            twiml::Params params;  // gone before anything is awaited
            for (const auto& [name, value] : fields)
                params.add(name, value);
            found = webhook.read(route, query, params, record);
        }
        net::io_context loop;
        net::co_spawn(loop, webhook.answer(route, std::move(found), record, response),
                      net::detached);
        loop.run();
    }
    template <class Note> const Note& only() const {
        REQUIRE(notes.kept.size() == 1);
        REQUIRE(std::holds_alternative<Note>(notes.kept[0]));
        return std::get<Note>(notes.kept[0]);
    }
};

Answered message(const std::string& body, Fields more = {}) {
    Fields fields{
        {"MessageSid", sid}, {"From", "+12025550123"}, {"To", "+12025550100"}, {"Body", body}};
    fields.insert(fields.end(), more.begin(), more.end());
    return Answered{Route::sms, fields};
}

Answered receipt(const std::string& status, std::string_view query = {}, Fields more = {}) {
    Fields fields{{"MessageSid", sid},
                  {"To", "+12025550123"},
                  {"From", "+12025550100"},
                  {"MessageStatus", status}};
    fields.insert(fields.end(), more.begin(), more.end());
    return Answered{Route::sms_status, fields, query};
}

constexpr std::string_view nothing_said = R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)";

}  // namespace

TEST_CASE(
    "STOP is written down as an opt-out, with its message as evidence, and answered by nothing") {
    const Answered stop = message("Stop.");
    const auto& note = stop.only<ConsentNote>();
    CHECK(note.person == twiml::E164::parse("+12025550123"));
    CHECK(note.channel == twiml::MessageChannel::sms);
    CHECK(note.sender == "+12025550100");
    CHECK(note.opts_out);
    CHECK(note.evidence == sid);
    CHECK(note.at == now);
    CHECK(stop.response.status == 200);
    CHECK(stop.response.content_type == twiml_type);
    CHECK(stop.response.body == nothing_said);
    CHECK(stop.record.event.view() == "message");
    CHECK(stop.record.state.view() == "stop");
    CHECK(stop.record.from.view() == "+1202555****");
}

TEST_CASE("START lifts an opt-out") {
    CHECK_FALSE(message("start").only<ConsentNote>().opts_out);
    CHECK_FALSE(message("quiero", {{"OptOutType", "START"}}).only<ConsentNote>().opts_out);
}

TEST_CASE("HELP changes nothing: Twilio has told who we are") {
    const Answered help = message("help");
    CHECK(help.notes.kept.empty());
    CHECK(help.record.state.view() == "help");
    CHECK(help.response.body == nothing_said);
}

TEST_CASE("what Twilio says of a message is believed before its words") {
    CHECK(message("ALTO", {{"OptOutType", "STOP"}}).only<ConsentNote>().opts_out);
    CHECK(message("STOP", {{"OptOutType", "HELP"}}).notes.kept.empty());
}

TEST_CASE("an ordinary message leaves nothing behind, and gets no answer") {
    const Answered answered = message("please stop calling me");
    CHECK(answered.notes.kept.empty());
    CHECK(answered.response.status == 200);
    CHECK(answered.response.body == nothing_said);
    CHECK(answered.record.state.empty());
}

TEST_CASE("a STOP of nobody who has a number is no opt-out of anybody") {
    CHECK(Answered{Route::sms, {{"From", "12345"}, {"Body", "STOP"}}}.notes.kept.empty());
}

TEST_CASE("every WhatsApp message opens the window of its sender, a STOP too") {
    const Fields fields{{"MessageSid", sid},
                        {"From", "whatsapp:+12025550123"},
                        {"To", "whatsapp:+12025550100"},
                        {"Body", "hello"}};
    const Answered hello{Route::sms, fields};
    const auto& window = hello.only<WindowNote>();
    CHECK(window.person == twiml::E164::parse("+12025550123"));
    CHECK(window.sender == "+12025550100");
    CHECK(window.at == now);

    Fields stop = fields;
    stop.back().second = "stop";
    const Answered stopped{Route::sms, stop};
    REQUIRE(stopped.notes.kept.size() == 2);
    CHECK(std::holds_alternative<WindowNote>(stopped.notes.kept[0]));
    const auto& consent = std::get<ConsentNote>(stopped.notes.kept[1]);
    CHECK(consent.channel == twiml::MessageChannel::whatsapp);
    CHECK(consent.opts_out);
}

TEST_CASE("a receipt names its message, how far it came, and the effect that sent it") {
    const Answered answered = receipt("delivered", "effect=" + effect);
    const auto& note = answered.only<ReceiptNote>();
    CHECK(note.message_sid == sid);
    CHECK(note.status == twiml::MessageStatus::delivered);
    CHECK(note.outcome == "sent");
    CHECK_FALSE(note.error_code);
    REQUIRE(note.effect);
    CHECK(note.effect->bytes[0] == 0x00);
    CHECK(note.effect->bytes[1] == 0x11);
    CHECK(note.effect->bytes[31] == 0xff);
    CHECK(answered.response.status == 204);
    CHECK(answered.response.body.empty());
    CHECK(answered.record.event.view() == "receipt");
    CHECK(answered.record.state.view() == "delivered");
    CHECK(answered.record.from.view() == "+1202555****");
}

TEST_CASE("a receipt that says that the person has opted out is an opt-out of theirs") {
    const Answered answered{Route::sms_status,
                            {{"MessageSid", sid},
                             {"MessageStatus", "failed"},
                             {"ErrorCode", "21610"},
                             {"From", "+12025550100"},
                             {"To", "+12025550123"}}};
    REQUIRE(answered.notes.kept.size() == 2);
    const auto& consent = std::get<ConsentNote>(answered.notes.kept[1]);
    CHECK(consent.person.str() == "+12025550123");
    CHECK(consent.opts_out);
    CHECK(consent.twilio_knew);
    CHECK(consent.evidence == sid);
}

TEST_CASE("a text that got lost on its way is failed, any other that Twilio knows of was sent") {
    for (const auto* lost : {"failed", "undelivered", "canceled"})
        CHECK(receipt(lost).only<ReceiptNote>().outcome == "failed");
    for (const auto* on_its_way : {"accepted", "queued", "sending", "sent", "delivered", "read"})
        CHECK(receipt(on_its_way).only<ReceiptNote>().outcome == "sent");
    const Answered failed = receipt("failed", "", {{"ErrorCode", "30007"}});
    CHECK(failed.only<ReceiptNote>().error_code == 30007);
    CHECK(failed.record.detail.view() == "error 30007");
}

TEST_CASE(
    "a receipt without an effect of ours is kept all the same, one that says nothing is not") {
    const std::string too_long = "effect=" + effect + "0";
    const std::string not_hex = "effect=" + effect.substr(1) + "g";
    for (const std::string& query :
         {std::string{}, std::string{"effect="}, std::string{"effect=00"}, too_long, not_hex})
        CHECK_FALSE(receipt("sent", query).only<ReceiptNote>().effect);
    CHECK(receipt("received").notes.kept.empty());
    CHECK(receipt("").notes.kept.empty());
    CHECK(Answered{Route::sms_status, {{"MessageStatus", "sent"}}}.notes.kept.empty());
}

TEST_CASE("what cannot be written down is not confirmed, so that Twilio can ask again") {
    const Fields stop{{"From", "+12025550123"}, {"Body", "STOP"}, {"MessageSid", sid}};
    const Answered message_then{Route::sms, stop, {}, true};
    CHECK(message_then.response.status == 503);
    CHECK(message_then.record.reason.view() == "store-away");
    const Answered receipt_then{
        Route::sms_status, {{"MessageSid", sid}, {"MessageStatus", "sent"}}, {}, true};
    CHECK(receipt_then.response.status == 503);
    // There is nothing to write of a message that is no word.
    CHECK(Answered{Route::sms, {{"From", "+12025550123"}, {"Body", "hi"}}, {}, true}
              .response.status == 200);
}
