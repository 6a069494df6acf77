// The parts of the catalogue, for catalogue.cpp alone, and the words its rows are written in.
#pragma once

#include "twiml/catalogue.hpp"

#include <array>

namespace twiml::rows {

using A = CatalogueAttribute;
using T = AttributeType;
using Element = CatalogueElement;
using Text = CatalogueElement::Text;

template <class... Words> constexpr auto words(Words... each) {
    return std::array<std::string_view, sizeof...(Words)>{each...};
}

inline constexpr auto recording_events = words("in-progress", "completed", "absent");
inline constexpr auto call_events = words("initiated", "ringing", "answered", "completed");
inline constexpr auto trims = words("trim-silence", "do-not-trim");
inline constexpr auto dial_records =
    words("do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual",
          "record-from-ringing-dual", "true", "false");
inline constexpr auto tracks = words("inbound", "outbound", "both");

std::span<const CatalogueElement> verbs_elements();
std::span<const CatalogueElement> dial_elements();
std::span<const CatalogueElement> connect_elements();
std::span<const CatalogueElement> pay_elements();
std::span<const CatalogueElement> ssml_elements();

// Voices that speak the same languages. Names hold no blanks, so blanks part them.
struct VoiceGroup {
    std::string_view prefix{};     // what each name begins with: "Google.de-DE-"
    std::string_view languages{};  // "en-US en-GB"; empty: any
    std::string_view names{};
};
std::span<const VoiceGroup> voice_groups();

// Sorted by byte.
inline constexpr auto say_language_codes =
    words("af-ZA", "am-ET", "ar-AE", "ar-XA", "arb", "bg-BG", "bn-IN", "ca-ES", "cmn-CN", "cmn-TW",
          "cs-CZ", "cy-GB", "da-DK", "de-AT", "de-DE", "el-GR", "en-AU", "en-CA", "en-GB",
          "en-GB-WLS", "en-IE", "en-IN", "en-NZ", "en-US", "en-ZA", "es-ES", "es-MX", "es-US",
          "eu-ES", "fi-FI", "fil-PH", "fr-BE", "fr-CA", "fr-FR", "gl-ES", "gu-IN", "he-IL", "hi-IN",
          "hu-HU", "id-ID", "is-IS", "it-IT", "ja-JP", "kn-IN", "ko-KR", "lt-LT", "lv-LV", "ml-IN",
          "mr-IN", "ms-MY", "nb-NO", "nl-BE", "nl-NL", "pa-IN", "pl-PL", "pt-BR", "pt-PT", "ro-RO",
          "ru-RU", "sk-SK", "sr-RS", "sv-SE", "ta-IN", "te-IN", "th-TH", "tr-TR", "uk-UA", "vi-VN",
          "yue-CN", "yue-HK", "zh-CN", "zh-HK", "zh-TW");
inline constexpr auto gather_language_codes =
    words("af-ZA", "am-ET", "ar-AE", "ar-BH", "ar-DZ", "ar-EG", "ar-IL", "ar-IQ", "ar-JO", "ar-KW",
          "ar-LB", "ar-MA", "ar-OM", "ar-PS", "ar-QA", "ar-SA", "ar-TN", "az-AZ", "bg-BG", "bn-BD",
          "bn-IN", "ca-ES", "cmn-Hans-CN", "cmn-Hant-TW", "cs-CZ", "da-DK", "de-DE", "el-GR",
          "en-AU", "en-CA", "en-GB", "en-GH", "en-IE", "en-IN", "en-KE", "en-NG", "en-NZ", "en-PH",
          "en-SG", "en-TZ", "en-US", "en-ZA", "es-AR", "es-BO", "es-CL", "es-CO", "es-CR", "es-DO",
          "es-EC", "es-ES", "es-GT", "es-HN", "es-MX", "es-NI", "es-PA", "es-PE", "es-PR", "es-PY",
          "es-SV", "es-US", "es-UY", "es-VE", "et-EE", "eu-ES", "fa-IR", "fi-FI", "fil-PH", "fr-CA",
          "fr-FR", "gl-ES", "gu-IN", "he-IL", "hi-IN", "hr-HR", "hu-HU", "hy-AM", "id-ID", "is-IS",
          "it-IT", "ja-JP", "jv-ID", "ka-GE", "km-KH", "kn-IN", "ko-KR", "lo-LA", "lt-LT", "lv-LV",
          "mk-MK", "ml-IN", "mn-MN", "mr-IN", "ms-MY", "my-MM", "nar-IQ", "nb-NO", "ne-NP", "nl-BE",
          "nl-NL", "pa-guru-IN", "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "si-LK", "sk-SK",
          "sl-SI", "sq-AL", "sr-RS", "su-ID", "sv-SE", "sw-KE", "sw-TZ", "ta-IN", "ta-LK", "ta-MY",
          "ta-SG", "te-IN", "th-TH", "tr-TR", "uk-UA", "ur-IN", "ur-PK", "uz-UZ", "vi-VN",
          "yue-Hant-HK", "zh", "zh-TW", "zu-ZA");
}  // namespace twiml::rows
