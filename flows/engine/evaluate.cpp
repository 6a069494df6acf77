#include "flows/engine/evaluate.hpp"

#include "config/utf8.hpp"
#include "flows/engine/evaluator.hpp"
#include "flows/engine/functions.hpp"
#include "flows/engine/hours.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace flows {
namespace {

using Node = Expression::Node;

template <class Type>
std::optional<bool> ordered(Operation operation, const Value& left, const Value& right) {
    const auto* a = std::get_if<Type>(&left);
    const auto* b = std::get_if<Type>(&right);
    if (a == nullptr || b == nullptr) return std::nullopt;
    switch (operation) {
    case Operation::less:
        return *a < *b;
    case Operation::less_equal:
        return *a <= *b;
    case Operation::greater:
        return *a > *b;
    case Operation::greater_equal:
        return *a >= *b;
    default:
        return std::nullopt;
    }
}

// Walks the nodes, at most 64 deep. Values that lie somewhere already are pointed at; what is
// computed lies in the caller's scratch. Null: it has no result.
class Evaluator {
public:
    Evaluator(const Expression& expression, const View& view)
        : expression_{expression}, view_{view} {}

    const Value* at(int index, Value& scratch) const {
        const Node& node = expression_.at(index);
        switch (node.operation) {
        case Operation::literal:
            return &node.literal;
        case Operation::variable:
            return set_or_null(variable(node.index));
        case Operation::setting:
            return set_or_null(setting(node.index));
        default:
            break;
        }
        auto value = computed(node);
        if (!value) return nullptr;
        scratch = std::move(*value);
        return &scratch;
    }

private:
    static const Value* set_or_null(const Value* value) {
        return value != nullptr && is_set(*value) ? value : nullptr;
    }

    const Value* variable(int index) const {
        if (index == view_.candidate && view_.candidate_value != nullptr)
            return view_.candidate_value;
        const auto i = static_cast<std::size_t>(index);
        return i < view_.variables.size() ? &view_.variables[i] : nullptr;
    }

    const Value* setting(int index) const {
        if (view_.circumstances.settings == nullptr) return nullptr;
        const auto found = view_.circumstances.settings->find(view_.flow.name);
        if (found == view_.circumstances.settings->end()) return nullptr;
        const auto i = static_cast<std::size_t>(index);
        return i < found->second.size() ? &found->second[i] : nullptr;
    }

    std::string_view fact(CallFact wanted) const {
        if (view_.carried != nullptr)
            for (const auto& [carried, text] : *view_.carried)
                if (carried == wanted) return text;
        return fact_text(wanted, view_.circumstances.call);
    }

    std::optional<Value> fact_value(const Node& node) const {
        const auto text = fact(node.fact);
        switch (node.type.kind) {
        case TypeKind::boolean:
            return text == "true";
        case TypeKind::number:
            if (const auto number = Decimal::parse(text)) return *number;
            return std::nullopt;
        default:
            return std::string{text};
        }
    }

    bool known(const Node& asked) const {
        switch (asked.operation) {
        case Operation::call_fact:
            return !fact(asked.fact).empty();
        case Operation::setting:
            return set_or_null(setting(asked.index)) != nullptr;
        case Operation::recording_text:
        case Operation::recording_duration: {
            const auto part = recording_part(asked);
            return part && *part != Value{std::string{}};
        }
        default:
            return set_or_null(variable(asked.index)) != nullptr;
        }
    }

    std::optional<Value> computed(const Node& node) const {
        switch (node.operation) {
        case Operation::literal:
        case Operation::variable:
        case Operation::setting:
        case Operation::list:
            break;
        case Operation::language:
            return std::string{language_of(view_)};
        case Operation::call_fact:
            return fact_value(node);
        case Operation::recording_url:
        case Operation::recording_duration:
        case Operation::recording_text:
            return recording_part(node);
        case Operation::now:
            return local_now();
        case Operation::today:
            return Date{local_now().day};
        case Operation::weekday:
            return std::string{weekday()};
        case Operation::logical_or:
        case Operation::logical_and:
            return logical(node);
        case Operation::logical_not:
            if (const auto inner = truth(node.children[0])) return !*inner;
            break;
        case Operation::equal:
        case Operation::not_equal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
            return compared(node);
        case Operation::in:
            return contained(node);
        case Operation::matches:
            return matched(node);
        case Operation::add:
        case Operation::subtract:
        case Operation::multiply:
        case Operation::divide:
        case Operation::negate:
            return reckoned(node);
        case Operation::call:
            return called(node);
        }
        return std::nullopt;
    }

    Moment local_now() const { return local_time(view_.circumstances.now, zone_of(view_.flow)); }

    std::string_view weekday() const {
        constexpr std::array<std::string_view, 7> names{"sun", "mon", "tue", "wed",
                                                        "thu", "fri", "sat"};
        return names[std::chrono::weekday{std::chrono::sys_days{local_now().day}}.c_encoding()];
    }

    std::optional<Value> recording_part(const Node& node) const {
        const Value* value = variable(node.index);
        const auto* recording = value == nullptr ? nullptr : std::get_if<Recording>(value);
        if (recording == nullptr) return std::nullopt;
        if (node.operation == Operation::recording_text) {
            if (!recording->text) return std::nullopt;
            return *recording->text;
        }
        if (node.operation == Operation::recording_url) return url_of(*recording);
        if (recording->duration < std::chrono::seconds{0}) return std::nullopt;
        return *Decimal::from(recording->duration.count(), 0);
    }

    std::optional<bool> truth(int index) const {
        Value scratch;
        const Value* value = at(index, scratch);
        const bool* result = value == nullptr ? nullptr : std::get_if<bool>(value);
        if (result == nullptr) return std::nullopt;
        return *result;
    }

    const std::string* text(int index, Value& scratch) const {
        const Value* value = at(index, scratch);
        return value == nullptr ? nullptr : std::get_if<std::string>(value);
    }

    std::optional<Value> logical(const Node& node) const {
        const auto left = truth(node.children[0]);
        if (!left) return std::nullopt;
        if (*left == (node.operation == Operation::logical_or)) return *left;
        const auto right = truth(node.children[1]);
        if (!right) return std::nullopt;
        return *right;
    }

    std::optional<Value> compared(const Node& node) const {
        Value left_scratch;
        Value right_scratch;
        const Value* left = at(node.children[0], left_scratch);
        const Value* right = left == nullptr ? nullptr : at(node.children[1], right_scratch);
        if (right == nullptr) return std::nullopt;
        if (node.operation == Operation::equal) return *left == *right;
        if (node.operation == Operation::not_equal) return *left != *right;
        auto result = ordered<Decimal>(node.operation, *left, *right);
        if (!result) result = ordered<Date>(node.operation, *left, *right);
        if (!result) result = ordered<TimeOfDay>(node.operation, *left, *right);
        if (!result) result = ordered<Moment>(node.operation, *left, *right);
        if (!result) return std::nullopt;
        return *result;
    }

    std::optional<Value> contained(const Node& node) const {
        Value wanted_scratch;
        const Value* wanted = at(node.children[0], wanted_scratch);
        if (wanted == nullptr) return std::nullopt;
        for (const int item : expression_.at(node.children[1]).children) {
            Value scratch;
            const Value* value = at(item, scratch);
            if (value == nullptr) return std::nullopt;
            if (*value == *wanted) return true;
        }
        return false;
    }

    std::optional<Value> matched(const Node& node) const {
        Value scratch;
        const std::string* subject = text(node.children[0], scratch);
        if (subject == nullptr || node.pattern == nullptr) return std::nullopt;
        return re2::RE2::PartialMatch(*subject, *node.pattern);
    }

    std::optional<Value> reckoned(const Node& node) const {
        Value left_scratch;
        Value right_scratch;
        const Value* left = at(node.children[0], left_scratch);
        if (left == nullptr) return std::nullopt;
        const auto result = [](std::optional<Decimal> number) -> std::optional<Value> {
            if (!number) return std::nullopt;
            return *number;
        };
        const auto* a = std::get_if<Decimal>(left);
        if (node.operation == Operation::negate)
            return a == nullptr ? std::nullopt : result(subtract(Decimal{}, *a));
        const Value* right = at(node.children[1], right_scratch);
        if (right == nullptr) return std::nullopt;
        const auto* b = std::get_if<Decimal>(right);
        if (a == nullptr || b == nullptr) return dated(node.operation, *left, *right);
        switch (node.operation) {
        case Operation::add:
            return result(add(*a, *b));
        case Operation::subtract:
            return result(subtract(*a, *b));
        case Operation::multiply:
            return result(multiply(*a, *b));
        default:
            return result(divide(*a, *b));
        }
    }

    static std::optional<Value> dated(Operation operation, const Value& left, const Value& right) {
        const auto* a = std::get_if<Date>(&left);
        const auto* b = std::get_if<Date>(&right);
        if (a != nullptr && b != nullptr) {
            const auto days = std::chrono::sys_days{a->day} - std::chrono::sys_days{b->day};
            return *Decimal::from(days.count(), 0);
        }
        const auto* days = std::get_if<Decimal>(a != nullptr ? &right : &left);
        const auto* date = a != nullptr ? a : b;
        if (days == nullptr || date == nullptr) return std::nullopt;
        if (auto moved = days_from(*date, *days, operation == Operation::subtract ? -1 : 1))
            return *moved;
        return std::nullopt;
    }

    std::optional<Value> called(const Node& node) const {
        switch (node.function) {
        case Function::open:
        case Function::opens:
        case Function::closes:
            return asked_hours(node);
        case Function::known:
            return known(expression_.at(node.children[0]));
        case Function::number:
            return as_number(node);
        default:
            return called_on_text(node);
        }
    }

    std::optional<Value> as_number(const Node& node) const {
        Value scratch;
        const Value* value = at(node.children[0], scratch);
        if (value == nullptr) return std::nullopt;
        if (const auto* number = std::get_if<Decimal>(value)) return *number;
        const auto* written = std::get_if<std::string>(value);
        const auto number = written == nullptr ? std::nullopt : Decimal::parse(*written);
        if (!number) return std::nullopt;
        return *number;
    }

    std::optional<Value> called_on_text(const Node& node) const {
        Value scratch;
        const std::string* subject = text(node.children[0], scratch);
        if (subject == nullptr) return std::nullopt;
        switch (node.function) {
        case Function::length:
            return *Decimal::from(static_cast<std::int64_t>(config::count_characters(*subject)), 0);
        case Function::lower:
            return change_case(*subject, false, language_of(view_));
        case Function::upper:
            return change_case(*subject, true, language_of(view_));
        default:
            break;
        }
        Value second_scratch;
        const Value* second = at(node.children[1], second_scratch);
        if (second == nullptr) return std::nullopt;
        if (const auto* buckets = std::get_if<Decimal>(second)) {
            if (buckets->units() < 1) return std::nullopt;
            const auto bucket = hash_of(*subject) % static_cast<std::uint64_t>(buckets->units());
            return *Decimal::from(static_cast<std::int64_t>(bucket), 0);
        }
        const auto* part = std::get_if<std::string>(second);
        if (part == nullptr) return std::nullopt;
        // Bytes do for characters: UTF-8 of whole characters is never found in the middle of one.
        switch (node.function) {
        case Function::starts_with:
            return subject->starts_with(*part);
        case Function::ends_with:
            return subject->ends_with(*part);
        case Function::contains:
            return subject->find(*part) != std::string::npos;
        default:
            return std::nullopt;
        }
    }

    const HoursOverride* override_of(const Hours& hours) const {
        const auto* overrides = view_.circumstances.overrides;
        if (overrides == nullptr || overrides->empty()) return nullptr;
        const auto found = overrides->find(std::pair{view_.flow.name, hours.name});
        if (found == overrides->end() || found->second.until <= view_.circumstances.now)
            return nullptr;
        return &found->second;
    }

    std::optional<Value> asked_hours(const Node& node) const {
        const auto index = static_cast<std::size_t>(node.index);
        if (index >= view_.flow.hours.size()) return std::nullopt;
        const Hours& hours = view_.flow.hours[index];
        const HoursOverride* word = override_of(hours);
        const Now now = view_.circumstances.now;
        if (node.function == Function::open)
            return word != nullptr ? word->open : is_open(hours, now);
        const bool opens = node.function == Function::opens;
        // An operator's word holds until its end; there the hours themselves may change it.
        if (word != nullptr && is_open(hours, word->until) == opens && word->open != opens)
            return local_time(word->until, hours.timezone);
        const Now from = word != nullptr ? word->until : now;
        const auto moment = opens ? next_opening(hours, from) : next_closing(hours, from);
        if (!moment) return std::nullopt;
        return *moment;
    }

    const Expression& expression_;
    const View& view_;
};

}  // namespace

std::string_view language_of(const View& view) {
    const auto index = static_cast<std::size_t>(view.language);
    return index < view.flow.languages.size() ? view.flow.languages[index].tag
                                              : std::string_view{"en-US"};
}

const Value* evaluate_into(const Expression& expression, const View& view, Value& scratch) {
    return Evaluator{expression, view}.at(expression.root, scratch);
}

std::optional<Value> evaluate(const Expression& expression, const View& view) {
    Value scratch;
    const Value* value = evaluate_into(expression, view, scratch);
    if (value == nullptr) return std::nullopt;
    if (value != &scratch) return *value;
    return scratch;
}

std::optional<bool> is_true(const Expression& condition, const View& view) {
    Value scratch;
    const Value* value = evaluate_into(condition, view, scratch);
    const bool* truth = value == nullptr ? nullptr : std::get_if<bool>(value);
    if (truth == nullptr) return std::nullopt;
    return *truth;
}

}  // namespace flows
