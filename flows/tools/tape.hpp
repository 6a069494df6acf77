// A tape: recorded webhooks, one exchange a line of JSON. Contract: "A tape" in server/README.md.
//   {"at", "request": {"method", "target", "headers", "form": [[name, value], ...]},
//    "response": {"status", "content_type", "body"}, "note"}
// All but `request` may be absent. Signatures and sealed tokens are never in a tape. Pure; safe
// from any thread.
#pragma once

#include "config/diagnostic.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flows {

using Fields = std::vector<std::pair<std::string, std::string>>;  // in written order, repeats kept

struct TapeRequest {
    std::string method = "POST";  // GET or POST; of a GET the form goes behind the target's query
    std::string target{};         // path and query
    Fields headers{};             // names in lower case
    Fields form{};                // decoded
    bool operator==(const TapeRequest&) const = default;

    // The first value of a field, or nothing.
    const std::string* find(std::string_view field) const;
    const std::string* header(std::string_view name) const;
};

struct TapeResponse {
    int status = 200;
    std::string content_type{};
    std::string body{};
    bool operator==(const TapeResponse&) const = default;
};

struct Exchange {
    std::string at{};  // when, as RFC 3339 writes it; empty: not told
    TapeRequest request{};
    std::optional<TapeResponse> response{};
    std::string note{};
    bool operator==(const Exchange&) const = default;
};

struct Tape {
    std::string name{};  // of the file, for people
    std::vector<Exchange> exchanges{};
    bool operator==(const Tape&) const = default;
};

// Reads a tape. Empty lines and unknown keys are passed over; headers may be an object or a list of
// pairs, the form a list of pairs or an object. Findings (code "TAPE") name the line. At most
// 10,000 exchanges and 16 MB.
config::Checked<Tape> parse_tape(std::string name, std::string_view text);

// One line an exchange, each ended by a newline; keys in the order shown above. What parse_tape
// reads from it is equal.
std::string print_tape(const Tape& tape);
std::string print_exchange(const Exchange& exchange);

// `s=` and what is sealed behind it becomes `s=…`, in URLs as they stand in TwiML, targets and
// logs.
std::string without_tokens(std::string_view text);

// Without signatures, call tokens and sealed tokens, which no tape may hold; numbers stay.
Exchange without_secrets(const Exchange& exchange);

// Makes an exchange fit to be kept: telephone numbers become example numbers, the same one the same
// everywhere in a tape, also where they are said aloud digit by digit, or spoken by callers (ten
// digits and more); signatures, call tokens and
// sealed tokens go. Use one Masker a tape.
class Masker {
public:
    enum class Input { plain, secret };  // secret: what the caller entered must not be kept

    Exchange mask(const Exchange& exchange, Input input = Input::plain);

private:
    std::string mask_text(std::string_view text);
    std::size_t mask_spelled(std::string_view text, std::size_t at, std::string& out) const;
    const std::string& mask_of(const std::string& number);
    void learn(const Exchange& exchange);
    void learn_spoken(std::string_view text);

    std::map<std::string, std::string> numbers_{};  // E.164 -> masked, both without '+'
};

}  // namespace flows
