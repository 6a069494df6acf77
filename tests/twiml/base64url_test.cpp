#include "twiml/base64url.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <utility>

namespace {

std::string base64url(std::string_view bytes) {
    std::string text = "kept ";
    twiml::append_base64url(bytes, text);
    return text.substr(5);
}

// What `text` decodes to; "no" where it does not, and left the bytes before it alone.
std::string bytes_of(std::string_view text) {
    std::string bytes = "kept ";
    if (!twiml::decode_base64url(text, bytes)) return bytes == "kept " ? "no" : "changed";
    return bytes.substr(5);
}

}  // namespace

TEST_CASE("base64url is RFC 4648's, without its padding") {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
    for (const auto& [bytes, text] : vectors) {
        CHECK(base64url(bytes) == text);
        CHECK(bytes_of(text) == bytes);
    }
}

TEST_CASE("base64url of any bytes decodes to them") {
    CHECK(rc::check(
        [](const std::string& bytes) { RC_ASSERT(bytes_of(base64url(bytes)) == bytes); }));
}

TEST_CASE("bytes have one base64url, and nothing else decodes") {
    for (const std::string_view text :
         {"Z", "Zg=", "Zg==", "Zh", "Zm9", "Zm9vY", "Zm9vYh", "Zm+v", "Zm/v", "Z g8", "Zm9v\n",
          "Zm9\x80", "\xffm9v", "Zm9vZ\xff"})
        CHECK(bytes_of(text) == "no");
}

TEST_CASE("a text that decodes is the one that its bytes encode to") {
    CHECK(rc::check([] {
        const auto text = *rc::gen::container<std::string>(rc::gen::element(
            'A', 'B', 'Q', 'Z', 'a', 'g', 'w', 'z', '0', '4', '9', '-', '_', '+', '/', '='));
        const std::string bytes = bytes_of(text);
        if (bytes != "no") RC_ASSERT(base64url(bytes) == text);
    }));
}
