// One line a request, as text or JSON, and lines about the server itself.
#pragma once

#include "server/observe/turn_record.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spdlog {
class logger;
}

namespace server {

enum class LogFormat { text, json };
enum class LogLevel { debug, info, warning, error };

// Writes to stderr (stdout is for data). Thread-safe. Every line is complete and on one line,
// whatever a caller or a client put into it.
class Log {
public:
    Log(LogFormat format, LogLevel level);
    // For all lines from now on.
    void configure(LogFormat format, LogLevel level) {
        format_ = format;
        level_ = level;
    }

    using Fields = std::vector<std::pair<std::string_view, std::string>>;
    // About the server: started, reloaded, refused to reload.
    void say(LogLevel level, std::string_view message, const Fields& fields = {});
    // About a request. Refusals are warnings, 5xx errors, the rest info.
    void access(const TurnRecord& record);
    void flush();

private:
    std::shared_ptr<spdlog::logger> logger_;
    std::atomic<LogFormat> format_;
    std::atomic<LogLevel> level_;
};

// The line itself, without line end.
std::string log_line(LogFormat format, LogLevel level, std::chrono::system_clock::time_point at,
                     std::string_view message, const Log::Fields& fields);
std::string access_line(LogFormat format, const TurnRecord& record);

}  // namespace server
