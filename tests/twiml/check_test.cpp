#include "twiml/check.hpp"
#include "twiml/render.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace twiml;

namespace {

std::string shown(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings)
        text += fmt::format("{} {} at {}: {} ({})\n", finding.is_error ? "error" : "warning",
                            finding.code, finding.offset, finding.message, finding.hint);
    return text;
}

// A document with one fault: its code, and its place, which "@" marks in the text.
struct Faulty {
    int code = 0;
    std::string_view body{};  // of <Response>
};

void finds(const Faulty& faulty, bool is_error) {
    std::string xml = fmt::format("<Response>{}</Response>", faulty.body);
    INFO(xml);
    const std::size_t at = xml.find('@');
    REQUIRE(at != std::string::npos);
    xml.erase(at, 1);
    const std::vector<Finding> findings = check_text(xml);
    INFO(shown(findings));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == faulty.code);
    CHECK(findings[0].is_error == is_error);
    CHECK(findings[0].offset == at);
    CHECK_FALSE(findings[0].message.empty());
    CHECK_FALSE(findings[0].hint.empty());
}

void accepts(std::string_view body) {
    const std::string xml = fmt::format("<Response>{}</Response>", body);
    INFO(xml);
    const std::vector<Finding> findings = check_text(xml);
    INFO(shown(findings));
    CHECK(findings.empty());
}

}  // namespace

TEST_CASE("a document with one certain fault is refused with Twilio's code at its place") {
    const std::vector<Faulty> table{
        {12200, "@<Foo/>"},
        {12200, "@<say>Hello</say>"},
        {12200, "@<Number>+12025550100</Number>"},
        {12200, "@Hello"},
        {12200, "<Say>a</Say> @hello"},
        {12200, "<Gather>@Press 1</Gather>"},
        {12200, "<Say>a @<speak>b</speak></Say>"},
        {12200, "<Say>a @<Play>b</Play></Say>"},
        {12200, "<Pause>@<Say>a</Say></Pause>"},
        {12200, "<Hangup>@<Say>a</Say></Hangup>"},
        {12200, "<Gather @numdigits='1'/>"},
        {12200, "<Say @Voice='man'>a</Say>"},
        {13510, "<Say loop='@-1'>a</Say>"},
        {13510, "<Say loop='@two'>a</Say>"},
        {13511, "<Say voice='@bob'>a</Say>"},
        {13511, "<Say voice='@Polly.Nobody'>a</Say>"},
        {13511, "<Say language='@xx-XX'>a</Say>"},
        {13520, "@<Say/>"},
        {13520, "@<Say>   </Say>"},
        {12200, "<Say voice='@man'>a <break/> b</Say>"},
        {12200, "<Say>@<say-as>1</say-as></Say>"},
        {12200, "<Say><say-as interpret-as='@words'>1</say-as></Say>"},
        {12200, "<Say><break time='@5'/>a</Say>"},
        {12200, "<Say><break strength='@loud'/>a</Say>"},
        {12200, "<Say>a @<phoneme ph='x'/></Say>"},
        {13513, "<Say><prosody rate='@quick'>a</prosody></Say>"},
        {12200, "@<Play/>"},
        {13410, "<Play loop='@-1'>/a.mp3</Play>"},
        {13430, "<Play digits='@1x2'/>"},
        {11100, "<Play>@/a b.mp3</Play>"},
        {13430, "<Gather><Play digits='@1'/></Gather>"},
        {13910, "<Pause length='@0'/>"},
        {13910, "<Pause length='@1.5'/>"},
        {13310, "<Gather finishOnKey='@A'/>"},
        {13311, "<Gather finishOnKey='@12'/>"},
        {13312, "<Gather method='@PUT'/>"},
        {13313, "<Gather timeout='@0'/>"},
        {13314, "<Gather numDigits='@0'/>"},
        {13320, "<Gather>@<Record/></Gather>"},
        {13320, "<Gather>@<Dial>+12025550100</Dial></Gather>"},
        {13321, "<Gather><Say voice='@bob'>a</Say></Gather>"},
        {13322, "<Gather><Say loop='@x'>a</Say></Gather>"},
        {13326, "<Gather input='@keys'/>"},
        {13327, "<Gather speechTimeout='@0'/>"},
        {13328, "<Gather maxSpeechTime='@x'/>"},
        {13329, "<Gather partialResultCallbackMethod='@get'/>"},
        {13331, "<Gather language='@en'/>"},
        {13332, "<Gather bargeIn='@yes'/>"},
        {13333, "<Gather profanityFilter='@no'/>"},
        {13338, "<Gather actionOnEmptyResult='@1'/>"},
        {13512, "<Gather @lang='en-US'/>"},
        {11100, "<Gather action='@https://my_host.example.com/a'/>"},
        {13610, "<Record method='@get'/>"},
        {13611, "<Record timeout='@five'/>"},
        {13612, "<Record maxLength='@1'/>"},
        {13612, "<Record maxLength='@14401'/>"},
        {13613, "<Record finishOnKey='@a'/>"},
        {13614, "<Record transcribe='@FAST'/>"},
        {13615, "<Record transcribe='true' maxLength='@121'/>"},
        {13616, "<Record playBeep='@1'/>"},
        {13621, "<Record recordingStatusCallbackEvent='@done'/>"},
        {13699, "<Record trim='@true'/>"},
        {13210, "<Dial method='@post'>+12025550100</Dial>"},
        {13212, "<Dial timeout='@4'>+12025550100</Dial>"},
        {13213, "<Dial hangupOnStar='@*'>+12025550100</Dial>"},
        {13214, "<Dial callerId='@+1 202 555 0100'>+12025550100</Dial>"},
        {13215, "<Dial>@<Say>a</Say></Dial>"},
        {13216, "<Dial timeLimit='@0'>+12025550100</Dial>"},
        {13217, "<Dial record='@yes'>+12025550100</Dial>"},
        {13218, "<Dial sequential='@2'>+12025550100</Dial>"},
        {13219, "<Dial answerOnBridge='@TRUE'>+12025550100</Dial>"},
        {13220, "<Dial ringTone='@xx'>+12025550100</Dial>"},
        {13622, "<Dial recordingTrack='@caller'>+12025550100</Dial>"},
        {13256, "<Dial recordingStatusCallback='@a b'>+12025550100</Dial>"},
        {13223, "@<Dial/>"},
        {13223, "<Dial>@bob</Dial>"},
        {13223, "<Dial><Number>@sip:bob@example.com</Number></Dial>"},
        {13223, "<Dial>@<Number/></Dial>"},
        {13223, "<Dial><Number>@+1202555010012345</Number></Dial>"},
        {12200, "<Dial>@+12025550100<Number>+12025550101</Number></Dial>"},
        {13221, "<Dial><Number method='@get'>+12025550100</Number></Dial>"},
        {13222, "<Dial><Number sendDigits='@1,2'>+12025550100</Number></Dial>"},
        {12200, "<Dial><Number machineDetection='@on'>+12025550100</Number></Dial>"},
        {12200, "<Dial><Number byoc='@BY1'>+12025550100</Number></Dial>"},
        {13241, "<Dial><Sip method='@get'>sip:bob@example.com</Sip></Dial>"},
        {13243, "<Dial>@<Sip/></Dial>"},
        {13243, "<Dial><Sip>@bob at example.com</Sip></Dial>"},
        {13252, "<Dial><Sip>@sip:bob@example.com?Call-Info=x</Sip></Dial>"},
        {13000, "@<Dial><Conference>a</Conference><Number>+12025550100</Number></Dial>"},
        {13000, "@<Dial><Conference>a</Conference><Conference>b</Conference></Dial>"},
        {13230, "<Dial><Conference muted='@1'>a</Conference></Dial>"},
        {13231, "<Dial><Conference endConferenceOnExit='@x'>a</Conference></Dial>"},
        {13232, "<Dial><Conference startConferenceOnEnter='@x'>a</Conference></Dial>"},
        {13233, "<Dial><Conference waitUrl='@a b'>a</Conference></Dial>"},
        {13234, "<Dial><Conference waitMethod='@x'>a</Conference></Dial>"},
        {13235, "<Dial><Conference beep='@loud'>a</Conference></Dial>"},
        {13237, "<Dial>@<Conference/></Dial>"},
        {13239, "<Dial><Conference trim='@x'>a</Conference></Dial>"},
        {13240, "<Dial><Conference coach='@bob'>a</Conference></Dial>"},
        {12200, "<Dial><Conference maxParticipants='@251'>a</Conference></Dial>"},
        {16023, "<Dial><Conference participantLabel='@a/b'>a</Conference></Dial>"},
        {14210, "<Dial><Queue method='@x'>a</Queue></Dial>"},
        {14212, "<Dial>@<Queue/></Dial>"},
        {14201, "<Enqueue method='@x'>a</Enqueue>"},
        {14202, "<Enqueue waitUrl='@a b'>a</Enqueue>"},
        {14203, "<Enqueue action='@a b'>a</Enqueue>"},
        {14204, "@<Enqueue/>"},
        {14206, "<Enqueue waitUrlMethod='@x'>a</Enqueue>"},
        {14221, "@<Enqueue workflowSid='WW0123456789abcdef0123456789abcdef'>"
                "<Task>a=b</Task></Enqueue>"},
        {13710, "<Redirect method='@x'>/a</Redirect>"},
        {13810, "<Reject reason='@angry'/>"},
        {14103, "@<Sms/>"},
        {13243, "<Refer><Sip>@bob</Sip></Refer>"},
        {12200, "<Refer>@<Number>+12025550100</Number></Refer>"},
        {12200, "@<Connect/>"},
        {12200, "@<Connect><Room>a</Room><Room>b</Room></Connect>"},
        {31923, "<Start>@<Stream/></Start>"},
        {31922, "<Start><Stream url='@https://a.example'/></Start>"},
        {31941, "<Connect><Stream url='wss://a.example' track='@both_tracks'/></Connect>"},
        {31941, "<Start><Stream url='wss://a.example' track='@all'/></Start>"},
        {12200, "<Start><Stream url='wss://a.example'>@<Parameter name='a'/></Stream></Start>"},
        {64102, "<Connect>@<ConversationRelay/></Connect>"},
        {64102, "<Connect><ConversationRelay url='@https://a.example'/></Connect>"},
        {64106, "<Connect><ConversationRelay url='wss://a.example' dtmfDetection='@x'/></Connect>"},
        {32603,
         "<Connect><VirtualAgent connectorName='a'>@<Config name='b'/></VirtualAgent></Connect>"},
        {64020, "<Pay chargeAmount='@$5'/>"},
        {64020, "<Pay action='@http://a.example'/>"},
        {64020, "<Pay>@<Prompt><Say>a</Say></Prompt></Pay>"},
        {64020, "<Pay><Prompt for='@name'><Say>a</Say></Prompt></Pay>"},
    };
    CHECK(table.size() >= 60);
    for (const Faulty& faulty : table)
        finds(faulty, true);
}

TEST_CASE("what is likely wrong, unconfirmed or new is a warning") {
    const std::vector<Faulty> table{
        {12200, "<Say @mood='happy'>a</Say>"},
        {12200, "<Gather @numDigit='1'/>"},
        {12200, "<Hangup/>@<Say>a</Say><Say>b</Say>"},
        {12200, "<Redirect>/a</Redirect>@<Hangup/>"},
        {12200, "<Record/>@<Say>a</Say>"},
        {12200, "<Say>a</Say>@<Reject/>"},
        {12200, "@<Redirect/>"},
        {13331, "<Gather language='@de-CH'/>"},
        {13334, "<Gather speechModel='@deepgram_nova-4'/>"},
        {13335, "<Gather speechTimeout='@auto' speechModel='phone_call'/>"},
        {13511, "<Say voice='@Polly.Joanna' language='de-DE'>a</Say>"},
        {13511, "<Say language='@en'>a</Say>"},
        {13520, "@<Say><break/></Say>"},
        {13223, "<Dial>@01632960000</Dial>"},
        {13000, "@<Dial><Conference>a</Conference><Client>b</Client></Dial>"},
        {13214, "@<Dial><WhatsApp>+12025550100</WhatsApp></Dial>"},
        {12200, "@<Start/>"},
        {31923, "<Start><Stream url='@wss://a.example/?b=c'/></Start>"},
        {12200, "<Stop>@<Stream/></Stop>"},
        {12200, "<Say><say-as interpret-as='digits' format='@ymd'>1</say-as></Say>"},
        {12200, "<Say>@<prosody>a</prosody></Say>"},
    };
    for (const Faulty& faulty : table)
        finds(faulty, false);
}

TEST_CASE("limits: the last allowed value passes, the next does not") {
    const auto say = [](std::string_view attributes, std::size_t size) {
        return check_text(fmt::format("<Response><Say {}>{}</Say></Response>", attributes,
                                      std::string(size, 'a')));
    };
    CHECK(say("voice='Polly.Joanna'", 3000).empty());
    CHECK(say("voice='Polly.Joanna'", 3001).at(0).code == 13521);
    CHECK(say("voice='man'", 4000).empty());
    CHECK_FALSE(say("voice='man'", 4001).at(0).is_error);
    CHECK(say("voice='man'", 4097).at(0).is_error);
    CHECK(say("", 5001).at(0).is_error);
    const auto queue = [](std::size_t size) {
        return check_text(
            fmt::format("<Response><Enqueue>{}</Enqueue></Response>", std::string(size, 'q')));
    };
    CHECK(queue(63).empty());
    CHECK_FALSE(queue(64).at(0).is_error);
    CHECK(queue(65).at(0).is_error);
    CHECK(queue(65).at(0).code == 14205);
    const auto numbers = [](int count) {
        std::string body;
        for (int i = 0; i < count; ++i)
            body += "<Number>+12025550100</Number>";
        return check_text(fmt::format("<Response><Dial>{}</Dial></Response>", body));
    };
    CHECK(numbers(10).empty());
    CHECK(numbers(11).at(0).is_error);
    const auto hints = [](std::size_t count, std::size_t size) {
        std::string list;
        for (std::size_t i = 0; i < count; ++i)
            list += (i == 0 ? "" : ",") + std::string(size, 'h');
        return check_text(fmt::format("<Response><Gather hints='{}'/></Response>", list));
    };
    CHECK(hints(500, 100).empty());
    CHECK(hints(501, 1).at(0).code == 13330);
    CHECK(hints(1, 101).at(0).code == 13330);
    CHECK(hints(0, 0).empty());
}

TEST_CASE("documents as Twilio's documentation writes them pass without a word") {
    accepts("");
    accepts("<Say voice='Polly.Joanna-Neural' language='en-US' loop='2'>Hello</Say>");
    accepts("<Say voice='alice'>Hello</Say>");
    accepts("<Say>I <emphasis level='strong'>mean</emphasis> it <break time='200ms'/>"
            "<lang xml:lang='fr-FR'>bon</lang> <say-as interpret-as='telephone'>1</say-as></Say>");
    accepts(
        "<Gather input='dtmf speech' timeout='3' numDigits='1' action='/a' hints='a, b'>"
        "<Say>Press 1</Say><Pause/><Play>https://a.example/b.mp3</Play></Gather><Say>Bye</Say>");
    accepts("<Dial>415-123-4567</Dial>");
    accepts("<Dial callerId='+12025550100' record='true'><Number url='/w'>+12025550101</Number>"
            "<Client>alice</Client><Sip username='a' "
            "password='b'>sip:c@d.example?x-e=f&amp;X-G=h</Sip></Dial>");
    accepts(
        "<Dial><Client><Identity>alice</Identity><Parameter name='a' value='b'/></Client></Dial>");
    accepts(
        "<Dial><Conference beep='onEnter' waitUrl='' maxParticipants='2'>room</Conference></Dial>");
    accepts("<Dial><Queue reservationSid='WR0123456789abcdef0123456789abcdef'/></Dial>");
    accepts("<Enqueue "
            "workflowSid='WW0123456789abcdef0123456789abcdef'><Task>{\"a\":1}</Task></Enqueue>");
    accepts("<Play digits='wwww3'/>");
    accepts("<Reject reason='busy'/>");
    accepts(
        "<Start><Stream url='/relative' name='a'><Parameter name='a' value='b'/></Stream></Start>"
        "<Stop><Stream name='a'/></Stop>");
    accepts(
        "<Connect><ConversationRelay url='wss://a.example/b' speechTimeout='1' speechtimeout='1'>"
        "<Language code='sv-SE' ttsProvider='Amazon'/></ConversationRelay></Connect>");
}

TEST_CASE("the version of TwiML may be given, and must be one that exists") {
    CHECK(check_text("<Response version=\"2010-04-01\"/>").empty());
    CHECK(check_text("<Response version=\"2008-08-01\"/>").empty());
    CHECK(check_text("<Response xmlns:x=\"http://a\"/>").empty());
    const auto findings = check_text("<Response version=\"1.0\"/>");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == 12101);
    CHECK(findings[0].is_error);
    CHECK(findings[0].offset == 19);
    CHECK_FALSE(check_text("<Response mood='x'/>").at(0).is_error);
}

TEST_CASE("all findings of a document come in the order of their places") {
    const auto findings = check_text("<Response><Say loop='x' voice='bob'/><Foo><Bar/></Foo>"
                                     "<Dial timeout='1'><Number>x</Number></Dial></Response>");
    std::vector<int> codes;
    for (const Finding& finding : findings)
        codes.push_back(finding.code);
    CHECK(codes == std::vector<int>{13520, 13510, 13511, 12200, 13212, 13223});
}

TEST_CASE("hints name what was probably meant") {
    CHECK(check_text("<Response><say>a</say></Response>").at(0).hint ==
          "did you mean <Say>? Capitals matter");
    CHECK(check_text("<Response><Gahter/></Response>").at(0).hint ==
          "did you mean <Gather>? Capitals matter");
    CHECK(check_text("<Response><Gather timeot='1'/></Response>").at(0).hint ==
          "did you mean timeout?");
    CHECK(check_text(
              "<Response><Dial record='record-from-answer-daul'>+12025550100</Dial></Response>")
              .at(0)
              .hint == "did you mean record-from-answer-dual?");
}

TEST_CASE("values are checked without a text too, and holes are good URLs") {
    Element dial{.name = "Dial", .attributes = {{"action", UrlHole{}}, {"timeout", "1"}}};
    dial.content.emplace_back("+12025550100");
    const Element redirect{.name = "Redirect", .content = {UrlHole{.index = 1}}};
    const auto findings = check(Document{{dial, redirect}});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].code == 13212);
    CHECK(findings[0].offset == 0);
}

TEST_CASE("a fragment is checked as the content of an element") {
    const auto ssml = parse_fragment("Hello <break time='x'/> <Play>a</Play>");
    REQUIRE(ssml.has_value());
    const auto findings = check(*ssml, "Say");
    REQUIRE(findings.size() == 2);
    CHECK(findings[0].offset == 19);
    CHECK(findings[1].offset == 24);
    const auto verbs = parse_fragment("<Say>a</Say><Hangup/>");
    CHECK(check(*verbs, "Response").empty());
}

TEST_CASE("what cannot be parsed has that one finding") {
    const auto findings = check_text("<Response><Say>a & b</Say></Response>");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0] == Finding{.code = 12100,
                                 .is_error = true,
                                 .message = "an & stands alone",
                                 .hint = "write & as &amp;, also in URLs",
                                 .offset = 17});
    CHECK(check_text(std::string(70000, 'a')).at(0).code == 11750);
    CHECK(check_text("<html/>").at(0).code == 12102);
}
