// Hosted prompts: GET and HEAD /audio/{file}, for Twilio's media caches. Strong ETag, one byte
// range, immutable where the name holds the content's hash. Source: RFC 9110, 13 and 14.
#pragma once

#include "server/http/message.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace server {

class AudioFiles {
public:
    // `file` is what stands behind /audio/, still percent-encoded; it is looked for below `folder`,
    // then below its folder `audio`. Only sound files are served, never what lies outside.
    // Thread-safe.
    void answer(const std::filesystem::path& folder, std::string_view file, const Request& request,
                Response& response);

private:
    struct Kept {
        std::shared_ptr<const std::string> bytes;
        std::string etag;
        std::filesystem::file_time_type changed{};
        bool immutable = false;
    };
    std::shared_ptr<const Kept> load(const std::filesystem::path& path);

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Kept>> kept_;
    std::size_t kept_bytes_ = 0;
};

}  // namespace server
