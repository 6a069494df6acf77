#include "server/http/router.hpp"

#include <catch2/catch.hpp>

using namespace server;

TEST_CASE("every public path leads to its endpoint, with its pieces") {
    const auto to = [](std::string_view path) { return route(Side::public_side, path); };
    CHECK(to("/voice/acme").route == Route::voice_start);
    CHECK(to("/voice/acme").flow == "acme");
    CHECK(to("/voice/acme/status").route == Route::voice_status);
    CHECK(to("/voice/acme/fallback").route == Route::voice_fallback);
    CHECK(to("/voice/acme/fallback").flow == "acme");
    const Routed event = to("/voice/acme/main%20menu/input");
    CHECK(event.route == Route::voice_event);
    CHECK(event.flow == "acme");
    CHECK(event.state == "main%20menu");
    CHECK(event.event == "input");
    CHECK(to("/voice/acme/status/ended").route == Route::voice_event);
    CHECK(to("/sms").route == Route::sms);
    CHECK(to("/sms/status").route == Route::sms_status);
    CHECK(to("/audio/en/hello.wav").file == "en/hello.wav");
    CHECK(to("/.well-known/acme-challenge/abc").route == Route::acme);
}

TEST_CASE("what is not in the table leads nowhere") {
    for (const char* const path :
         {"", "/", "*", "voice/acme", "/voice", "/voice/", "/voice/acme/", "/voice/acme/menu",
          "/voice/acme/menu/", "/voice//menu/input", "/voice/acme/menu/input/", "/voice/a/b/c/d",
          "//voice/acme", "/Voice/acme", "/sms/", "/audio", "/metrics", "/healthz", "/api/calls"}) {
        INFO(path);
        CHECK(route(Side::public_side, path).route == Route::none);
    }
}

TEST_CASE("the admin side knows no webhooks, and gives the rest to the console") {
    CHECK(route(Side::admin_side, "/healthz").route == Route::healthz);
    CHECK(route(Side::admin_side, "/readyz").route == Route::readyz);
    CHECK(route(Side::admin_side, "/metrics").route == Route::metrics);
    CHECK(route(Side::admin_side, "/api/calls/1").file == "calls/1");
    CHECK(route(Side::admin_side, "/").route == Route::console);
    CHECK(route(Side::admin_side, "/app.js").file == "app.js");
    CHECK(route(Side::admin_side, "/voice/acme").route == Route::console);
}

TEST_CASE("methods are judged and listed from the same row") {
    const Routed voice = route(Side::public_side, "/voice/acme");
    CHECK(takes(voice.methods, Method::get));
    CHECK(takes(voice.methods, Method::post));
    CHECK_FALSE(takes(voice.methods, Method::head));
    CHECK_FALSE(takes(voice.methods, Method::other));
    CHECK(allow(voice.methods) == "GET, POST");
    CHECK(allow(route(Side::public_side, "/audio/x").methods) == "GET, HEAD");
    CHECK(allow(route(Side::public_side, "/sms").methods) == "POST");
}
