#include "twiml/signature.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <fstream>
#include <iterator>

using namespace twiml;

namespace {

AuthToken token(std::string_view text) { return *AuthToken::parse(text); }

struct Vector {
    std::string name{}, url{}, content_type{}, body{}, signature{}, signed_string{};
    std::vector<std::pair<std::string, std::string>> params{};
    bool is_form = false, valid = false;
    std::string auth_token{};
};

std::string text_of(const boost::json::object& object, std::string_view key) {
    const boost::json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::vector<Vector> published_vectors() {
    std::ifstream file{SOURCE_DIR "/tests/twiml/signatures.json"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const boost::json::value document = boost::json::parse(text);
    std::vector<Vector> vectors;
    for (const auto& item : document.at("cases").as_array()) {
        const auto& object = item.as_object();
        Vector vector{.name = text_of(object, "name"),
                      .url = text_of(object, "url"),
                      .content_type = text_of(object, "contentType"),
                      .body = text_of(object, "body"),
                      .signature = text_of(object, "signature"),
                      .signed_string = text_of(object, "signedString"),
                      .valid = object.at("valid").as_bool(),
                      .auth_token = text_of(object, "authToken")};
        vector.is_form = vector.content_type.starts_with("application/x-www-form-urlencoded");
        if (vector.is_form)
            for (const auto& pair : object.at("params").as_array())
                vector.params.emplace_back(pair.at(0).as_string(), pair.at(1).as_string());
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

// Signed anew over `url`; then asked under `seen`.
bool accepts(std::string_view signed_over, std::string_view seen) {
    Params form;
    form.decode("CallSid=CA1&Digits=5");
    const std::vector<AuthToken> tokens{token("12345")};
    const SignedRequest request{.url = seen, .form = &form};
    return signed_by(sign(signed_over, form, tokens[0]), request, tokens).has_value();
}

}  // namespace

TEST_CASE("every published signature is decided as Twilio decides it") {
    const auto vectors = published_vectors();
    REQUIRE(vectors.size() == 53);
    for (const Vector& vector : vectors) {
        INFO(vector.name);
        Params form;
        if (vector.is_form) {
            form.decode(vector.body);
            std::vector<std::pair<std::string, std::string>> decoded;
            for (const Param& field : form)
                decoded.emplace_back(field.name, field.value);
            CHECK(decoded == vector.params);
        }
        const SignedRequest request{.url = vector.url,
                                    .form = vector.is_form ? &form : nullptr,
                                    .body = vector.body,
                                    .has_body = !vector.is_form && !vector.body.empty()};
        const std::vector<AuthToken> tokens{token("another"), token(vector.auth_token)};
        CHECK(signed_by(vector.signature, request, tokens) ==
              (vector.valid ? std::optional<std::size_t>{1} : std::nullopt));
        if (vector.signed_string.empty()) continue;
        const std::string ours = string_to_sign(vector.url, form);
        const bool other_port = vector.name.find("-dropped") != std::string::npos ||
                                vector.name.find("-added") != std::string::npos;
        if (!other_port) CHECK(ours == vector.signed_string);
        if (!other_port && vector.valid)
            CHECK(sign(vector.url, form, tokens[1]) == vector.signature);
    }
}

TEST_CASE("a port may be kept, dropped, or be the scheme's own; it is never invented") {
    CHECK(accepts("https://a.example/v", "https://a.example:8443/v"));
    CHECK(accepts("https://a.example:8443/v", "https://a.example:8443/v"));
    CHECK(accepts("https://a.example:443/v", "https://a.example/v"));
    CHECK(accepts("http://a.example:80/v", "http://a.example/v"));
    CHECK_FALSE(accepts("https://a.example:80/v", "https://a.example/v"));
    CHECK_FALSE(accepts("https://a.example:8443/v", "https://a.example/v"));
    CHECK_FALSE(accepts("https://a.example:443/v", "https://a.example:8443/v"));
}

TEST_CASE("an IPv6 host's colons are no port") {
    CHECK(accepts("https://[2001:db8::1]/v", "https://[2001:db8::1]:8443/v"));
    CHECK(accepts("https://[2001:db8::1]:443/v", "https://[2001:db8::1]/v"));
    CHECK_FALSE(accepts("https://[2001:db8:/v", "https://[2001:db8::1]/v"));
}

TEST_CASE("user, password and fragment are never signed") {
    CHECK(accepts("https://a.example/v?x=1", "https://user:p@ss@a.example/v?x=1#rc=2"));
    CHECK(accepts("https://user:pass@a.example:8443/v", "https://a.example:8443/v"));
    CHECK(accepts("https://a.example?mail=a@b", "https://a.example?mail=a@b"));
    CHECK_FALSE(accepts("https://a.example?b", "https://a.example?mail=a@b"));
}

TEST_CASE("a URL without a scheme is signed as it stands") {
    Params form;
    CHECK(string_to_sign("no url at all#x", form) == "no url at all");
    CHECK(accepts("", ""));
}

TEST_CASE("the index of the token that signed is told, whichever of many it is") {
    std::vector<AuthToken> tokens;
    for (int i = 0; i < 40; ++i)
        tokens.push_back(token("token-" + std::to_string(i)));
    Params form;
    form.decode("a=b");
    const SignedRequest request{.url = "https://a.example/v", .form = &form};
    for (int round = 0; round < 2; ++round)
        for (std::size_t i = 0; i < tokens.size(); ++i)
            CHECK(signed_by(sign(request.url, form, tokens[i]), request, tokens) == i);
    CHECK_FALSE(signed_by(sign(request.url, form, tokens[0]), request, {}));
}

TEST_CASE("a signature that is not strict base64 of 20 bytes is refused") {
    Params form;
    const std::vector<AuthToken> tokens{token("12345")};
    const SignedRequest request{.url = "https://a.example/v", .form = &form};
    const std::string good = sign(request.url, form, tokens[0]);
    REQUIRE(signed_by(good, request, tokens));
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char c : std::string{"A! -_=\n\0", 8}) {
            std::string changed = good;
            changed[i] = c;
            if (changed != good) CHECK_FALSE(signed_by(changed, request, tokens));
        }
    }
    // The last character holds two spare bits: one signature has one spelling.
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int spellings = 0;
    for (const char c : alphabet) {
        std::string changed = good;
        changed[26] = c;
        spellings += signed_by(changed, request, tokens).has_value();
    }
    CHECK(spellings == 1);
    CHECK_FALSE(signed_by(good + "=", request, tokens));
    CHECK_FALSE(signed_by(" " + good, request, tokens));
    CHECK_FALSE(signed_by("", request, tokens));
}

TEST_CASE("a body that is no form must have its hash in the signed URL") {
    const std::string body = R"({"a":1})";
    const std::string hash = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    const std::vector<AuthToken> tokens{token("12345")};
    const auto decides = [&](const std::string& url, std::string_view bytes) {
        const SignedRequest request{.url = url, .body = bytes, .has_body = true};
        return signed_by(sign(url, Params{}, tokens[0]), request, tokens).has_value();
    };
    CHECK(decides("https://a.example/v?bodySHA256=" + hash, body));
    CHECK(decides("https://a.example/v?x=1&bodySHA256=" + hash + "&y=2", body));
    CHECK_FALSE(decides("https://a.example/v?bodySHA256=" + hash, body + " "));
    CHECK_FALSE(decides("https://a.example/v", body));
    CHECK_FALSE(decides("https://a.example/v?bodySHA256=", body));
    CHECK_FALSE(decides("https://a.example/v?xbodySHA256=" + hash, body));
    CHECK_FALSE(decides("https://a.example/v?BodySHA256=" + hash, body));
    CHECK_FALSE(decides("https://a.example/bodySHA256=" + hash, body));
    CHECK_FALSE(decides("https://a.example/v?bodySHA256=" + hash.substr(1), body));
}

TEST_CASE("a form is judged by its fields, also beside a bodySHA256") {
    Params form;
    form.decode("a=1");
    const std::string url = "https://a.example/v?bodySHA256=00";
    const std::vector<AuthToken> tokens{token("12345")};
    const SignedRequest request{.url = url, .form = &form, .body = "a=1", .has_body = true};
    CHECK(signed_by(sign(url, form, tokens[0]), request, tokens));
    CHECK_FALSE(signed_by(sign(url, Params{}, tokens[0]), request, tokens));
}

TEST_CASE("whatever is signed is accepted, and one changed bit is not") {
    const std::vector<AuthToken> tokens{token("12345")};
    CHECK(rc::check([&](const std::vector<std::pair<std::string, std::string>>& pairs, unsigned at,
                        unsigned bit) {
        Params form;
        for (const auto& [name, value] : pairs)
            form.add(name, value);
        const SignedRequest request{.url = "https://a.example/v?x=1", .form = &form};
        std::string signature = sign(request.url, form, tokens[0]);
        RC_ASSERT(signed_by(signature, request, tokens) == std::size_t{0});
        char& changed = signature[at % 28];
        changed = static_cast<char>(changed ^ (1 << bit % 8));
        RC_ASSERT(!signed_by(signature, request, tokens));
    }));
}
