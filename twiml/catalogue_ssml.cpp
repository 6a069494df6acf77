// What may stand inside <Say>. Source: Twilio, "Text-to-Speech: SSML"; its helper libraries.
#include "twiml/catalogue_rows.hpp"

namespace twiml::rows {
namespace {

constexpr auto break_strength_values =
    words("none", "x-weak", "weak", "medium", "strong", "x-strong");
constexpr auto emphasis_level_values = words("strong", "moderate", "reduced");
constexpr auto lang_xml_lang_values =
    words("arb", "ar-AE", "ca-ES", "cmn-CN", "cy-GB", "da-DK", "de-DE", "de-AT", "en-AU", "en-GB",
          "en-GB-WLS", "en-IN", "en-NZ", "en-US", "en-ZA", "es-ES", "es-MX", "es-US", "fi-FI",
          "fr-CA", "fr-FR", "he-IL", "hi-IN", "is-IS", "it-IT", "ja-JP", "ko-KR", "nb-NO", "nl-NL",
          "pl-PL", "pt-BR", "pt-PT", "ro-RO", "ru-RU", "sv-SE", "tr-TR", "yue-CN");
constexpr auto phoneme_alphabet_values =
    words("ipa", "x-sampa", "x-amazon-jyutping", "x-amazon-pinyin", "x-amazon-pron-kana",
          "x-amazon-yomigana");
constexpr auto prosody_volume_values =
    words("default", "silent", "x-soft", "soft", "medium", "loud", "x-loud");
constexpr auto prosody_rate_values = words("x-slow", "slow", "medium", "fast", "x-fast");
constexpr auto prosody_pitch_values = words("default", "x-low", "low", "medium", "high", "x-high");
constexpr auto say_as_interpret_as_values =
    words("characters", "spell-out", "cardinal", "number", "ordinal", "digits", "fraction", "unit",
          "date", "time", "address", "expletive", "telephone");
constexpr auto say_as_format_values =
    words("mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y", "yyyymmdd");

constexpr std::array break_attributes{
    A{.name = "strength",
      .type = T::one_of,
      .values = break_strength_values,
      .source = Source::library},
    A{.name = "time",
      .type = T::pattern,
      .pattern = R"(^[0-9]+(\.[0-9]+)?(s|ms)$)",
      .source = Source::library},
};

constexpr std::array emphasis_attributes{
    A{.name = "level",
      .type = T::one_of,
      .values = emphasis_level_values,
      .source = Source::library},
};

constexpr std::array lang_attributes{
    A{.name = "xml:lang",
      .type = T::one_of,
      .values = lang_xml_lang_values,
      .required = true,
      .open = true,
      .source = Source::library},
};

constexpr std::array phoneme_attributes{
    A{.name = "alphabet",
      .type = T::one_of,
      .values = phoneme_alphabet_values,
      .source = Source::library},
    A{.name = "ph", .required = true, .source = Source::library},
};

constexpr std::array prosody_attributes{
    A{.name = "volume",
      .type = T::pattern,
      .values = prosody_volume_values,
      .pattern = "^[+-][0-9.]+dB$",
      .source = Source::library},
    A{.name = "rate",
      .type = T::pattern,
      .values = prosody_rate_values,
      .pattern = "^[0-9]+%$",
      .error = 13513,
      .source = Source::library},
    A{.name = "pitch",
      .type = T::pattern,
      .values = prosody_pitch_values,
      .pattern = "^[+-][0-9.]+%$",
      .source = Source::library},
};

constexpr std::array say_as_attributes{
    A{.name = "interpret-as",
      .type = T::one_of,
      .values = say_as_interpret_as_values,
      .required = true,
      .source = Source::library},
    A{.name = "format",
      .type = T::one_of,
      .values = say_as_format_values,
      .source = Source::library},
};

constexpr std::array sub_attributes{
    A{.name = "alias", .required = true, .source = Source::library},
};

constexpr std::array w_attributes{
    A{.name = "role", .source = Source::library},
};

constexpr auto emphasis_children =
    words("break", "emphasis", "lang", "phoneme", "prosody", "say-as", "sub", "w");
constexpr auto lang_children =
    words("break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w");
constexpr auto p_children =
    words("break", "emphasis", "lang", "phoneme", "prosody", "s", "say-as", "sub", "w");
constexpr auto prosody_children =
    words("break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w");
constexpr auto s_children =
    words("break", "emphasis", "lang", "phoneme", "prosody", "say-as", "sub", "w");
constexpr auto w_children = words("break", "emphasis", "phoneme", "prosody", "say-as", "sub");

constexpr std::array ssml{
    Element{
        .name = "break", .id = "break", .kind = ElementKind::ssml, .attributes = break_attributes},
    Element{.name = "emphasis",
            .id = "emphasis",
            .kind = ElementKind::ssml,
            .attributes = emphasis_attributes,
            .children = emphasis_children,
            .text = Text::optional},
    Element{.name = "lang",
            .id = "lang",
            .kind = ElementKind::ssml,
            .attributes = lang_attributes,
            .children = lang_children,
            .text = Text::optional},
    Element{.name = "p",
            .id = "p",
            .kind = ElementKind::ssml,
            .children = p_children,
            .text = Text::optional},
    Element{.name = "phoneme",
            .id = "phoneme",
            .kind = ElementKind::ssml,
            .attributes = phoneme_attributes,
            .text = Text::required},
    Element{.name = "prosody",
            .id = "prosody",
            .kind = ElementKind::ssml,
            .attributes = prosody_attributes,
            .children = prosody_children,
            .text = Text::optional},
    Element{.name = "s",
            .id = "s",
            .kind = ElementKind::ssml,
            .children = s_children,
            .text = Text::optional},
    Element{.name = "say-as",
            .id = "say-as",
            .kind = ElementKind::ssml,
            .attributes = say_as_attributes,
            .text = Text::required},
    Element{.name = "sub",
            .id = "sub",
            .kind = ElementKind::ssml,
            .attributes = sub_attributes,
            .text = Text::required},
    Element{.name = "w",
            .id = "w",
            .kind = ElementKind::ssml,
            .attributes = w_attributes,
            .children = w_children,
            .text = Text::optional},
};

}  // namespace

std::span<const CatalogueElement> ssml_elements() { return ssml; }

}  // namespace twiml::rows
