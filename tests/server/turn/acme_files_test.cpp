#include "server/turn/acme_files.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace server;
namespace fs = std::filesystem;

namespace {

// As `certbot certonly --webroot -w` leaves it.
class Webroot {
public:
    Webroot() {
        std::string name = (fs::temp_directory_path() / "switchboard-acme-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
        fs::create_directories(challenges());
        std::ofstream{path_ / "key.pem"} << "a secret";
        std::ofstream{challenges() / "tO-k_En1"} << "tO-k_En1.thumbprint";
        std::ofstream{challenges() / "large"} << std::string(100'000, 'a');
        std::ofstream{challenges() / "with.dot"} << "no token";
        fs::create_directory(challenges() / "folder");
        fs::create_symlink(path_ / "key.pem", challenges() / "link");
    }
    ~Webroot() { fs::remove_all(path_); }
    Webroot(const Webroot&) = delete;
    Webroot& operator=(const Webroot&) = delete;
    Webroot(Webroot&&) = delete;
    Webroot& operator=(Webroot&&) = delete;

    const fs::path& path() const { return path_; }
    fs::path challenges() const { return path_ / ".well-known/acme-challenge"; }

    Response ask(std::string_view token, Method method = Method::get) const {
        Request request;
        request.method = method;
        Response response;
        answer_challenge(path_, token, request, response);
        return response;
    }

private:
    fs::path path_;
};

}  // namespace

TEST_CASE("a challenge is served as the ACME client wrote it, to GET and HEAD") {
    const Webroot webroot;
    for (const Method method : {Method::get, Method::head}) {
        const Response response = webroot.ask("tO-k_En1", method);
        CHECK(response.status == 200);
        CHECK(response.body == "tO-k_En1.thumbprint");
    }
    const Response response = webroot.ask("tO-k_En1", Method::post);
    CHECK(response.status == 405);
    CHECK(response.headers == "Allow: GET, HEAD\r\n");
}

TEST_CASE("nothing but a file named as a token is a challenge") {
    const Webroot webroot;
    for (const std::string& token :
         {std::string{}, std::string{"absent"}, std::string{"."}, std::string{".."},
          std::string{"../../key.pem"}, std::string{"%2e%2e%2f%2e%2e%2fkey.pem"},
          std::string{"tO-k_En1%00"}, std::string{"tO%2Dk_En1"}, std::string{"with.dot"},
          std::string{"folder"}, std::string{"link"}, std::string{"large"},
          std::string(300, 'a')}) {
        CAPTURE(token);
        CHECK(webroot.ask(token).status == 404);
    }
}
