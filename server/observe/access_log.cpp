#include "server/observe/access_log.hpp"

#include "twiml/characters.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <mutex>

namespace server {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};
std::string_view name_of(LogLevel level) { return level_names[static_cast<std::size_t>(level)]; }

// Gathers lines and writes them at once: a write a line would cost more than the turn it tells of.
class BatchSink final : public spdlog::sinks::base_sink<std::mutex> {
protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        pending_.append(message.payload.begin(), message.payload.end());
        pending_ += '\n';
        if (pending_.size() > 64 * 1024) flush_();
    }
    void flush_() override {
        std::string_view rest{pending_};
        while (!rest.empty()) {
            const auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) break;  // nobody reads the log: the calls go on
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        pending_.clear();
    }

private:
    std::string pending_;
};

using Buffer = fmt::memory_buffer;
void append(Buffer& out, std::string_view text) {
    out.append(text.data(), text.data() + text.size());
}

void append_number(Buffer& out, std::int64_t number) {
    const fmt::format_int text{number};
    append(out, {text.data(), text.size()});
}

void append_time(Buffer& out, std::chrono::system_clock::time_point at) {
    using namespace std::chrono;
    const auto millis = floor<milliseconds>(at.time_since_epoch()).count();
    const auto whole = static_cast<std::time_t>(millis / 1000);
    thread_local std::time_t last = -1;
    thread_local std::string text;
    if (whole != last) {
        text = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(whole));
        last = whole;
    }
    append(out, text);
    append_number(out, 1000 + millis % 1000);
    out[out.size() - 4] = '.';  // in place of the 1 that keeps the zeros
    out.push_back('Z');
}

constexpr twiml::Characters escaped = [] {
    std::array<char, 256> members{};
    std::size_t count = 0;
    for (int byte = 0; byte < 256; ++byte)
        if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\')
            members[count++] = static_cast<char>(byte);
    return twiml::Characters{{members.data(), count}};
}();
constexpr twiml::Characters quoted{" \"="};

// Text inside a JSON string, or behind `name=` of a text line: one line whatever it holds.
void append_escaped(Buffer& out, std::string_view text) {
    for (;;) {
        const std::size_t plain = std::min(escaped.find_in(text), text.size());
        append(out, text.substr(0, plain));
        if (plain == text.size()) return;
        const char c = text[plain];
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
        }
        text.remove_prefix(plain + 1);
    }
}

void append_field(Buffer& out, LogFormat format, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (format == LogFormat::json) {
        append(out, ",\"");
        append(out, name);
        append(out, "\":\"");
        append_escaped(out, value);
        out.push_back('"');
        return;
    }
    out.push_back(' ');
    append(out, name);
    out.push_back('=');
    const bool quote = quoted.find_in(value) != value.npos;
    if (quote) out.push_back('"');
    append_escaped(out, value);
    if (quote) out.push_back('"');
}

void begin_line(Buffer& out, LogFormat format, LogLevel level,
                std::chrono::system_clock::time_point at, std::string_view message) {
    if (format == LogFormat::json) {
        append(out, R"({"at":")");
        append_time(out, at);
        append(out, R"(","level":")");
        append(out, name_of(level));
        append(out, R"(","message":")");
        append_escaped(out, message);
        out.push_back('"');
        return;
    }
    append_time(out, at);
    out.push_back(' ');
    append(out, name_of(level));
    out.push_back(' ');
    append_escaped(out, message);
}

LogLevel level_of(const TurnRecord& record) {
    if (record.status >= 500) return LogLevel::error;
    return record.status >= 400 || !record.reason.empty() ? LogLevel::warning : LogLevel::info;
}

void write_access(Buffer& out, LogFormat format, const TurnRecord& record) {
    fmt::memory_buffer message;
    append(message, record.method.empty() ? "-" : record.method.view());
    message.push_back(' ');
    append(message, record.path.empty() ? "-" : record.path.view());
    begin_line(out, format, level_of(record), record.at, {message.data(), message.size()});
    if (format == LogFormat::json) {
        append(out, ",\"status\":");
        append_number(out, record.status);
        append(out, ",\"took_us\":");
        append_number(out, record.took.count());
        append(out, ",\"bytes\":");
        append_number(out, record.bytes);
    } else {
        out.push_back(' ');
        append_number(out, record.status);
        out.push_back(' ');
        append_number(out, record.took.count());
        append(out, "us ");
        append_number(out, record.bytes);
        append(out, "B");
    }
    append_field(out, format, "call", record.call_sid.view());
    append_field(out, format, "from", record.from.view());
    append_field(out, format, "flow", record.flow.view());
    append_field(out, format, "event", record.event.view());
    append_field(out, format, "state", record.state.view());
    append_field(out, format, "result", record.result.view());
    append_field(out, format, "reason", record.reason.view());
    append_field(out, format, "detail", record.detail.view());
    append_field(out, format, "peer", record.peer.view());
    if (format == LogFormat::json) out.push_back('}');
}

}  // namespace

std::string log_line(LogFormat format, LogLevel level, std::chrono::system_clock::time_point at,
                     std::string_view message, const Log::Fields& fields) {
    Buffer out;
    begin_line(out, format, level, at, message);
    for (const auto& [name, value] : fields)
        append_field(out, format, name, value);
    if (format == LogFormat::json) out.push_back('}');
    return fmt::to_string(out);
}

std::string access_line(LogFormat format, const TurnRecord& record) {
    Buffer out;
    write_access(out, format, record);
    return fmt::to_string(out);
}

Log::Log(LogFormat format, LogLevel level)
    : logger_{std::make_shared<spdlog::logger>("switchboard", std::make_shared<BatchSink>())},
      format_{format}, level_{level} {
    logger_->set_level(spdlog::level::trace);
}

void Log::say(LogLevel level, std::string_view message, const Fields& fields) {
    if (level < level_) return;
    const std::string line =
        log_line(format_, level, std::chrono::system_clock::now(), message, fields);
    logger_->log(spdlog::level::info, spdlog::string_view_t{line.data(), line.size()});
    logger_->flush();
}

void Log::access(const TurnRecord& record) {
    if (level_of(record) < level_) return;
    Buffer out;
    write_access(out, format_, record);
    logger_->log(spdlog::level::info, spdlog::string_view_t{out.data(), out.size()});
}

void Log::flush() { logger_->flush(); }

}  // namespace server
