// Conditions and inserts, parsed and typed at load: what runs cannot fail for its form.
// The grammar stands in flows/README.md.
#pragma once

#include "config/source.hpp"
#include "flows/model/type.hpp"
#include "flows/model/value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
std::optional<CallFact> parse_call_fact(std::string_view text);
std::vector<std::string> call_fact_names();
// from, to and forwarded_from are party; what Twilio chooses from a known set is one_of.
Type type_of(CallFact fact);

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
std::string_view to_text(Function function);
std::optional<Function> parse_function(std::string_view name);
std::vector<std::string> function_names();

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
    logical_or,  // of two, as every operator below but `negate` and `logical_not`
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

// At most 64 nodes deep, so that walking it is bounded.
struct Expression {
    struct Node {
        Operation operation = Operation::literal;
        Type type{};
        std::vector<int> children{};
        int index = -1;
        CallFact fact{};
        Function function{};
        Value literal{};
        // Of `matches`, compiled at load so that finding it anywhere decides: a pattern that begins
        // with ^ or ends with $ says itself where it stands, another is anchored on both sides.
        std::shared_ptr<const re2::RE2> pattern{};
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
std::string_view to_text(Filter filter);
std::optional<Filter> parse_filter(std::string_view name);
std::vector<std::string> filter_names();
struct FilterCall {
    Filter filter{};
    Value argument{};  // of or("..."): its literal, of the value's type where it fits; else unset
};

// {{ value | filter | filter }}
struct Insert {
    Expression value{};
    std::vector<FilterCall> filters{};
    Type type{};  // of what comes out: the value's own while there is no filter but or(), else text
    config::Span span{};
};

// Text with inserts, in order. A text that is exactly one insert without filters (or() apart) keeps
// its type.
struct Text {
    std::vector<std::variant<std::string, Insert>> pieces{};
    config::Span span{};
    std::string file{};  // of a library's prompt; empty: where the step stands

    bool is_constant() const {
        return pieces.empty() || (pieces.size() == 1 && pieces[0].index() == 0);
    }
    const std::string& constant() const {  // only of a constant
        static const std::string none;
        return pieces.empty() ? none : std::get<std::string>(pieces[0]);
    }
};

}  // namespace flows
