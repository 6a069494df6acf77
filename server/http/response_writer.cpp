#include "server/http/response_writer.hpp"

#include <array>
#include <charconv>

namespace server {
namespace {

bool has_no_content(int status) { return status == 204 || status == 304; }

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

void append_status(std::string& out, int status) {
    if (status == 200) {  // nearly always
        out.append("HTTP/1.1 200 OK\r\n");
        return;
    }
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(status));
    out.append(" ").append(reason_phrase(status)).append("\r\n");
}

}  // namespace

std::string_view content_of(const Response& response) {
    if (has_no_content(response.status)) return {};
    return response.shared.owner ? response.shared.bytes : std::string_view{response.body};
}

void append_head(std::string& out, const Response& response, const Framing& framing) {
    append_status(out, response.status);
    out.append("Date: ").append(framing.date).append("\r\n");
    if (!has_no_content(response.status)) {
        if (!response.content_type.empty())
            out.append("Content-Type: ").append(response.content_type).append("\r\n");
        out.append("Content-Length: ");
        append_number(out, content_of(response).size());
        out.append("\r\n");
    }
    out.append(response.headers);
    if (!framing.keep_alive)
        out.append("Connection: close\r\n");
    else if (framing.is_http_1_0)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
}

std::string_view HttpDate::at(std::time_t now) {
    if (now == made_) return text_;
    std::tm fields{};
    gmtime_r(&now, &fields);
    // RFC 9110, 5.6.7: English whatever the locale, so strftime is out.
    static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                          "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto two = [](int number) {
        return std::string{static_cast<char>('0' + number / 10),
                           static_cast<char>('0' + number % 10)};
    };
    text_ = days.at(static_cast<std::size_t>(fields.tm_wday));
    text_.append(", ").append(two(fields.tm_mday)).append(" ");
    text_.append(months.at(static_cast<std::size_t>(fields.tm_mon))).append(" ");
    text_.append(std::to_string(fields.tm_year + 1900)).append(" ");
    text_.append(two(fields.tm_hour)).append(":").append(two(fields.tm_min)).append(":");
    text_.append(two(fields.tm_sec)).append(" GMT");
    made_ = now;
    return text_;
}

}  // namespace server
