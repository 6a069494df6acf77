// What a document says, asks and does with the caller's own leg.
#include "twiml/catalogue_rows.hpp"

namespace twiml::rows {
namespace {

constexpr auto gather_input_values = words("dtmf", "speech");
constexpr auto gather_speech_model_values =
    words("default", "numbers_and_commands", "phone_call", "experimental_conversations",
          "experimental_utterances", "googlev2_long", "googlev2_short", "googlev2_telephony",
          "googlev2_telephony_short", "deepgram_nova-2", "deepgram_nova-3");
constexpr auto reject_reason_values = words("rejected", "busy");

constexpr std::array say_attributes{
    A{.name = "voice", .otherwise = "account setting, man if none", .error = 13511},
    A{.name = "language",
      .type = T::one_of,
      .values = say_language_codes,
      .otherwise = "account setting, en-US if none",
      .error = 13511},
    A{.name = "loop", .type = T::integer, .at_least = 0, .otherwise = "1", .error = 13510},
};

constexpr std::array play_attributes{
    A{.name = "loop", .type = T::integer, .at_least = 0, .otherwise = "1", .error = 13410},
    A{.name = "digits", .type = T::digits, .pattern = "^[0-9A-DWw#*]+$", .error = 13430},
};

constexpr std::array pause_attributes{
    A{.name = "length", .type = T::seconds, .at_least = 1, .otherwise = "1", .error = 13910},
};

constexpr std::array gather_attributes{
    A{.name = "action",
      .type = T::url,
      .otherwise = "current document URL",
      .error = 11100,
      .is_callback = true},
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .error = 13312,
      .is_callback = true},
    A{.name = "actionOnEmptyResult", .type = T::boolean, .otherwise = "false", .error = 13338},
    A{.name = "finishOnKey",
      .type = T::key,
      .pattern = "^[0-9#*]?$",
      .otherwise = "#",
      .error = 13310},
    A{.name = "numDigits",
      .type = T::integer,
      .at_least = 1,
      .otherwise = "unlimited",
      .error = 13314},
    A{.name = "timeout", .type = T::seconds, .at_least = 1, .otherwise = "5", .error = 13313},
    A{.name = "input",
      .type = T::list_of,
      .values = gather_input_values,
      .separator = " ",
      .otherwise = "dtmf",
      .error = 13326},
    A{.name = "language",
      .type = T::one_of,
      .values = gather_language_codes,
      .otherwise = "en-US",
      .error = 13331,
      .open = true},
    A{.name = "hints", .error = 13330},
    A{.name = "speechTimeout",
      .type = T::pattern,
      .pattern = "^([1-9][0-9]*|auto)$",
      .otherwise = "value of timeout",
      .error = 13327},
    A{.name = "speechModel",
      .type = T::one_of,
      .values = gather_speech_model_values,
      .otherwise = "default",
      .error = 13334,
      .open = true},
    A{.name = "enhanced", .type = T::boolean, .otherwise = "false", .deprecated = true},
    A{.name = "profanityFilter", .type = T::boolean, .otherwise = "true", .error = 13333},
    A{.name = "partialResultCallback", .type = T::url, .error = 11100, .is_callback = true},
    A{.name = "partialResultCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .error = 13329,
      .is_callback = true},
    A{.name = "maxSpeechTime", .type = T::seconds, .error = 13328, .source = Source::library},
    A{.name = "bargeIn", .type = T::boolean, .error = 13332, .source = Source::library},
    A{.name = "debug", .type = T::boolean, .source = Source::library},
};

constexpr std::array record_attributes{
    A{.name = "action",
      .type = T::url,
      .otherwise = "current document URL",
      .error = 11100,
      .is_callback = true},
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .error = 13610,
      .is_callback = true},
    A{.name = "timeout", .type = T::seconds, .at_least = 0, .otherwise = "5", .error = 13611},
    A{.name = "finishOnKey",
      .type = T::digits,
      .pattern = "^[0-9#*]*$",
      .otherwise = "1234567890*#",
      .error = 13613},
    A{.name = "maxLength",
      .type = T::seconds,
      .at_least = 2,
      .at_most = 14400,
      .otherwise = "3600",
      .error = 13612},
    A{.name = "playBeep", .type = T::boolean, .otherwise = "true", .error = 13616},
    A{.name = "trim",
      .type = T::one_of,
      .values = trims,
      .otherwise = "trim-silence",
      .error = 13699},
    A{.name = "recordingStatusCallback", .type = T::url, .error = 13256, .is_callback = true},
    A{.name = "recordingStatusCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .is_callback = true},
    A{.name = "recordingStatusCallbackEvent",
      .type = T::list_of,
      .values = recording_events,
      .separator = " ",
      .otherwise = "completed",
      .error = 13621},
    A{.name = "transcribe", .type = T::boolean, .otherwise = "false", .error = 13614},
    A{.name = "transcribeCallback", .type = T::url, .error = 13257, .is_callback = true},
    A{.name = "recordingConfigurationId"},
};

constexpr std::array redirect_attributes{
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .error = 13710,
      .is_callback = true},
};

constexpr std::array reject_attributes{
    A{.name = "reason",
      .type = T::one_of,
      .values = reject_reason_values,
      .otherwise = "rejected",
      .error = 13810},
};

constexpr std::array enqueue_attributes{
    A{.name = "action", .type = T::url, .error = 14203, .is_callback = true},
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .error = 14201,
      .is_callback = true},
    A{.name = "waitUrl",
      .type = T::url,
      .otherwise = "Twilio classical playlist",
      .error = 14202,
      .is_callback = true},
    A{.name = "waitUrlMethod",
      .type = T::method,
      .otherwise = "POST",
      .error = 14206,
      .is_callback = true},
    A{.name = "workflowSid", .type = T::pattern, .pattern = "^WW[0-9a-fA-F]{32}$", .error = 14220},
    A{.name = "maxQueueSize",
      .type = T::integer,
      .at_least = 1,
      .at_most = 5000,
      .source = Source::library},
};

constexpr std::array task_attributes{
    A{.name = "priority", .type = T::integer, .at_least = 0, .source = Source::library},
    A{.name = "timeout", .type = T::seconds, .source = Source::library},
};

constexpr std::array refer_attributes{
    A{.name = "action", .type = T::url, .error = 11100, .is_callback = true},
    A{.name = "method", .type = T::method, .otherwise = "POST", .is_callback = true},
};

constexpr std::array sms_attributes{
    A{.name = "to", .otherwise = "the caller, when it is a phone number", .error = 14101},
    A{.name = "from", .otherwise = "the called number", .error = 14102},
    A{.name = "action", .type = T::url, .error = 11100, .is_callback = true},
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .error = 14104,
      .is_callback = true},
    A{.name = "statusCallback", .type = T::url, .error = 14105, .is_callback = true},
};

constexpr auto response_children = words(
    "Connect", "Dial", "Echo", "Enqueue", "Gather", "Hangup", "Leave", "Pause", "Pay", "Play",
    "Record", "Redirect", "Refer", "Reject", "Say", "Sms", "Start", "Stop", "Prompt", "Queue");
constexpr auto say_children =
    words("break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w");
constexpr auto gather_children = words("Say", "Play", "Pause");
constexpr auto reject_children = words("Parameter");
constexpr auto hangup_children = words("Parameter");
constexpr auto enqueue_children = words("Task");
constexpr auto refer_children = words("ReferSip");

constexpr std::array verbs{
    Element{.name = "Response",
            .id = "Response",
            .kind = ElementKind::root,
            .children = response_children},
    Element{.name = "Say",
            .id = "Say",
            .kind = ElementKind::verb,
            .attributes = say_attributes,
            .children = say_children,
            .text = Text::required,
            .text_error = 13520},
    Element{.name = "Play",
            .id = "Play",
            .kind = ElementKind::verb,
            .attributes = play_attributes,
            .text = Text::optional},
    Element{
        .name = "Pause", .id = "Pause", .kind = ElementKind::verb, .attributes = pause_attributes},
    Element{.name = "Gather",
            .id = "Gather",
            .kind = ElementKind::verb,
            .attributes = gather_attributes,
            .children = gather_children,
            .child_error = 13320},
    Element{.name = "Record",
            .id = "Record",
            .kind = ElementKind::verb,
            .attributes = record_attributes,
            .terminates = true},
    Element{.name = "Redirect",
            .id = "Redirect",
            .kind = ElementKind::verb,
            .attributes = redirect_attributes,
            .text = Text::required,
            .terminates = true},
    Element{.name = "Reject",
            .id = "Reject",
            .kind = ElementKind::verb,
            .attributes = reject_attributes,
            .children = reject_children,
            .terminates = true},
    Element{.name = "Hangup",
            .id = "Hangup",
            .kind = ElementKind::verb,
            .children = hangup_children,
            .terminates = true},
    Element{.name = "Leave", .id = "Leave", .kind = ElementKind::verb, .terminates = true},
    Element{.name = "Enqueue",
            .id = "Enqueue",
            .kind = ElementKind::verb,
            .attributes = enqueue_attributes,
            .children = enqueue_children,
            .text = Text::optional,
            .text_longest = 64,
            .text_error = 14204},
    Element{.name = "Task",
            .id = "Task",
            .kind = ElementKind::noun,
            .attributes = task_attributes,
            .text = Text::required,
            .text_error = 14221},
    Element{.name = "Refer",
            .id = "Refer",
            .kind = ElementKind::verb,
            .attributes = refer_attributes,
            .children = refer_children},
    Element{.name = "Sip",
            .id = "ReferSip",
            .kind = ElementKind::noun,
            .text = Text::required,
            .text_error = 13243},
    Element{.name = "Echo", .id = "Echo", .kind = ElementKind::verb},
    Element{.name = "Sms",
            .id = "Sms",
            .kind = ElementKind::verb,
            .attributes = sms_attributes,
            .text = Text::required,
            .text_longest = 1600,
            .text_error = 14103,
            .deprecated = true},
};

}  // namespace

std::span<const CatalogueElement> verbs_elements() { return verbs; }

}  // namespace twiml::rows
