// Voices of <Say> and the languages they speak: what the names begin with, the languages, the rest
// of the names. A bilingual voice stands in two rows. Source: Twilio, "Text-to-Speech: available
// voices", and its helper libraries, whose voices go on working when the docs list them no longer.
#include "twiml/catalogue_rows.hpp"

namespace twiml::rows {
namespace {

constexpr std::array groups{
    VoiceGroup{"", "en-US en-GB de-DE es-ES es-MX es-US fr-FR it-IT", "man woman"},
    VoiceGroup{"", "", "alice"},
    VoiceGroup{"Polly.", "ar-AE", "Hala-Neural Zayd-Neural"},
    VoiceGroup{"Polly.", "arb", "Zeina"},
    VoiceGroup{"Polly.", "ca-ES", "Arlet-Neural"},
    VoiceGroup{"Polly.", "yue-CN", "Hiujin-Neural"},
    VoiceGroup{"Polly.", "cmn-CN", "Zhiyu Zhiyu-Neural"},
    VoiceGroup{"Polly.", "da-DK", "Mads Naja Sofie-Neural"},
    VoiceGroup{"Polly.", "nl-BE", "Lisa-Neural"},
    VoiceGroup{"Polly.", "nl-NL", "Laura-Neural Lotte Ruben"},
    VoiceGroup{"Polly.", "en-AU", "Nicole Olivia-Generative Olivia-Neural Russell"},
    VoiceGroup{"Polly.", "en-IN", "Aditi Kajal-Generative Kajal-Neural Raveena"},
    VoiceGroup{"Polly.", "en-IE", "Niamh-Neural"},
    VoiceGroup{"Polly.", "en-NZ", "Aria-Neural"},
    VoiceGroup{"Polly.", "en-ZA", "Ayanda-Generative Ayanda-Neural"},
    VoiceGroup{"Polly.", "en-GB",
               "Amy Amy-Generative Amy-Neural Arthur-Neural Brian Brian-Neural Emma Emma-Neural"},
    VoiceGroup{
        "Polly.", "en-US",
        "Danielle-Generative Danielle-Neural Gregory-Neural Ivy Ivy-Neural Joanna "
        "Joanna-Generative Joanna-Neural Joey Joey-Neural Justin Justin-Neural Kendra "
        "Kendra-Neural Kevin Kevin-Neural Kimberly Kimberly-Neural Matthew Matthew-Generative "
        "Matthew-Neural Ruth-Generative Ruth-Neural Salli Salli-Neural Stephen-Generative "
        "Stephen-Neural Tiffany-Generative"},
    VoiceGroup{"Polly.", "en-GB-WLS", "Geraint"},
    VoiceGroup{"Polly.", "fi-FI", "Suvi-Neural"},
    VoiceGroup{"Polly.", "fr-BE", "Isabelle-Neural"},
    VoiceGroup{"Polly.", "fr-CA", "Chantal Gabrielle-Neural Liam-Neural"},
    VoiceGroup{
        "Polly.", "fr-FR",
        "Celine Céline Lea Lea-Generative Lea-Neural Léa Mathieu Remi-Neural Rémi-Generative"},
    VoiceGroup{"Polly.", "de-AT", "Hannah-Neural"},
    VoiceGroup{"Polly.", "de-DE",
               "Daniel-Generative Daniel-Neural Hans Marlene Vicki Vicki-Generative Vicki-Neural"},
    VoiceGroup{"Polly.", "hi-IN", "Aditi Kajal-Neural"},
    VoiceGroup{"Polly.", "is-IS", "Dora Dóra Karl"},
    VoiceGroup{"Polly.", "it-IT",
               "Adriano-Neural Bianca Bianca-Generative Bianca-Neural Carla Giorgio"},
    VoiceGroup{"Polly.", "ja-JP", "Kazuha-Neural Mizuki Takumi Takumi-Neural Tomoko-Neural"},
    VoiceGroup{"Polly.", "ko-KR", "Seoyeon Seoyeon-Neural"},
    VoiceGroup{"Polly.", "nb-NO", "Ida-Neural Liv"},
    VoiceGroup{"Polly.", "pl-PL", "Ewa Jacek Jan Maja Ola-Neural"},
    VoiceGroup{"Polly.", "pt-BR",
               "Camila Camila-Neural Ricardo Thiago-Neural Vitoria Vitoria-Neural Vitória "
               "Vitória-Neural"},
    VoiceGroup{"Polly.", "pt-PT", "Cristiano Ines Ines-Neural Inês Inês-Neural"},
    VoiceGroup{"Polly.", "ro-RO", "Carmen"},
    VoiceGroup{"Polly.", "ru-RU", "Maxim Tatyana"},
    VoiceGroup{"Polly.", "es-MX", "Andres-Generative Andres-Neural Mia Mia-Neural Mía-Generative"},
    VoiceGroup{
        "Polly.", "es-ES",
        "Conchita Enrique Lucia Lucia-Generative Lucia-Neural Sergio-Generative Sergio-Neural"},
    VoiceGroup{"Polly.", "es-US",
               "Lupe Lupe-Generative Lupe-Neural Miguel Pedro-Generative Pedro-Neural Penelope "
               "Penélope"},
    VoiceGroup{"Polly.", "sv-SE", "Astrid Elin-Neural"},
    VoiceGroup{"Polly.", "tr-TR", "Burcu-Neural Filiz"},
    VoiceGroup{"Polly.", "cy-GB", "Gwyneth"},
    VoiceGroup{"Google.af-ZA-", "af-ZA", "Standard-A"},
    VoiceGroup{"Google.am-ET-", "am-ET", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{"Google.ar-XA-", "ar-XA",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.bg-BG-", "bg-BG", "Standard-A Standard-B"},
    VoiceGroup{"Google.bn-IN-", "bn-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.ca-ES-", "ca-ES", "Standard-A Standard-B"},
    VoiceGroup{"Google.cmn-CN-", "cmn-CN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.cmn-TW-", "cmn-TW",
               "Standard-A Standard-B Standard-C Wavenet-A Wavenet-B Wavenet-C"},
    VoiceGroup{"Google.cs-CZ-", "cs-CZ", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{"Google.da-DK-", "da-DK",
               "Neural2-D Neural2-F Standard-A Standard-C Standard-D Standard-E Standard-F "
               "Standard-G Wavenet-A Wavenet-C Wavenet-D Wavenet-E Wavenet-F Wavenet-G"},
    VoiceGroup{
        "Google.de-DE-", "de-DE",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Neural2-D Neural2-F Neural2-G Neural2-H Standard-A Standard-B Standard-C Standard-D "
        "Standard-E Standard-F Standard-G Standard-H Wavenet-A Wavenet-B Wavenet-C Wavenet-D "
        "Wavenet-E Wavenet-F Wavenet-G Wavenet-H"},
    VoiceGroup{"Google.el-GR-", "el-GR", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{
        "Google.en-AU-", "en-AU",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Neural2-D Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C "
        "Wavenet-D"},
    VoiceGroup{
        "Google.en-GB-", "en-GB",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Neural2-D Neural2-F Neural2-N Neural2-O Standard-A Standard-B Standard-C Standard-D "
        "Standard-F Standard-N Standard-O Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-F "
        "Wavenet-N Wavenet-O"},
    VoiceGroup{"Google.en-IN-", "en-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
               "Neural2-D Standard-A Standard-B Standard-C Standard-D Standard-E Standard-F "
               "Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F"},
    VoiceGroup{"Google.en-US-", "en-US",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-C Neural2-D "
               "Neural2-E Neural2-F Neural2-G Neural2-H Neural2-I Neural2-J Standard-A Standard-B "
               "Standard-C Standard-D Standard-E Standard-F Standard-G Standard-H Standard-I "
               "Standard-J Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F Wavenet-G "
               "Wavenet-H Wavenet-I Wavenet-J"},
    VoiceGroup{
        "Google.es-ES-", "es-ES",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Neural2-D Neural2-E Neural2-F Neural2-G Neural2-H Standard-A Standard-B Standard-C "
        "Standard-D Standard-E Standard-F Standard-G Standard-H Wavenet-B Wavenet-C Wavenet-D "
        "Wavenet-E Wavenet-F Wavenet-G Wavenet-H"},
    VoiceGroup{"Google.es-US-", "es-US",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
               "Standard-A Standard-B Standard-C Wavenet-A Wavenet-B Wavenet-C"},
    VoiceGroup{"Google.eu-ES-", "eu-ES", "Standard-A Standard-B"},
    VoiceGroup{"Google.fi-FI-", "fi-FI", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{
        "Google.", "fil-PH",
        "fil-PH-Standard-A fil-PH-Standard-B fil-PH-Standard-C fil-PH-Standard-D "
        "fil-PH-Wavenet-A fil-PH-Wavenet-B fil-PH-Wavenet-C fil-PH-Wavenet-D fil-ph-Neural2-A "
        "fil-ph-Neural2-D"},
    VoiceGroup{
        "Google.fr-CA-", "fr-CA",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Neural2-D Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C "
        "Wavenet-D"},
    VoiceGroup{
        "Google.fr-FR-", "fr-FR",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Neural2-D Neural2-E Neural2-F Neural2-G Standard-A Standard-B Standard-C Standard-D "
        "Standard-E Standard-F Standard-G Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E "
        "Wavenet-F Wavenet-G"},
    VoiceGroup{"Google.gl-ES-", "gl-ES", "Standard-A Standard-B"},
    VoiceGroup{"Google.gu-IN-", "gu-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{
        "Google.he-IL-", "he-IL",
        "Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.hi-IN-", "hi-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
               "Neural2-D Standard-A Standard-B Standard-C Standard-D Standard-E Standard-F "
               "Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F"},
    VoiceGroup{"Google.hu-HU-", "hu-HU", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{"Google.id-ID-", "id-ID",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.is-IS-", "is-IS", "Standard-A Standard-B"},
    VoiceGroup{"Google.it-IT-", "it-IT",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-C Neural2-F "
               "Standard-A Standard-B Standard-C Standard-D Standard-E Standard-F Wavenet-A "
               "Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F"},
    VoiceGroup{
        "Google.ja-JP-", "ja-JP",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-B Neural2-C Neural2-D "
        "Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.kn-IN-", "kn-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{
        "Google.ko-KR-", "ko-KR",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.lt-LT-", "lt-LT", "Standard-A Standard-B"},
    VoiceGroup{"Google.lv-LV-", "lv-LV", "Standard-A Standard-B"},
    VoiceGroup{"Google.ml-IN-", "ml-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.mr-IN-", "mr-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Wavenet-A Wavenet-B Wavenet-C"},
    VoiceGroup{
        "Google.ms-MY-", "ms-MY",
        "Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.nb-NO-", "nb-NO",
               "Standard-A Standard-B Standard-C Standard-D Standard-E Standard-F Standard-G "
               "Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F Wavenet-G"},
    VoiceGroup{
        "Google.nl-BE-", "nl-BE",
        "Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{
        "Google.nl-NL-", "nl-NL",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
        "Standard-D Standard-E Standard-F Standard-G Wavenet-A Wavenet-B Wavenet-C Wavenet-D "
        "Wavenet-E Wavenet-F Wavenet-G"},
    VoiceGroup{
        "Google.pa-IN-", "pa-IN",
        "Standard-A Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{
        "Google.pl-PL-", "pl-PL",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
        "Standard-D Standard-E Standard-F Standard-G Wavenet-A Wavenet-B Wavenet-C Wavenet-D "
        "Wavenet-E Wavenet-F Wavenet-G"},
    VoiceGroup{
        "Google.pt-BR-", "pt-BR",
        "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
        "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-B Neural2-C "
        "Standard-A Standard-B Standard-C Standard-D Standard-E Wavenet-A Wavenet-B Wavenet-C "
        "Wavenet-D Wavenet-E"},
    VoiceGroup{"Google.pt-PT-", "pt-PT",
               "Standard-A Standard-B Standard-C Standard-D Standard-E Standard-F Wavenet-A "
               "Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F"},
    VoiceGroup{"Google.ro-RO-", "ro-RO", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{"Google.ru-RU-", "ru-RU",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Standard-E Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E"},
    VoiceGroup{"Google.sk-SK-", "sk-SK", "Standard-A Standard-B Wavenet-A Wavenet-B"},
    VoiceGroup{"Google.sr-RS-", "sr-RS", "Standard-A"},
    VoiceGroup{"Google.sv-SE-", "sv-SE",
               "Standard-A Standard-B Standard-C Standard-D Standard-E Standard-F Standard-G "
               "Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E Wavenet-F Wavenet-G"},
    VoiceGroup{"Google.ta-IN-", "ta-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.te-IN-", "te-IN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D"},
    VoiceGroup{"Google.th-TH-", "th-TH",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-C Standard-A"},
    VoiceGroup{"Google.tr-TR-", "tr-TR",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Standard-A Standard-B Standard-C "
               "Standard-D Standard-E Wavenet-A Wavenet-B Wavenet-C Wavenet-D Wavenet-E"},
    VoiceGroup{"Google.uk-UA-", "uk-UA", "Standard-A Wavenet-A"},
    VoiceGroup{"Google.vi-VN-", "vi-VN",
               "Chirp3-HD-Aoede Chirp3-HD-Charon Chirp3-HD-Fenrir Chirp3-HD-Kore Chirp3-HD-Leda "
               "Chirp3-HD-Orus Chirp3-HD-Puck Chirp3-HD-Zephyr Neural2-A Neural2-D Standard-A "
               "Standard-B Standard-C Standard-D Wavenet-A Wavenet-B Wavenet-C Wavenet-D"},
    VoiceGroup{"Google.yue-HK-", "yue-HK", "Standard-A Standard-B Standard-C Standard-D"},
};

}  // namespace

std::span<const VoiceGroup> voice_groups() { return groups; }

}  // namespace twiml::rows
