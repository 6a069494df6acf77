#include "flows/engine/speech.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace flows;

namespace {

using Phrases = std::vector<std::string>;
const Phrases sales{"sales", "buy something"};
const Phrases support{"support", "help", "technical support"};
const Phrases balance{"my account", "balance"};

int matched(std::string_view said, std::string_view language = "en-US") {
    const std::vector<PhraseChoice> choices{
        {sales, "1"}, {support, "2"}, {balance, "3"}, {{}, "11"}};
    return match_speech(said, choices, language);
}

}  // namespace

TEST_CASE("case, accents, punctuation and fillers do not matter") {
    CHECK(fold_speech("Um, SALES, please!", "en-US") == "sales");
    CHECK(fold_speech("Señor  Müller-Straße", "de-DE") == "senor muller strasse");
    CHECK(fold_speech("Soporte, por favor.", "es-MX") == "soporte");
    CHECK(fold_speech("l'agent s'il vous plaît", "fr-FR") == "l agent");
    CHECK(fold_speech("I don't know", "en-US") == "i dont know");
    CHECK(fold_speech("Ação, por favor", "pt-BR") == "acao");
    CHECK(fold_speech("thanks", "en-US") == "thanks");
    CHECK(fold_speech("um sales", "xx") == "um sales");
}

TEST_CASE("a phrase is matched as whole words anywhere in what was said") {
    CHECK(matched("I would like to buy something, please") == 0);
    CHECK(matched("salesman") == -1);
    CHECK(matched("something to buy") == -1);
    CHECK(matched("") == -1);
    CHECK(matched("?!") == -1);
}

TEST_CASE("the longest phrase wins, then the first") {
    CHECK(matched("help with my account") == 2);
    CHECK(matched("technical support for my balance") == 1);
    const std::vector<PhraseChoice> same{{sales, "1"}, {sales, "2"}};
    CHECK(match_speech("sales", same, "en-US") == 0);
}

TEST_CASE("a spoken digit equals its key, in figures or in words") {
    CHECK(matched("two") == 1);
    CHECK(matched("press 2") == 1);
    CHECK(matched("dos, por favor", "es-MX") == 1);
    CHECK(matched("zwo", "de-DE") == 1);
    CHECK(matched("2", "xx") == 1);
    CHECK(matched("eleven") == -1);
    CHECK(matched("one one") == 3);
    CHECK(matched("11") == 3);
    CHECK(matched("two, sales") == 0);
    CHECK(matched("12") == -1);
}

TEST_CASE("articles are digits only when nothing else was said") {
    CHECK(matched("un", "fr-FR") == 0);
    CHECK(matched("un agent", "fr-FR") == -1);
}

TEST_CASE("the star and hash keys have names") {
    const std::vector<PhraseChoice> choices{{{}, "*"}, {{}, "#"}};
    CHECK(match_speech("star", choices, "en-US") == 0);
    CHECK(match_speech("press pound", choices, "en-US") == 1);
    CHECK(match_speech("almohadilla", choices, "es-MX") == 1);
}

TEST_CASE("figures in phrases match numbers in words") {
    const Phrases line{"line two"};
    const std::vector<PhraseChoice> choices{{line, "x"}};
    CHECK(match_speech("line 2 please", choices, "en-US") == 0);
}

TEST_CASE("scripts without blanks match anywhere") {
    const Phrases menu{"営業"};
    const std::vector<PhraseChoice> choices{{menu, "1"}};
    CHECK(match_speech("営業部をお願いします", choices, "ja-JP") == 0);
    CHECK(match_speech("１", choices, "ja-JP") == 0);
}

TEST_CASE("folding what was folded changes nothing, whatever bytes come") {
    CHECK(rc::check([](const std::string& bytes) {
        const auto once = fold_speech(bytes, "xx");
        RC_ASSERT(fold_speech(once, "xx") == once);
    }));
}
