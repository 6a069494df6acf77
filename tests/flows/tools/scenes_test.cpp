#include "flows/tools/scenes.hpp"
#include "tests/flows/tools/examples_support.hpp"
#include "tests/support/flow_call.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace flows;
using support::WrittenFlow;

namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const std::vector<Scene>& scenes) {
    Lines lines;
    for (const Scene& scene : scenes) {
        std::string text = fmt::format("{}:{} {}{}/{}:", scene.file, scene.line,
                                       scene.called ? "called " : "", scene.flow, scene.state);
        for (const Heard& heard : scene.heard)
            text += fmt::format(" {}", in_words(heard));
        for (const auto& [name, value] : scene.notes)
            text += fmt::format(" {}={}", name, value);
        lines.push_back(std::move(text));
    }
    return lines;
}

// All that the last act of the script did.
Lines last(const WrittenFlow& flow, std::string_view script) {
    PlayedCall call = flow.call();
    const auto read = read_script(script);
    std::size_t turns = 0;
    std::size_t heard = 0;
    for (const Act& act : std::get<Acts>(read)) {
        turns = call.phone().turns().size();
        heard = call.phone().heard().size();
        (void)call.act(act);
    }
    return lines_of(scenes_of(flow.set(), std::span{call.phone().turns()}.subspan(turns),
                              std::span{call.phone().heard()}.subspan(heard)));
}

}  // namespace

TEST_CASE("each state that a call goes through has its words, at the line of its step") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(last(shop, "") ==
          Lines{"shop.yaml:12 shop/hello: en-US \"Welcome to the shop.\"",
                "shop.yaml:15 shop/menu: en-US \"For your account, press 1. For a person, 2. For a "
                "message, 3.\""});
}

TEST_CASE("states without words are told too, the one that was left is not") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(last(shop, "8") ==
          Lines{"shop.yaml:24 shop/spanish:", "shop.yaml:12 shop/hello: es-MX \"Bienvenido.\"",
                "shop.yaml:15 shop/menu: es-MX \"Cuenta, 1. Persona, 2. Mensaje, 3.\""});
}

TEST_CASE("a question that is asked again is a scene") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(
        last(shop, "wait") ==
        Lines{"shop.yaml:15 shop/menu: en-US \"I heard nothing.\" en-US \"For your account, press "
              "1. For a person, 2. For a message, 3.\""});
}

TEST_CASE("results and tags stand with the state that noted them") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(last(shop, "1 1234") ==
          Lines{"shop.yaml:28 shop/account: en-US \"Thank you for 1 2 3 4.\" result=served",
                "shop.yaml:15 shop/menu: en-US \"For your account, press 1. For a person, 2. For a "
                "message, 3.\""});
    CHECK(last(shop, "3 12s h") ==
          Lines{"shop.yaml:39 shop/note: result=message", "shop.yaml:41 shop/bye:"});
}

TEST_CASE("what the called one hears is told as theirs, without a place") {
    const WrittenFlow shop{support::shop_flow};
    CHECK(last(shop, "2 answered") == Lines{":0 called /: en-US \"Press a key to take it.\""});
}

TEST_CASE("of all calls to the examples everything that is heard is told once, in order") {
    const examples::World world;
    for (const auto& [name, flow] : world.loaded.set.flows) {
        for (const std::string_view script :
             {"", "wait wait wait", "1 1 2", "2 1 wait 0", "8 3 12s h", "0 busy 9s",
              "1 12345678 1 1 12345678 1 2", "1 answered wait answered 1 completed",
              "5 'price' 4s"}) {
            PlayedCall call{{.target = "/voice/" + name,
                             .at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 6} +
                                   std::chrono::hours{15}},
                            world.transport()};
            const auto read = read_script(script);
            for (const Act& act : std::get<Acts>(read))
                (void)call.act(act);
            std::vector<Heard> told;
            for (const Scene& scene :
                 scenes_of(world.loaded.set, call.phone().turns(), call.phone().heard())) {
                INFO(name << " " << script);
                CHECK((scene.called || (scene.line > 0 && !scene.state.empty())));
                told.insert(told.end(), scene.heard.begin(), scene.heard.end());
            }
            CHECK(told == call.phone().heard());
        }
    }
}
