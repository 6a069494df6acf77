// A small HTTP client for the commands: replay, record, reload, health. One request at a time, the
// connection kept between requests to the same place. Not for flows: those look out of the house
// through an allow-list.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace server {

struct ClientRequest {
    std::string method = "GET";
    // http:// or https://. What stands behind the host is sent byte for byte: it may be signed.
    std::string url{};
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
};

struct ClientResponse {
    int status = 0;
    std::string content_type{};
    std::string body{};
};

class HttpClient {
public:
    // `timeout`: of one whole exchange. On loopback a certificate is not verified: it is made on
    // the spot there.
    explicit HttpClient(std::chrono::seconds timeout = std::chrono::seconds{15});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    HttpClient(HttpClient&&) = delete;
    HttpClient& operator=(HttpClient&&) = delete;

    // An answer of any status, or a sentence about why there is none.
    boost::system::result<ClientResponse, std::string> send(const ClientRequest& request);

private:
    struct Connection;
    std::chrono::seconds timeout_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace server
