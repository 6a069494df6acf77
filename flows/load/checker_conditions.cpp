#include "flows/load/checker_parts.hpp"
#include "flows/load/checker_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace flows::check {
namespace {

enum class Truth : std::uint8_t { unknown, always, never };

Truth opposite(Truth truth) {
    if (truth == Truth::always) return Truth::never;
    return truth == Truth::never ? Truth::always : Truth::unknown;
}
Truth known(bool is_true) { return is_true ? Truth::always : Truth::never; }

// The numbers a value can be; without an end it is open.
struct Range {
    std::optional<Decimal> least{}, most{};
    bool least_itself = true, most_itself = true;

    void not_below(const Decimal& bound, bool itself) {
        if (!least || bound > *least || (bound == *least && !itself)) {
            least = bound;
            least_itself = itself;
        }
    }
    void not_above(const Decimal& bound, bool itself) {
        if (!most || bound < *most || (bound == *most && !itself)) {
            most = bound;
            most_itself = itself;
        }
    }
    bool is_empty() const {
        if (!least || !most) return false;
        return *least > *most || (*least == *most && !(least_itself && most_itself));
    }
    bool is_below(const Range& other) const {  // every value of ours is less
        if (!most || !other.least) return false;
        return *most < *other.least ||
               (*most == *other.least && !(most_itself && other.least_itself));
    }
    bool is_at_most(const Range& other) const {
        return most && other.least && *most <= *other.least;
    }
};

using Term = Expression::Node;

// What can be told of a condition from its constants and types alone. `answer` is the variable of a
// gather, whose digits are counted by the gather.
class Prover {
public:
    Prover(const Flow& flow, const Expression& expression, const Gather* gather = nullptr)
        : flow_{flow}, expression_{expression}, gather_{gather} {}

    Truth truth() const { return truth(expression_.root); }

private:
    const Term& at(int node) const { return expression_.at(node); }

    Truth truth(int index) const {
        const Term& node = at(index);
        switch (node.operation) {
        case Operation::literal: {
            const auto* value = std::get_if<bool>(&node.literal);
            return value != nullptr ? known(*value) : Truth::unknown;
        }
        case Operation::logical_not:
            return opposite(truth(node.children[0]));
        case Operation::logical_and:
            return both(index);
        case Operation::logical_or: {
            bool all_never = true;
            for (const int child : node.children) {
                const Truth part = truth(child);
                if (part == Truth::always) return part;
                all_never = all_never && part == Truth::never;
            }
            return all_never ? Truth::never : Truth::unknown;
        }
        case Operation::equal:
            return equal(node.children[0], node.children[1]);
        case Operation::not_equal:
            return opposite(equal(node.children[0], node.children[1]));
        case Operation::less:
            return less(node.children[0], node.children[1]);
        case Operation::greater:
            return less(node.children[1], node.children[0]);
        case Operation::less_equal:
            return opposite(less(node.children[1], node.children[0]));
        case Operation::greater_equal:
            return opposite(less(node.children[0], node.children[1]));
        case Operation::in:
            return in(node.children[0], node.children[1]);
        default:
            return Truth::unknown;
        }
    }

    // The parts of a chain of `and` may be possible each, and impossible together.
    Truth both(int index) const {
        std::vector<int> parts;
        flatten(index, parts);
        bool all_always = true;
        for (const int part : parts) {
            const Truth truth_of_part = truth(part);
            if (truth_of_part == Truth::never) return Truth::never;
            all_always = all_always && truth_of_part == Truth::always;
        }
        if (all_always) return Truth::always;
        std::map<std::string, Range> ranges;
        std::map<std::string, std::string> texts;
        for (const int part : parts) {
            if (!narrow(at(part), ranges, texts)) return Truth::never;
        }
        return Truth::unknown;
    }

    void flatten(int index, std::vector<int>& parts) const {
        const Term& node = at(index);
        if (node.operation != Operation::logical_and) return parts.push_back(index);
        for (const int child : node.children)
            flatten(child, parts);
    }

    // Narrows what the left side can be by one comparison; false when nothing is left.
    bool narrow(const Term& node, std::map<std::string, Range>& ranges,
                std::map<std::string, std::string>& texts) const {
        if (node.children.size() != 2) return true;
        int left = node.children[0];
        int right = node.children[1];
        Operation operation = node.operation;
        if (at(left).operation == Operation::literal) {
            std::swap(left, right);
            operation = mirrored(operation);
        }
        const std::string name = name_of(left);
        const Term& bound = at(right);
        if (name.empty() || bound.operation != Operation::literal) return true;
        if (const auto* text = std::get_if<std::string>(&bound.literal)) {
            if (operation != Operation::equal) return true;
            return texts.try_emplace(name, *text).first->second == *text;
        }
        const auto* number = std::get_if<Decimal>(&bound.literal);
        if (number == nullptr) return true;
        Range& range = ranges.try_emplace(name, range_of(left)).first->second;
        if (operation == Operation::equal || operation == Operation::greater ||
            operation == Operation::greater_equal) {
            range.not_below(*number, operation != Operation::greater);
        }
        if (operation == Operation::equal || operation == Operation::less ||
            operation == Operation::less_equal) {
            range.not_above(*number, operation != Operation::less);
        }
        return !range.is_empty();
    }

    static Operation mirrored(Operation operation) {
        switch (operation) {
        case Operation::less:
            return Operation::greater;
        case Operation::greater:
            return Operation::less;
        case Operation::less_equal:
            return Operation::greater_equal;
        case Operation::greater_equal:
            return Operation::less_equal;
        default:
            return operation;
        }
    }

    // What stays the same wherever it stands in one condition.
    std::string name_of(int index) const {
        const Term& node = at(index);
        switch (node.operation) {
        case Operation::variable:
            return fmt::format("variable {}", node.index);
        case Operation::setting:
            return fmt::format("setting {}", node.index);
        case Operation::call_fact:
            return fmt::format("call {}", static_cast<int>(node.fact));
        case Operation::weekday:
            return "weekday";
        case Operation::call:
            if (node.function == Function::length && name_of(node.children[0]) != "") {
                return "length of " + name_of(node.children[0]);
            }
            return {};
        default:
            return {};
        }
    }

    static Decimal whole(int number) { return *Decimal::from(number, 0); }

    Range range_of(int index) const {
        const Term& node = at(index);
        Range range;
        if (const auto* number = std::get_if<Decimal>(&node.literal);
            node.operation == Operation::literal && number != nullptr) {
            range.least = range.most = *number;
        } else if (node.operation == Operation::negate) {
            const Range inner = range_of(node.children[0]);
            const Decimal zero;
            if (inner.most) range.least = subtract(zero, *inner.most);
            if (inner.least) range.most = subtract(zero, *inner.least);
        } else if (node.operation == Operation::call && node.function == Function::length) {
            const auto [least, most] = lengths(node.children[0]);
            range.least = whole(least);
            if (most >= 0) range.most = whole(most);
        } else if (node.operation == Operation::call && node.function == Function::hash_bucket) {
            range.least = Decimal{};
        }
        return range;
    }

    // The fewest and the most characters of a text; -1: no bound is known.
    std::pair<int, int> lengths(int index) const {
        const Term& node = at(index);
        if (const auto* text = std::get_if<std::string>(&node.literal);
            node.operation == Operation::literal && text != nullptr) {
            const auto length = static_cast<int>(std::ranges::count_if(*text, [](char byte) {
                return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
            }));
            return {length, length};
        }
        if (node.operation != Operation::variable) return {0, -1};
        Type type = flow_.variables[static_cast<std::size_t>(node.index)].type;
        if (gather_ != nullptr && gather_->save == node.index && type.kind == TypeKind::digits) {
            type.at_least = std::max(type.at_least, gather_->digits_at_least);
            if (gather_->digits_at_most > 0) {
                type.at_most = std::min(type.at_most, gather_->digits_at_most);
            }
        }
        if (type.kind == TypeKind::digits) return {type.at_least, type.at_most};
        if (type.kind == TypeKind::text) return {0, type.at_most};
        return {0, -1};
    }

    Truth less(int left, int right) const {
        const Range a = range_of(left);
        const Range b = range_of(right);
        if (a.is_below(b)) return Truth::always;
        return b.is_at_most(a) ? Truth::never : Truth::unknown;
    }

    Truth equal(int left, int right) const {
        const Term& a = at(left);
        const Term& b = at(right);
        if (a.operation == Operation::literal && b.operation == Operation::literal) {
            return known(a.literal == b.literal);
        }
        const std::string name = name_of(left);
        if (!name.empty() && name == name_of(right)) return Truth::always;
        const Range range_a = range_of(left);
        const Range range_b = range_of(right);
        if (range_a.is_below(range_b) || range_b.is_below(range_a)) return Truth::never;
        if (a.operation == Operation::literal) return equals_text(right, a.literal);
        if (b.operation == Operation::literal) return equals_text(left, b.literal);
        return Truth::unknown;
    }

    // Whether a value of the left side's type can be this text at all.
    Truth equals_text(int index, const Value& literal) const {
        const auto* text = std::get_if<std::string>(&literal);
        const Term& node = at(index);
        if (text == nullptr || node.operation != Operation::variable) return Truth::unknown;
        const Type& type = flow_.variables[static_cast<std::size_t>(node.index)].type;
        if (type.kind == TypeKind::digits) {
            const auto [least, most] = lengths(index);
            const auto length = static_cast<int>(text->size());
            const bool fits = length >= least && (most < 0 || length <= most) &&
                              text->find_first_not_of("0123456789") == std::string::npos;
            return fits ? Truth::unknown : Truth::never;
        }
        if (type.kind == TypeKind::one_of) {
            const bool fits = std::ranges::count(type.options, *text) != 0;
            return fits ? Truth::unknown : Truth::never;
        }
        return Truth::unknown;
    }

    Truth in(int value, int list) const {
        const Term& node = at(list);
        if (node.operation != Operation::list) return Truth::unknown;
        bool all_never = true;
        for (const int item : node.children) {
            const Truth same = equal(value, item);
            if (same == Truth::always) return same;
            all_never = all_never && same == Truth::never;
        }
        return all_never ? Truth::never : Truth::unknown;
    }

    const Flow& flow_;
    const Expression& expression_;
    const Gather* gather_;
};

void check_step(const Flow& flow, const Step& step, config::Diagnostics& findings) {
    if (const auto* gather = std::get_if<Gather>(&step.what); gather != nullptr && gather->must) {
        const config::Span& span = gather->must->top().span;
        switch (Prover{flow, *gather->must, gather}.truth()) {
        case Truth::never:
            report(
                findings, "SB409", step.file, span,
                "no answer can ever fulfil this `must`: the caller would be refused each time",
                fmt::format("\"{}\" is {}: change the condition, or the type",
                            flow.variables[static_cast<std::size_t>(gather->save)].name,
                            to_text(flow.variables[static_cast<std::size_t>(gather->save)].type)));
            break;
        case Truth::always:
            report(findings, "SB503", step.file, span, "this condition is always true",
                   "every answer fulfils it: remove it, or ask for what you mean");
            break;
        case Truth::unknown:
            break;
        }
        return;
    }
    for_each_text(step, [&](const TextUse& use) {
        if (use.expression == nullptr || std::holds_alternative<Switch>(step.what)) return;
        const Truth truth = Prover{flow, *use.expression}.truth();
        if (truth == Truth::unknown) return;
        report(
            findings, "SB503", step.file, use.expression->top().span,
            fmt::format("this condition is always {}", truth == Truth::always ? "true" : "false"),
            truth == Truth::always ? "what stands behind else is never used"
                                   : "what it guards is never used");
    });
}

}  // namespace

void check_conditions(const Flow& flow, config::Diagnostics& findings) {
    for (const State& state : flow.states) {
        for (const Step& step : state.steps)
            check_step(flow, step, findings);
    }
}

}  // namespace flows::check
