#include "server/turn/acme_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace server {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_token = 256;
constexpr std::uintmax_t most_bytes = std::uintmax_t{16} * 1024;  // a usual answer has 87

// base64url, and so neither a dot nor a slash nor a percent sign.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= longest_token && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

std::optional<std::string> read_challenge(const fs::path& webroot, std::string_view token) {
    if (!is_token(token)) return std::nullopt;
    const fs::path file = webroot / ".well-known" / "acme-challenge" / token;
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(file, error)) ||
        fs::file_size(file, error) > most_bytes || error)
        return std::nullopt;
    std::ifstream in{file, std::ios::binary};
    if (!in) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

void answer_challenge(const fs::path& webroot, std::string_view token, const Request& request,
                      Response& response) {
    if (request.method != Method::get && request.method != Method::head) {
        answer_text(response, 405, "GET or HEAD only\n");
        response.add("Allow", "GET, HEAD");
        return;
    }
    std::optional<std::string> challenge = read_challenge(webroot, token);
    if (!challenge) return answer_text(response, 404, "no such challenge\n");
    response.content_type = "application/octet-stream";
    response.body = *std::move(challenge);
    response.add("Cache-Control", "no-store");
}

}  // namespace server
