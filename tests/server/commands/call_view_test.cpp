#include "server/commands/call_view.hpp"
#include "tests/support/flow_call.hpp"

#include <catch2/catch.hpp>

using flows::Heard;
using flows::Scene;
using support::WrittenFlow;

namespace {

Heard said(std::string text, std::string language = "en-US",
           std::string voice = "Polly.Joanna-Neural") {
    return {.text = std::move(text), .language = std::move(language), .voice = std::move(voice)};
}

Scene scene(std::vector<Heard> heard, std::string state = "hello") {
    return {.flow = "shop",
            .state = std::move(state),
            .file = "shop.yaml",
            .line = 12,
            .heard = std::move(heard)};
}

struct Shown {
    WrittenFlow shop{support::shop_flow};
    flows::PlayedCall call{shop.call()};

    std::string text(std::vector<Scene> scenes, int columns = 0, bool colour = false) const {
        return server::text_view(
                   {.set = &shop.set(), .flow = &shop.flow(), .colour = colour, .columns = columns})
            ->went(scenes, call);
    }
};

}  // namespace

TEST_CASE("words stand beside the place that speaks them, and below them what the call waits for") {
    const Shown shown;
    CHECK(shown.text({scene({said("Welcome.")}), scene({said("Press 1.")}, "menu")}) ==
          "shop.yaml:12  hello    \"Welcome.\"\n"
          "shop.yaml:12  menu     \"Press 1.\"\n"
          "                       (1 key or speech)\n\n");
}

TEST_CASE("a state without words has its line; what it waits for stands beside it") {
    const Shown shown;
    CHECK(shown.text({scene({}, "spanish"), scene({}, "menu")}) ==
          "shop.yaml:12  spanish\n"
          "shop.yaml:12  menu     (1 key or speech)\n\n");
}

TEST_CASE("language and voice are told where they are not the usual ones") {
    const Shown shown;
    const auto only = [&](const Heard& heard) {
        const std::string text = shown.text({scene({heard})});
        return text.substr(23, text.find('\n') - 23);
    };
    CHECK(only(said("Hola.", "es-MX", "Polly.Mia-Neural")) == "[es-MX] \"Hola.\"");
    CHECK(only(said("Hola.", "es-MX", "Polly.Andres-Neural")) ==
          "[es-MX Polly.Andres-Neural] \"Hola.\"");
    CHECK(only(said("Hello.", "en-US", "Polly.Ruth-Neural")) == "[Polly.Ruth-Neural] \"Hello.\"");
    CHECK(only(said("Hallo.", "de-DE", "")) == "[de-DE] \"Hallo.\"");
}

TEST_CASE("audio is named as the flow names it") {
    const Shown shown;
    const auto text = [&](std::string url) {
        return shown.text({scene({{.kind = Heard::Kind::audio, .text = std::move(url)}})});
    };
    CHECK(text("/audio/audio/hello%20there.mp3").find("(plays audio/hello there.mp3)") == 23);
    CHECK(text("https://cdn.example/a%20b.mp3").find("(plays https://cdn.example/a%20b.mp3)") ==
          23);
}

TEST_CASE("nothing that is said steers the terminal") {
    const Shown shown;
    const std::string text = shown.text({scene({said("a\x1b[2Jb\x07 c\xC2\x9Bm\n")})});
    CHECK(text.find_first_of("\x1b\x07") == std::string::npos);
    CHECK(text.find("\xC2\x9B") == std::string::npos);
    CHECK(text.find("\"a [2Jb  c m \"") != std::string::npos);
}

TEST_CASE("words are wrapped at the terminal's width, in their column") {
    const Shown shown;
    CHECK(shown.text({scene({said("one two three four five six seven éight")})}, 58) ==
          "shop.yaml:12  hello    \"one two three four five six seven\n"
          "                       éight\"\n"
          "                       (1 key or speech)\n\n");
}

TEST_CASE("on a narrow terminal the place has a line of its own") {
    const Shown shown;
    CHECK(shown.text({scene({said("Welcome.")})}, 40) ==
          "shop.yaml:12  hello\n    \"Welcome.\"\n    (1 key or speech)\n\n");
}

TEST_CASE("colour is for places and what is not said") {
    const Shown shown;
    const std::string text = shown.text({scene({said("Welcome.")})}, 0, true);
    CHECK(text.find("\x1b[2mshop.yaml:12  hello    \x1b[0m\"Welcome.\"\n") == 0);
    CHECK(text.find("\x1b[2m(1 key or speech)\x1b[0m\n") != std::string::npos);
}
