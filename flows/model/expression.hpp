// Conditions and inserts, parsed and typed at load: what runs cannot fail for its form.
// The grammar stands in flows/README.md.
#pragma once

#include "config/source.hpp"
#include "flows/model/type.hpp"
#include "flows/model/value.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace re2 {
class RE2;
}

namespace flows {

// What Twilio tells of the call.
enum class CallFact : std::uint8_t {
    from,
    to,
    sid,
    direction,
    forwarded_from,
    caller_name,
    from_country,
    from_state,
    from_city,
    from_zip,
    attestation,
    withheld,
    answered_by,
    queue_position,
    queue_size,
    queue_time,
    queue_average_time,
};
std::string_view to_text(CallFact fact);  // "call.from", "queue.position"

enum class Function : std::uint8_t {
    open,
    opens,
    closes,
    known,
    length,
    starts_with,
    ends_with,
    contains,
    lower,
    upper,
    number,
    hash_bucket,
};

enum class Operation : std::uint8_t {
    literal,    // `literal`
    list,       // `children`
    variable,   // `index` into Flow::variables
    language,   // the built-in variable
    setting,    // `index` into Flow::settings
    call_fact,  // `fact`
    recording_url,
    recording_duration,
    recording_text,  // of variable `index`
    now,
    today,
    weekday,
    logical_or,
    logical_and,
    logical_not,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in,
    matches,
    add,
    subtract,
    multiply,
    divide,
    negate,
    call,  // `function` over `children`; of open, opens, closes `index` is into Flow::hours
};

struct Expression {
    struct Node {
        Operation operation = Operation::literal;
        Type type{};
        std::vector<int> children{};
        int index = -1;
        CallFact fact{};
        Function function{};
        Value literal{};
        std::shared_ptr<const re2::RE2> pattern{};  // of `matches`, compiled at load
        config::Span span{};
    };
    std::vector<Node> nodes{};
    int root = -1;

    const Node& at(int node) const { return nodes[static_cast<std::size_t>(node)]; }
    const Node& top() const { return at(root); }
    const Type& type() const { return top().type; }
};

enum class Filter : std::uint8_t {
    digits,
    spell,
    number,
    ordinal,
    money,
    date,
    time,
    day_and_time,
    phone,
    masked,
    otherwise,  // or("...")
};
struct FilterCall {
    Filter filter{};
    Value argument{};  // of or("..."), else unset
};

// {{ value | filter | filter }}
struct Insert {
    Expression value{};
    std::vector<FilterCall> filters{};
    config::Span span{};
};

// Text with inserts, in order. A text that is exactly one insert without filters keeps its type.
struct Text {
    std::vector<std::variant<std::string, Insert>> pieces{};
    config::Span span{};

    bool is_constant() const {
        return pieces.empty() || (pieces.size() == 1 && pieces[0].index() == 0);
    }
    const std::string& constant() const {  // only of a constant
        static const std::string none;
        return pieces.empty() ? none : std::get<std::string>(pieces[0]);
    }
};

}  // namespace flows
