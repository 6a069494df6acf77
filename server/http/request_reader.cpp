#include "server/http/request_reader.hpp"

#include "twiml/characters.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace server {
namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;

// A signed webhook has 1 to 3 KB; more is given back as soon as the connection rests.
constexpr std::size_t usual_bytes = std::size_t{4} * 1024;
constexpr std::size_t kept_bytes = std::size_t{16} * 1024;
constexpr std::size_t chunk_window = std::size_t{8} * 1024;

std::string_view std_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

Method method_of(http::verb verb) {
    switch (verb) {
    case http::verb::get:
        return Method::get;
    case http::verb::head:
        return Method::head;
    case http::verb::post:
        return Method::post;
    case http::verb::put:
        return Method::put;
    case http::verb::patch:
        return Method::patch;
    case http::verb::delete_:
        return Method::delete_;
    case http::verb::options:
        return Method::options;
    default:
        return Method::other;
    }
}

bool is_length(std::string_view value) {
    return !value.empty() && value.size() <= 18 &&
           std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

constexpr twiml::Characters never_in_host{" \t,/\\?#@"};

bool is_host(std::string_view value) {
    return never_in_host.find_in(value) == std::string_view::npos;
}

}  // namespace

// Collects views and notes what Beast would accept and we do not.
class RequestReader::Parser final : public http::basic_parser<true> {
public:
    Parser(RequestReader& reader, std::uint64_t chunked_limit) : reader_{reader} {
        header_limit(static_cast<std::uint32_t>(
            std::min<std::uint64_t>(reader.limits_.header_bytes + chunk_window, UINT32_MAX)));
        // Ours to judge once the head is known; for chunks it is Beast that counts.
        body_limit(chunked_limit);
    }

    std::string_view fault;  // empty: none
    int fault_status = 400;
    unsigned lengths = 0, codings = 0, hosts = 0;
    std::uint64_t length = 0;

private:
    using error_code = boost::beast::error_code;
    using view = boost::beast::string_view;

    void blame(std::string_view why, int status = 400) {
        if (fault.empty()) {
            fault = why;
            fault_status = status;
        }
    }

    void on_request_impl(http::verb verb, view text, view target, int version,
                         error_code& /*error*/) override {
        Request& request = reader_.request_;
        request.method = method_of(verb);
        request.method_text = std_view(text);
        request.target = std_view(target);
        reader_.is_http_1_0_ = version < 11;
    }

    void on_field_impl(http::field name, view name_view, view value_view,
                       error_code& /*error*/) override {
        if (is_in_trailer_) return;
        Request& request = reader_.request_;
        const std::string_view value = std_view(value_view);
        switch (name) {
        case http::field::host:
            if (++hosts > 1) blame("two Host headers");
            if (!is_host(value)) blame("not a Host");
            request.host = value;
            break;
        case http::field::content_length:
            if (++lengths > 1) blame("two Content-Length headers");
            if (!is_length(value)) return blame("not a Content-Length");
            for (const char digit : value)
                length = length * 10 + static_cast<std::uint64_t>(digit - '0');
            break;
        case http::field::transfer_encoding:
            if (++codings > 1) blame("two Transfer-Encoding headers");
            if (!iequals(value_view, "chunked")) blame("a Transfer-Encoding other than chunked");
            break;
        case http::field::expect:
            if (iequals(value_view, "100-continue"))
                reader_.expects_continue_ = true;
            else
                blame("an unknown Expect", 417);
            break;
        case http::field::content_type:
            request.content_type = value;
            break;
        case http::field::user_agent:
            request.user_agent = value;
            break;
        case http::field::authorization:
            request.authorization = value;
            break;
        case http::field::range:
            request.range = value;
            break;
        case http::field::if_range:
            request.if_range = value;
            break;
        case http::field::if_none_match:
            request.if_none_match = value;
            break;
        case http::field::unknown:
            on_other_field(name_view, value);
            break;
        default:
            break;
        }
    }

    // What Beast has no number for. The length decides first: names are rarely compared.
    void on_other_field(view name, std::string_view value) {
        Request& request = reader_.request_;
        switch (name.size()) {
        case 16:
            if (iequals(name, "X-Forwarded-Host"))
                request.forwarded_host = value;
            else if (iequals(name, "X-Forwarded-Port"))
                request.forwarded_port = value;
            break;
        case 17:
            if (iequals(name, "X-Forwarded-Proto")) request.forwarded_proto = value;
            break;
        case 18:
            if (iequals(name, "X-Twilio-Signature")) {
                request.twilio_signature = value;
                ++request.twilio_signatures;
            }
            break;
        case 26:
            if (iequals(name, "I-Twilio-Idempotency-Token")) request.idempotency_token = value;
            break;
        default:
            break;
        }
    }

    void on_header_impl(error_code& /*error*/) override {
        is_in_trailer_ = true;
        if (lengths > 0 && codings > 0) blame("both Content-Length and Transfer-Encoding");
        if (codings > 0 && reader_.is_http_1_0_) blame("chunks in HTTP/1.0");
        if (hosts == 0 && !reader_.is_http_1_0_) blame("no Host header");
    }

    std::size_t on_chunk_body_impl(std::uint64_t /*remain*/, view body,
                                   error_code& /*error*/) override {
        reader_.joined_.append(body.data(), body.size());
        return body.size();
    }

    void on_response_impl(int /*code*/, view /*reason*/, int /*version*/,
                          error_code& /*error*/) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                           error_code& /*error*/) override {}
    std::size_t on_body_impl(view body, error_code& /*error*/) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t /*size*/, view /*extensions*/,
                              error_code& /*error*/) override {}
    void on_finish_impl(error_code& /*error*/) override {}

    RequestReader& reader_;
    bool is_in_trailer_ = false;
};

RequestReader::RequestReader(ReadLimits limits) : limits_{limits} {}
RequestReader::~RequestReader() = default;

RequestReader::Outcome RequestReader::next() {
    if (refusal_status_ != 0) return Outcome::refused;
    if (is_ready_) return Outcome::ready;
    switch (phase_) {
    case Phase::head:
        return read_head();
    case Phase::counted_body:
        if (end_ - begin_ - head_size_ < body_size_) return Outcome::need_more;
        request_.body = {buffer_.get() + begin_ + head_size_, body_size_};
        return finish();
    case Phase::chunks:
        return read_chunks();
    }
    return Outcome::need_more;
}

// Finds the end of the head line by line, each byte looked at once however slowly it trickles in.
RequestReader::Outcome RequestReader::read_head() {
    if (scanned_ == 0) {
        // RFC 9112, 2.2: an empty line before the request is passed over.
        while (end_ - begin_ >= 2 && unread().substr(0, 2) == "\r\n")
            begin_ += 2;
        if (is_empty()) return Outcome::need_more;
        const char first = buffer_[begin_];
        const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
        if (!letter && !(first == '\r' && end_ - begin_ == 1)) return refuse(400, "not HTTP");
    }
    const std::string_view text = unread();
    while (true) {
        const std::size_t feed = text.find('\n', scanned_);
        if (feed == std::string_view::npos) {
            scanned_ = text.size();
            if (text.size() > limits_.header_bytes) return refuse(431, "headers too large");
            return Outcome::need_more;
        }
        scanned_ = feed + 1;
        if (scanned_ > limits_.header_bytes) return refuse(431, "headers too large");
        if (feed == line_ || text[feed - 1] != '\r') return refuse(400, "a bare line feed");
        if (text[line_] == ' ' || text[line_] == '\t') return refuse(400, "a folded header");
        if (feed == line_ + 1) return parse_head(scanned_);
        line_ = scanned_;
    }
}

RequestReader::Outcome RequestReader::parse_head(std::size_t size) {
    head_size_ = size;
    request_ = {};
    expects_continue_ = false;
    auto parser = std::make_unique<Parser>(*this, limits_.body_bytes);
    boost::beast::error_code error;
    // Beast refuses a declared body over its limit by itself: lengths are ours to judge.
    parser->put(boost::asio::const_buffer{buffer_.get() + begin_, size}, error);
    if (!parser->fault.empty()) return refuse(parser->fault_status, parser->fault);
    if (error == http::error::body_limit) return refuse(413, "body too large");
    if (error == http::error::bad_version) return refuse(400, "not HTTP/1.0 or HTTP/1.1");
    if (error || !parser->is_header_done()) return refuse(400, "malformed head");

    const std::string_view head{buffer_.get() + begin_, size};
    request_.header_lines = head.substr(head.find('\n') + 1);
    request_.header_lines.remove_suffix(2);
    request_.has_body = parser->lengths > 0 || parser->chunked();
    keep_alive_ = parser->keep_alive();
    body_size_ = parser->length;
    if (is_http_1_0_) expects_continue_ = false;

    const bool chunked = parser->chunked();
    const std::size_t needed = head_size_ + (chunked ? chunk_window : body_size_);
    if (begin_ + needed > capacity_) {
        // The body does not fit behind the head: move both, and point the views anew.
        make_room(needed);
        return parse_head(size);
    }
    phase_ = chunked ? Phase::chunks : Phase::counted_body;
    if (chunked) {
        parser->eager(true);
        parser_ = std::move(parser);
        joined_.clear();
    }
    return next();
}

// Chunks are joined aside; what has been read of them leaves the buffer, so that the head stays
// put.
RequestReader::Outcome RequestReader::read_chunks() {
    const std::size_t start = begin_ + head_size_;
    if (start == end_) return Outcome::need_more;
    boost::beast::error_code error;
    const std::size_t used =
        parser_->put(boost::asio::const_buffer{buffer_.get() + start, end_ - start}, error);
    std::memmove(buffer_.get() + start, buffer_.get() + start + used, end_ - start - used);
    end_ -= used;
    if (error == http::error::body_limit) return refuse(413, "body too large");
    if (error && error != http::error::need_more) return refuse(400, "malformed chunks");
    if (parser_->is_done()) {
        request_.body = joined_;
        return finish();
    }
    // Beast leaves what is not a whole line yet, and waits for CRLF whatever comes before.
    const std::string_view rest = unread().substr(head_size_);
    for (std::size_t feed = rest.find('\n'); feed != rest.npos; feed = rest.find('\n', feed + 1))
        if (feed == 0 || rest[feed - 1] != '\r') return refuse(400, "a bare line feed");
    if (end_ == capacity_) return refuse(400, "a chunk's header is too long");
    return Outcome::need_more;
}

RequestReader::Outcome RequestReader::finish() {
    is_ready_ = true;
    expects_continue_ = false;
    return Outcome::ready;
}

RequestReader::Outcome RequestReader::refuse(int status, std::string_view why) {
    refusal_status_ = status;
    refusal_reason_ = why;
    return Outcome::refused;
}

std::span<char> RequestReader::space() {
    if (end_ == capacity_) make_room(end_ - begin_ + usual_bytes);
    return {buffer_.get() + end_, capacity_ - end_};
}

// Moves what is unread to the front of a buffer that holds at least `bytes`. Views into the old one
// are void: only while the head is incomplete, or just before it is parsed again.
void RequestReader::make_room(std::size_t bytes) {
    const std::size_t size = end_ - begin_;
    if (bytes > capacity_) {
        const std::size_t capacity = std::max({bytes, 2 * capacity_, usual_bytes});
        // NOLINTNEXTLINE(modernize-avoid-c-arrays): as in the header
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (size > 0) std::memcpy(larger.get(), buffer_.get() + begin_, size);
        buffer_ = std::move(larger);
        capacity_ = capacity;
    } else {
        std::memmove(buffer_.get(), buffer_.get() + begin_, size);
    }
    begin_ = 0;
    end_ = size;
}

bool RequestReader::takes_continue() {
    if (!expects_continue_ || end_ > begin_ + head_size_) return false;
    expects_continue_ = false;
    return true;
}

void RequestReader::consume() {
    assert(is_ready_);
    begin_ += head_size_ + (phase_ == Phase::counted_body ? body_size_ : 0);
    if (begin_ == end_) begin_ = end_ = 0;
    line_ = scanned_ = 0;
    phase_ = Phase::head;
    is_ready_ = false;
    parser_.reset();
}

void RequestReader::reset() {
    begin_ = end_ = line_ = scanned_ = head_size_ = 0;
    phase_ = Phase::head;
    is_ready_ = expects_continue_ = false;
    parser_.reset();
    request_ = {};
    refusal_status_ = 0;
    if (capacity_ > kept_bytes) {
        buffer_.reset();
        capacity_ = 0;
    }
    if (joined_.capacity() > kept_bytes) joined_ = {};
}

}  // namespace server
