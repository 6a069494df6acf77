#include "flows/tools/tape.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace flows {
namespace {

namespace json = boost::json;

constexpr std::size_t max_tape_bytes = 16U * 1024 * 1024;
constexpr std::size_t max_exchanges = 10'000;

std::string lower(std::string_view text) {
    std::string result{text};
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

const std::string* find_field(const Fields& fields, std::string_view name) {
    const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
    return found != fields.end() ? &found->second : nullptr;
}

// Why a line is no exchange; empty when it is one.
class ExchangeReader {
public:
    explicit ExchangeReader(const json::object& line) : line_{line} {}

    std::string read(Exchange& exchange) {
        exchange.at = text(line_, "at");
        exchange.note = text(line_, "note");
        const json::value* request = line_.if_contains("request");
        if (request == nullptr || !request->is_object()) {
            return "there is no \"request\" object";
        }
        read_request(request->get_object(), exchange.request);
        const json::value* response = line_.if_contains("response");
        if (response != nullptr && !response->is_null()) {
            if (!response->is_object()) return "\"response\" is not an object";
            read_response(response->get_object(), exchange.response.emplace());
        }
        return wrong_;
    }

private:
    void read_request(const json::object& from, TapeRequest& request) {
        if (from.contains("method")) request.method = text(from, "method");
        request.target = text(from, "target");
        if (request.method != "GET" && request.method != "POST") {
            complain(R"("method" is neither GET nor POST)");
        }
        if (!request.target.starts_with('/')) complain(R"("target" does not begin with "/")");
        request.headers = fields(from, "headers");
        for (auto& [name, value] : request.headers)
            name = lower(name);
        request.form = fields(from, "form");
    }

    void read_response(const json::object& from, TapeResponse& response) {
        const json::value* status = from.if_contains("status");
        if (status != nullptr) {
            if (!status->is_int64() || status->get_int64() < 100 || status->get_int64() > 599) {
                complain("\"status\" is not a number from 100 to 599");
            } else {
                response.status = static_cast<int>(status->get_int64());
            }
        }
        response.content_type = text(from, "content_type");
        response.body = text(from, "body");
    }

    std::string text(const json::object& from, std::string_view key) {
        const json::value* value = from.if_contains(key);
        if (value == nullptr || value->is_null()) return {};
        if (!value->is_string()) {
            complain(fmt::format("\"{}\" is not text", key));
            return {};
        }
        return std::string{value->get_string()};
    }

    Fields fields(const json::object& from, std::string_view key) {
        Fields result;
        const json::value* value = from.if_contains(key);
        if (value == nullptr || value->is_null()) return result;
        if (value->is_object()) {
            for (const auto& [name, item] : value->get_object()) {
                add(result, key, std::string{name}, item);
            }
        } else if (value->is_array()) {
            for (const json::value& pair : value->get_array()) {
                const bool is_pair = pair.is_array() && pair.get_array().size() == 2 &&
                                     pair.get_array()[0].is_string();
                if (!is_pair) {
                    complain(fmt::format("\"{}\" is not a list of pairs of text", key));
                    break;
                }
                add(result, key, std::string{pair.get_array()[0].get_string()},
                    pair.get_array()[1]);
            }
        } else {
            complain(fmt::format("\"{}\" is not a list of pairs", key));
        }
        return result;
    }

    void add(Fields& fields, std::string_view key, std::string name, const json::value& value) {
        if (!value.is_string()) {
            complain(fmt::format(R"("{}" in "{}" is not text)", name, key));
            return;
        }
        fields.emplace_back(std::move(name), std::string{value.get_string()});
    }

    void complain(std::string what) {
        if (wrong_.empty()) wrong_ = std::move(what);
    }

    const json::object& line_;
    std::string wrong_{};
};

config::Diagnostic fault(const std::string& name, int line, std::string message) {
    return {.code = "TAPE",
            .severity = config::Severity::error,
            .message = std::move(message),
            .hint = "a tape is JSON lines: {\"request\": {\"method\", \"target\", \"headers\", "
                    "\"form\": [[name, value], ...]}, ...}",
            .file = name,
            .span = {{line, 1}, {line, 2}}};
}

json::array pairs_of(const Fields& fields) {
    json::array pairs;
    for (const auto& [name, value] : fields)
        pairs.push_back(json::array{name, value});
    return pairs;
}

bool has_repeats(const Fields& fields) {
    for (auto at = fields.begin(); at != fields.end(); ++at) {
        if (std::find_if(fields.begin(), at,
                         [&](const auto& other) { return other.first == at->first; }) != at) {
            return true;
        }
    }
    return false;
}

}  // namespace

const std::string* TapeRequest::find(std::string_view field) const {
    return find_field(form, field);
}

const std::string* TapeRequest::header(std::string_view name) const {
    return find_field(headers, name);
}

config::Checked<Tape> parse_tape(std::string name, std::string_view text) {
    Tape tape{std::move(name), {}};
    config::Diagnostics findings;
    if (text.size() > max_tape_bytes) {
        findings.push_back(fault(tape.name, 1, "a tape of more than 16 MB"));
        return findings;
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    int line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view row = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (row.ends_with('\r')) row.remove_suffix(1);
        if (row.find_first_not_of(" \t") == std::string_view::npos) continue;
        if (tape.exchanges.size() == max_exchanges) {
            findings.push_back(fault(tape.name, line, "a tape of more than 10,000 exchanges"));
            break;
        }
        boost::system::error_code error;
        // A webhook may hold bytes that are no UTF-8, and its signature counts them.
        json::parse_options options;
        options.allow_invalid_utf8 = true;
        const json::value value = json::parse(row, error, {}, options);
        if (error) {
            findings.push_back(fault(tape.name, line, "not JSON: " + error.message()));
        } else if (!value.is_object()) {
            findings.push_back(fault(tape.name, line, "not a JSON object"));
        } else {
            Exchange exchange;
            const std::string wrong = ExchangeReader{value.get_object()}.read(exchange);
            if (!wrong.empty()) findings.push_back(fault(tape.name, line, wrong));
            tape.exchanges.push_back(std::move(exchange));
        }
    }
    if (!findings.empty()) return findings;
    return tape;
}

std::string print_exchange(const Exchange& exchange) {
    json::object line;
    if (!exchange.at.empty()) line["at"] = exchange.at;
    json::object& request = line["request"].emplace_object();
    request["method"] = exchange.request.method;
    request["target"] = exchange.request.target;
    if (has_repeats(exchange.request.headers)) {
        request["headers"] = pairs_of(exchange.request.headers);
    } else {
        json::object& headers = request["headers"].emplace_object();
        for (const auto& [name, value] : exchange.request.headers)
            headers[name] = value;
    }
    request["form"] = pairs_of(exchange.request.form);
    if (exchange.response) {
        json::object& response = line["response"].emplace_object();
        response["status"] = exchange.response->status;
        response["content_type"] = exchange.response->content_type;
        response["body"] = exchange.response->body;
    }
    if (!exchange.note.empty()) line["note"] = exchange.note;
    return json::serialize(line) + '\n';
}

std::string print_tape(const Tape& tape) {
    std::string text;
    for (const Exchange& exchange : tape.exchanges)
        text += print_exchange(exchange);
    return text;
}

}  // namespace flows
