#include "server/turn/audio_files.hpp"
#include "server/turn/sealed_state.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

using namespace server;
using Catch::Matchers::Contains;

namespace {

struct Media {
    support::TemporaryFolder folder;
    AudioFiles files;

    Response get(const std::string& name, const Request& asked = {}) {
        Request request = asked;
        if (request.method == Method::other) request.method = Method::get;
        Response response;
        files.answer(folder.path(), name, request, response);
        return response;
    }
};

std::string etag_of(const Response& response) {
    const std::size_t begin = response.headers.find("ETag: ") + 6;
    return response.headers.substr(begin, response.headers.find("\r\n", begin) - begin);
}

}  // namespace

TEST_CASE("a prompt is served whole, with a strong ETag that changes with its bytes") {
    Media media;
    media.folder.write("audio/music.mp3", "0123456789");
    const Response whole = media.get("audio/music.mp3");
    CHECK(whole.status == 200);
    CHECK(whole.content_type == "audio/mpeg");
    CHECK(whole.shared.bytes == "0123456789");
    CHECK(etag_of(whole).starts_with('"'));
    CHECK(etag_of(media.get("music.mp3")) == etag_of(whole));
    media.folder.write("other.mp3", "012345678X");
    CHECK(etag_of(media.get("other.mp3")) != etag_of(whole));
}

TEST_CASE("a cache that has it is told so") {
    Media media;
    media.folder.write("a.wav", "0123456789");
    const std::string etag = etag_of(media.get("a.wav"));
    Request request;
    request.method = Method::get;
    request.if_none_match = etag;
    CHECK(media.get("a.wav", request).status == 304);
    request.if_none_match = "\"other\"";
    CHECK(media.get("a.wav", request).status == 200);
}

TEST_CASE("a range of bytes") {
    Media media;
    media.folder.write("a.wav", "0123456789");
    const auto range = [&](std::string_view text) {
        Request request;
        request.method = Method::get;
        request.range = text;
        return media.get("a.wav", request);
    };
    CHECK(range("bytes=2-4").status == 206);
    CHECK(range("bytes=2-4").shared.bytes == "234");
    CHECK_THAT(range("bytes=2-4").headers, Contains("Content-Range: bytes 2-4/10"));
    CHECK(range("bytes=7-").shared.bytes == "789");
    CHECK(range("bytes=-3").shared.bytes == "789");
    CHECK(range("bytes=7-99").shared.bytes == "789");
    CHECK(range("bytes=10-").status == 416);
    CHECK(range("bytes=5-2").status == 200);
    CHECK(range("bytes=0-1,4-5").status == 200);
    CHECK(range("lines=1-2").status == 200);
}

TEST_CASE("a name that holds the content's hash is immutable") {
    Media media;
    const std::string hash = sha256_hex("0123456789").substr(0, 8);
    media.folder.write("music." + hash + ".mp3", "0123456789");
    media.folder.write("music.mp3", "0123456789");
    CHECK_THAT(media.get("music." + hash + ".mp3").headers, Contains("immutable"));
    CHECK_THAT(media.get("music.mp3").headers, !Contains("immutable"));
}

TEST_CASE("nothing but sound files below the folder is served") {
    Media media;
    media.folder.write("flows/acme.yaml", "flow: acme");
    media.folder.write("flows/.hidden.mp3", "x");
    media.folder.write("secret.mp3", "x");
    const auto status = [&](const std::string& name) {
        Request request;
        request.method = Method::get;
        Response response;
        media.files.answer(media.folder.path() / "flows", name, request, response);
        return response.status;
    };
    CHECK(status("acme.yaml") == 404);
    CHECK(status("../secret.mp3") == 404);
    CHECK(status("%2e%2e/secret.mp3") == 404);
    CHECK(status("..%2fsecret.mp3") == 404);
    CHECK(status("/etc/passwd") == 404);
    CHECK(status(".hidden.mp3") == 404);
    CHECK(status("a%00.mp3") == 404);
    CHECK(status("") == 404);
    std::filesystem::create_symlink(media.folder.path() / "secret.mp3",
                                    media.folder.path() / "flows/link.mp3");
    CHECK(status("link.mp3") == 404);
}

TEST_CASE("only GET and HEAD") {
    Media media;
    Request request;
    request.method = Method::post;
    CHECK(media.get("a.wav", request).status == 405);
}
