#include "flows/engine/event.hpp"

#include <catch2/catch.hpp>

using namespace flows;
using std::chrono::seconds;

namespace {

Happened happened(EventName name, std::string_view form) {
    static twiml::Params params;  // the event's views point into it
    static twiml::VoiceRequest request;
    params.clear();
    params.decode(form);
    request = twiml::read_voice_request(params);
    return what_happened(name, request);
}

template <class Kind> Kind only(const Happened& happened) {
    REQUIRE(std::holds_alternative<Kind>(happened.event));
    return std::get<Kind>(happened.event);
}

constexpr std::string_view account = "AC0123456789abcdef0123456789abcdef";
constexpr std::string_view recording = "RE0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("names of events are read as they are written") {
    for (const auto name :
         {EventName::gather, EventName::noinput, EventName::dial, EventName::record,
          EventName::empty, EventName::go, EventName::whisper, EventName::screen,
          EventName::screened, EventName::wait, EventName::queue, EventName::waiting,
          EventName::stored, EventName::transcribed}) {
        CHECK(parse_event_name(to_text(name)) == name);
    }
    CHECK_FALSE(parse_event_name("Gather"));
    CHECK_FALSE(parse_event_name(""));
}

TEST_CASE("a gather tells keys, words or nothing") {
    CHECK(only<Keyed>(happened(EventName::gather, "Digits=00%2A1")).digits == "00*1");
    const auto spoke =
        only<Spoke>(happened(EventName::gather, "SpeechResult=my+balance&Confidence=0.9"));
    CHECK(spoke.text == "my balance");
    CHECK(spoke.confidence == 0.9);
    CHECK_FALSE(only<Spoke>(happened(EventName::gather, "SpeechResult=hm")).confidence);
    only<NoInput>(happened(EventName::gather, ""));
    only<NoInput>(happened(EventName::gather, "Digits=&FinishedOnKey=%23"));
    only<NoInput>(happened(EventName::gather, "SpeechResult=&Confidence=0.0"));
    only<NoInput>(happened(EventName::noinput, ""));
}

TEST_CASE("an enqueue tells how it ended") {
    using How = QueueEnded::How;
    const auto how = [](std::string_view result) {
        return only<QueueEnded>(happened(EventName::queue, "QueueResult=" + std::string{result}))
            .how;
    };
    CHECK(how("bridged") == How::bridged);
    CHECK(how("bridging-in-process") == How::bridged);
    CHECK(how("leave") == How::left);
    CHECK(how("queue-full") == How::full);
    CHECK(how("error") == How::failed);
    CHECK(how("system-error") == How::failed);
    CHECK(how("hangup") == How::gone);
    CHECK(how("redirected") == How::elsewhere);
    CHECK(how("redirected-from-bridged") == How::elsewhere);
    CHECK(how("something new") == How::failed);
    CHECK(only<QueueEnded>(happened(EventName::queue, "QueueResult=leave&QueueTime=61")).waited ==
          seconds{61});
    CHECK_FALSE(only<QueueEnded>(happened(EventName::queue, "QueueResult=queue-full")).waited);
}

TEST_CASE("who hangs up in line is gone, whatever the status says") {
    CHECK(happened(EventName::queue, "QueueResult=hangup&CallStatus=in-progress").gone);
    CHECK_FALSE(happened(EventName::queue, "QueueResult=leave&CallStatus=in-progress").gone);
}

TEST_CASE("the wait is asked with the caller's place, and answered by keys, words or silence") {
    const auto asked = only<WaitsInLine>(happened(EventName::waiting,
                                                  "QueuePosition=3&QueueTime=12&AvgQueueTime=40&"
                                                  "CurrentQueueSize=7&QueueSid=QU0123"));
    CHECK(asked.position == 3);
    CHECK(asked.time == 12);
    CHECK(asked.average_time == 40);
    CHECK(asked.size == 7);
    CHECK(only<Keyed>(happened(EventName::waiting, "Digits=1")).digits == "1");
    CHECK(only<Spoke>(happened(EventName::waiting, "SpeechResult=stop")).text == "stop");
    CHECK_FALSE(only<WaitsInLine>(happened(EventName::waiting, "")).time);
}

TEST_CASE("what is told of a recording comes with nobody on the line") {
    const std::string sids =
        "AccountSid=" + std::string{account} + "&RecordingSid=" + std::string{recording};
    const Happened stored =
        happened(EventName::stored, sids + "&RecordingStatus=completed&RecordingDuration=8");
    CHECK(stored.gone);
    CHECK(only<Stored>(stored).recording_sid == recording);
    CHECK(only<Stored>(stored).duration == seconds{8});
    only<NothingRecorded>(happened(EventName::stored, sids + "&RecordingStatus=absent"));
    only<NothingRecorded>(happened(EventName::stored, sids + "&RecordingStatus=in-progress"));
    only<NothingRecorded>(happened(EventName::stored, "RecordingStatus=completed"));

    const Happened transcribed = happened(
        EventName::transcribed, sids + "&TranscriptionStatus=completed&TranscriptionText=Hi+there");
    CHECK(transcribed.gone);
    CHECK(only<Transcribed>(transcribed).text == "Hi there");
    CHECK(only<Transcribed>(happened(EventName::transcribed, sids + "&TranscriptionStatus=failed"))
              .text.empty());
}

TEST_CASE("a dial tells how it ended") {
    const auto busy =
        only<DialEnded>(happened(EventName::dial, "DialCallStatus=busy&DialBridged=false"));
    CHECK(busy.status == twiml::DialStatus::busy);
    CHECK(busy.bridged == false);
    const auto talked =
        only<DialEnded>(happened(EventName::dial, "DialCallStatus=completed&DialCallDuration=7"));
    CHECK(talked.lasted == seconds{7});
    CHECK_FALSE(talked.bridged);
}

TEST_CASE("a dial without its status is judged by its bridge") {
    CHECK(only<DialEnded>(happened(EventName::dial, "")).status == twiml::DialStatus::failed);
    CHECK(only<DialEnded>(happened(EventName::dial, "DialBridged=true")).status ==
          twiml::DialStatus::completed);
}

TEST_CASE("a recording is its sids, wherever they stand") {
    const std::string form =
        "AccountSid=" + std::string{account} + "&RecordingSid=" + std::string{recording};
    const auto said = only<Recorded>(happened(EventName::record, form + "&RecordingDuration=5"));
    CHECK(said.account_sid == account);
    CHECK(said.recording_sid == recording);
    CHECK(said.duration == seconds{5});
    const auto by_url = only<Recorded>(
        happened(EventName::record,
                 "RecordingDuration=5&RecordingUrl=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2F"
                 "Accounts%2F" +
                     std::string{account} + "%2FRecordings%2F" + std::string{recording}));
    CHECK(by_url.account_sid == account);
    CHECK(by_url.recording_sid == recording);
}

TEST_CASE("a recording of no length, or none at all, is nothing recorded") {
    only<NothingRecorded>(happened(
        EventName::record, "AccountSid=" + std::string{account} +
                               "&RecordingSid=" + std::string{recording} + "&RecordingDuration=0"));
    only<NothingRecorded>(happened(EventName::record, "RecordingDuration=5"));
    only<NothingRecorded>(happened(EventName::empty, ""));
}

TEST_CASE("who hung up is gone, whatever else is told") {
    CHECK(happened(EventName::record, "Digits=hangup&RecordingDuration=3").gone);
    CHECK(happened(EventName::gather, "CallStatus=completed&Digits=1").gone);
    CHECK(happened(EventName::dial, "CallStatus=no-answer&DialCallStatus=canceled").gone);
    CHECK_FALSE(happened(EventName::gather, "CallStatus=in-progress&Digits=1").gone);
    CHECK_FALSE(happened(EventName::gather, "CallStatus=strange&Digits=1").gone);
}

TEST_CASE("a leg that ends is not the caller's end") {
    CHECK_FALSE(happened(EventName::screened,
                         "CallStatus=completed&ParentCallSid=CA0123456789abcdef0123456789abcdef")
                    .gone);
    only<LegAnswered>(happened(EventName::whisper, ""));
    only<LegAnswered>(happened(EventName::screen, ""));
    CHECK(only<LegKeyed>(happened(EventName::screened, "Digits=5")).digits == "5");
    CHECK(only<LegKeyed>(happened(EventName::screened, "")).digits.empty());
}
