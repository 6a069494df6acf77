// What a call is connected to, and what runs beside it.
#include "twiml/catalogue_rows.hpp"

namespace twiml::rows {
namespace {

constexpr auto stream_tracks = words("inbound_track", "outbound_track", "both_tracks");
constexpr auto recording_channels_values = words("mono", "dual");
constexpr auto transcription_transcription_engine_values = words("google", "deepgram");
constexpr auto conversation_status_callback_event_values =
    words("call-initiated", "call-ringing", "call-answered", "call-completed");
constexpr auto conversation_relay_welcome_greeting_interruptible_values =
    words("none", "dtmf", "speech", "any");
constexpr auto conversation_relay_tts_provider_values = words("Google", "Amazon", "ElevenLabs");
constexpr auto conversation_relay_transcription_provider_values = words("Google", "Deepgram");
constexpr auto conversation_relay_interruptible_values =
    words("none", "dtmf", "speech", "any", "true", "false");
constexpr auto conversation_relay_interrupt_sensitivity_values = words("low", "medium", "high");
constexpr auto conversation_relay_debug_values =
    words("debugging", "speaker-events", "tokens-played");
constexpr auto conversation_relay_elevenlabs_text_normalization_values = words("on", "auto", "off");

constexpr std::array connect_attributes{
    A{.name = "action", .type = T::url, .error = 11100, .is_callback = true},
    A{.name = "method", .type = T::method, .otherwise = "POST", .is_callback = true},
};

constexpr std::array start_attributes{
    A{.name = "action",
      .type = T::url,
      .error = 11100,
      .is_callback = true,
      .source = Source::library},
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .is_callback = true,
      .source = Source::library},
};

constexpr std::array stream_attributes{
    A{.name = "url", .type = T::url, .error = 31923},
    A{.name = "name"},
    A{.name = "track",
      .type = T::one_of,
      .values = stream_tracks,
      .otherwise = "inbound_track",
      .error = 31941},
    A{.name = "statusCallback",
      .type = T::url,
      .error = 11100,
      .is_callback = true,
      .absolute = true},
    A{.name = "statusCallbackMethod", .type = T::method, .otherwise = "POST", .is_callback = true},
    A{.name = "connectorName", .error = 31940, .source = Source::library},
    A{.name = "audioFormat", .source = Source::library},
    A{.name = "sampleRate", .source = Source::library},
};

constexpr std::array siprec_attributes{
    A{.name = "name", .source = Source::library},
    A{.name = "connectorName"},
    A{.name = "track", .type = T::one_of, .values = stream_tracks, .otherwise = "both_tracks"},
    A{.name = "statusCallback", .type = T::url, .error = 11100, .is_callback = true},
    A{.name = "statusCallbackMethod", .type = T::method, .otherwise = "POST", .is_callback = true},
};

constexpr std::array recording_attributes{
    A{.name = "name", .source = Source::docs},
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
    A{.name = "trim", .type = T::one_of, .values = trims, .otherwise = "trim-silence"},
    A{.name = "track", .type = T::one_of, .values = tracks, .otherwise = "both"},
    A{.name = "channels",
      .type = T::one_of,
      .values = recording_channels_values,
      .otherwise = "dual"},
    A{.name = "recordingConfigurationId"},
};

constexpr std::array transcription_attributes{
    A{.name = "name"},
    A{.name = "statusCallbackUrl",
      .type = T::url,
      .error = 11100,
      .is_callback = true,
      .absolute = true},
    A{.name = "statusCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .is_callback = true,
      .source = Source::library},
    A{.name = "languageCode", .otherwise = "en-US"},
    A{.name = "track", .type = T::one_of, .values = stream_tracks, .otherwise = "both_tracks"},
    A{.name = "inboundTrackLabel"},
    A{.name = "outboundTrackLabel"},
    A{.name = "transcriptionEngine",
      .type = T::one_of,
      .values = transcription_transcription_engine_values,
      .otherwise = "google",
      .open = true},
    A{.name = "speechModel", .otherwise = "telephony"},
    A{.name = "enableProviderData",
      .type = T::boolean,
      .otherwise = "false",
      .source = Source::docs},
    A{.name = "profanityFilter", .type = T::boolean, .otherwise = "true"},
    A{.name = "partialResults", .type = T::boolean, .otherwise = "false"},
    A{.name = "hints"},
    A{.name = "enableAutomaticPunctuation", .type = T::boolean, .otherwise = "true"},
    A{.name = "intelligenceService"},
    A{.name = "conversationConfiguration", .source = Source::docs},
    A{.name = "conversationId", .source = Source::docs},
};

constexpr std::array config_attributes{
    A{.name = "name", .error = 32603, .required = true},
    A{.name = "value", .error = 32603, .required = true},
};

constexpr std::array virtual_agent_attributes{
    A{.name = "connectorName", .required = true},
    A{.name = "language", .source = Source::library},
    A{.name = "sentimentAnalysis", .type = T::boolean, .source = Source::library},
    A{.name = "statusCallback",
      .type = T::url,
      .error = 11100,
      .is_callback = true,
      .source = Source::library},
    A{.name = "statusCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .is_callback = true,
      .source = Source::library},
};

constexpr std::array conversation_attributes{
    A{.name = "serviceInstanceSid",
      .type = T::pattern,
      .pattern = "^IS[0-9a-fA-F]{32}$",
      .error = 32501,
      .source = Source::library},
    A{.name = "inboundAutocreation", .type = T::boolean, .error = 32501, .source = Source::library},
    A{.name = "inboundTimeout", .type = T::seconds, .error = 32501, .source = Source::library},
    A{.name = "routingAssignmentTimeout",
      .type = T::seconds,
      .error = 32501,
      .source = Source::library},
    A{.name = "url",
      .type = T::url,
      .error = 32501,
      .is_callback = true,
      .source = Source::library},
    A{.name = "method",
      .type = T::method,
      .otherwise = "POST",
      .error = 32501,
      .is_callback = true,
      .source = Source::library},
    A{.name = "record",
      .type = T::one_of,
      .values = dial_records,
      .error = 32501,
      .source = Source::library},
    A{.name = "trim",
      .type = T::one_of,
      .values = trims,
      .error = 32501,
      .source = Source::library},
    A{.name = "recordingStatusCallback",
      .type = T::url,
      .error = 32501,
      .is_callback = true,
      .source = Source::library},
    A{.name = "recordingStatusCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .error = 32501,
      .is_callback = true,
      .source = Source::library},
    A{.name = "recordingStatusCallbackEvent",
      .type = T::list_of,
      .values = recording_events,
      .separator = " ",
      .otherwise = "completed",
      .error = 32501,
      .source = Source::library},
    A{.name = "statusCallback",
      .type = T::url,
      .error = 32501,
      .is_callback = true,
      .source = Source::library},
    A{.name = "statusCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .error = 32501,
      .is_callback = true,
      .source = Source::library},
    A{.name = "statusCallbackEvent",
      .type = T::list_of,
      .values = conversation_status_callback_event_values,
      .separator = " ",
      .error = 32501,
      .source = Source::library},
};

constexpr std::array conversation_relay_attributes{
    A{.name = "url", .type = T::url, .pattern = "^wss://", .error = 64102, .required = true},
    A{.name = "welcomeGreeting", .error = 64106},
    A{.name = "welcomeGreetingInterruptible",
      .type = T::one_of,
      .values = conversation_relay_welcome_greeting_interruptible_values,
      .otherwise = "any",
      .error = 64106},
    A{.name = "language", .otherwise = "en-US", .error = 64106},
    A{.name = "ttsLanguage", .error = 64106},
    A{.name = "ttsProvider",
      .type = T::one_of,
      .values = conversation_relay_tts_provider_values,
      .otherwise = "ElevenLabs",
      .error = 64106,
      .open = true},
    A{.name = "voice", .error = 64106},
    A{.name = "transcriptionLanguage", .error = 64106},
    A{.name = "transcriptionProvider",
      .type = T::one_of,
      .values = conversation_relay_transcription_provider_values,
      .otherwise = "Deepgram",
      .error = 64106,
      .open = true},
    A{.name = "speechModel", .error = 64106},
    A{.name = "interruptible",
      .type = T::one_of,
      .values = conversation_relay_interruptible_values,
      .otherwise = "any",
      .error = 64106},
    A{.name = "interruptSensitivity",
      .type = T::one_of,
      .values = conversation_relay_interrupt_sensitivity_values,
      .otherwise = "high",
      .error = 64106},
    A{.name = "dtmfDetection", .type = T::boolean, .error = 64106},
    A{.name = "reportInputDuringAgentSpeech",
      .type = T::one_of,
      .values = conversation_relay_welcome_greeting_interruptible_values,
      .otherwise = "none",
      .error = 64106,
      .open = true},
    A{.name = "preemptible", .type = T::boolean, .otherwise = "false", .error = 64106},
    A{.name = "hints", .error = 64106},
    A{.name = "debug",
      .type = T::list_of,
      .values = conversation_relay_debug_values,
      .separator = " ",
      .error = 64106,
      .open = true},
    A{.name = "elevenlabsTextNormalization",
      .type = T::one_of,
      .values = conversation_relay_elevenlabs_text_normalization_values,
      .otherwise = "off",
      .error = 64106},
    A{.name = "intelligenceService", .error = 64106},
    A{.name = "partialPrompts", .type = T::boolean, .error = 64106, .source = Source::library},
    A{.name = "profanityFilter", .type = T::boolean, .error = 64106, .source = Source::library},
    A{.name = "events", .error = 64106, .source = Source::library},
    A{.name = "backgroundnoisereduction", .error = 64106, .source = Source::library},
    A{.name = "deepgramsmartformat", .error = 64106, .source = Source::library},
    A{.name = "ignorebackchannel", .error = 64106, .source = Source::library},
    A{.name = "speechtimeout", .error = 64106, .source = Source::library},
};

constexpr std::array language_attributes{
    A{.name = "code", .required = true},
    A{.name = "ttsProvider",
      .type = T::one_of,
      .values = conversation_relay_tts_provider_values,
      .open = true},
    A{.name = "voice"},
    A{.name = "transcriptionProvider",
      .type = T::one_of,
      .values = conversation_relay_transcription_provider_values,
      .open = true},
    A{.name = "speechModel"},
};

constexpr std::array conversation_relay_session_attributes{
    A{.name = "connector", .source = Source::library},
    A{.name = "sessionConfiguration", .source = Source::library},
};

constexpr std::array ai_session_attributes{
    A{.name = "aiConnector", .source = Source::library},
    A{.name = "aiSessionConfiguration", .source = Source::library},
};

constexpr std::array assistant_attributes{
    A{.name = "id", .source = Source::library},
    A{.name = "language", .source = Source::library},
    A{.name = "ttsLanguage", .source = Source::library},
    A{.name = "transcriptionLanguage", .source = Source::library},
    A{.name = "ttsProvider", .source = Source::library},
    A{.name = "voice", .source = Source::library},
    A{.name = "transcriptionProvider", .source = Source::library},
    A{.name = "speechModel", .source = Source::library},
    A{.name = "profanityFilter", .type = T::boolean, .source = Source::library},
    A{.name = "dtmfDetection", .type = T::boolean, .source = Source::library},
    A{.name = "welcomeGreeting", .source = Source::library},
    A{.name = "partialPrompts", .type = T::boolean, .source = Source::library},
    A{.name = "welcomeGreetingInterruptible", .source = Source::library},
    A{.name = "interruptible", .source = Source::library},
    A{.name = "preemptible", .type = T::boolean, .source = Source::library},
    A{.name = "hints", .source = Source::library},
    A{.name = "intelligenceService", .source = Source::library},
    A{.name = "reportInputDuringAgentSpeech", .type = T::boolean, .source = Source::library},
    A{.name = "elevenlabsTextNormalization", .source = Source::library},
    A{.name = "interruptSensitivity", .source = Source::library},
    A{.name = "debug", .source = Source::library},
};

constexpr std::array room_attributes{
    A{.name = "participantIdentity", .source = Source::library},
};

constexpr auto connect_children =
    words("Stream", "ConversationRelay", "Room", "VirtualAgent", "Conversation",
          "ConversationRelaySession", "AiSession", "Assistant", "Autopilot");
constexpr auto start_children = words("Stream", "Siprec", "Recording", "Transcription");
constexpr auto stop_children = words("Stream", "Siprec", "Transcription", "Recording");
constexpr auto stream_children = words("Parameter");
constexpr auto siprec_children = words("Parameter");
constexpr auto transcription_children = words("Config", "Parameter");
constexpr auto virtual_agent_children = words("Config", "Parameter");
constexpr auto conversation_relay_children = words("Language", "Parameter");
constexpr auto assistant_children = words("Language", "Parameter");

constexpr std::array connect{
    Element{.name = "Connect",
            .id = "Connect",
            .kind = ElementKind::verb,
            .attributes = connect_attributes,
            .children = connect_children},
    Element{.name = "Start",
            .id = "Start",
            .kind = ElementKind::verb,
            .attributes = start_attributes,
            .children = start_children},
    Element{.name = "Stop", .id = "Stop", .kind = ElementKind::verb, .children = stop_children},
    Element{.name = "Stream",
            .id = "Stream",
            .kind = ElementKind::noun,
            .attributes = stream_attributes,
            .children = stream_children},
    Element{.name = "Siprec",
            .id = "Siprec",
            .kind = ElementKind::noun,
            .attributes = siprec_attributes,
            .children = siprec_children},
    Element{.name = "Recording",
            .id = "Recording",
            .kind = ElementKind::noun,
            .attributes = recording_attributes},
    Element{.name = "Transcription",
            .id = "Transcription",
            .kind = ElementKind::noun,
            .attributes = transcription_attributes,
            .children = transcription_children},
    Element{.name = "Config",
            .id = "Config",
            .kind = ElementKind::noun,
            .attributes = config_attributes},
    Element{.name = "VirtualAgent",
            .id = "VirtualAgent",
            .kind = ElementKind::noun,
            .attributes = virtual_agent_attributes,
            .children = virtual_agent_children},
    Element{.name = "Conversation",
            .id = "Conversation",
            .kind = ElementKind::noun,
            .attributes = conversation_attributes},
    Element{.name = "ConversationRelay",
            .id = "ConversationRelay",
            .kind = ElementKind::noun,
            .attributes = conversation_relay_attributes,
            .children = conversation_relay_children},
    Element{.name = "Language",
            .id = "Language",
            .kind = ElementKind::noun,
            .attributes = language_attributes},
    Element{.name = "ConversationRelaySession",
            .id = "ConversationRelaySession",
            .kind = ElementKind::noun,
            .attributes = conversation_relay_session_attributes},
    Element{.name = "AiSession",
            .id = "AiSession",
            .kind = ElementKind::noun,
            .attributes = ai_session_attributes},
    Element{.name = "Assistant",
            .id = "Assistant",
            .kind = ElementKind::noun,
            .attributes = assistant_attributes,
            .children = assistant_children,
            .deprecated = true},
    Element{.name = "Autopilot",
            .id = "Autopilot",
            .kind = ElementKind::noun,
            .text = Text::required,
            .deprecated = true},
    Element{.name = "Room",
            .id = "Room",
            .kind = ElementKind::noun,
            .attributes = room_attributes,
            .text = Text::required},
};

}  // namespace

std::span<const CatalogueElement> connect_elements() { return connect; }

}  // namespace twiml::rows
