// The grammar of one expression: tokens in, typed nodes out. Used by expression_parser only.
#pragma once

#include "flows/load/expression_parser.hpp"
#include "flows/load/expression_tokens.hpp"
#include "flows/load/expression_types.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

class Grammar {
public:
    // `text` is the expression, which begins at byte `offset` of the scalar.
    Grammar(const ScalarSource& where, const Names& names, std::string_view text,
            std::size_t offset, config::Diagnostics& findings);

    // A condition that ends the text.
    std::optional<Expression> condition(bool want_bool);
    // What stands inside the braces of an insert.
    std::optional<Insert> insert();

private:
    // A node's place in the text; -1 as an index means that the form is broken and parsing stops.
    struct Extent {
        std::size_t begin = 0, end = 0;
        int depth = 1;
        bool bad = false;  // a finding was made in it: no further ones about its type
    };

    int parse_condition();
    int parse_and();
    int parse_not();
    int parse_compare();
    int parse_sum();
    int parse_term();
    int parse_unary();
    int parse_value();
    int parse_name();
    int parse_call(const Token& name);
    int parse_hours_call(const Token& name, Function function);
    int parse_list();
    bool parse_arguments(std::vector<int>& arguments);
    int resolve(const Token& first, std::size_t end);
    int unknown_name(std::string_view written, std::size_t begin, std::size_t end);
    bool parse_filter_call(Insert& insert, bool typed);
    std::optional<FilterCall> parse_or_literal(const Token& name, Insert& insert);

    int binary(Operation operation, int left, int right);
    int compare(Operation operation, int left, int right);
    int compare_with_list(int left, int right, int node);
    int match(int left, int right);
    int arithmetic(Operation operation, int left, int right);
    void check_call(int node, Function function);

    int add(Operation operation, Type type, std::size_t begin, std::size_t end,
            std::vector<int> children = {});
    int literal(Value value, Type type, const Token& token);
    int want_boolean(int node);
    int broken(const Token& token, std::string_view wanted);
    int at_end_of_expression(int node);
    void report(std::string_view code, std::size_t begin, std::size_t end, std::string message,
                std::string hint);
    void complain(int node, Complaint complaint);

    void advance() { token_ = next_token(text_, token_.end()); }
    bool at(std::string_view symbol_or_word) const { return token_.is(symbol_or_word); }
    Expression::Node& node(int index) { return out_.nodes[static_cast<std::size_t>(index)]; }
    Extent& extent(int index) { return extents_[static_cast<std::size_t>(index)]; }
    std::string_view written(int index) {
        return text_.substr(extent(index).begin, extent(index).end - extent(index).begin);
    }
    Operand operand(int index) { return {node(index), written(index)}; }

    const ScalarSource& where_;
    const Names& names_;
    std::string_view text_;
    std::size_t offset_;
    config::Diagnostics& findings_;
    Token token_{};
    Expression out_{};
    std::vector<Extent> extents_{};
    int nesting_ = 0;
    bool faulty_ = false;
};

}  // namespace flows
