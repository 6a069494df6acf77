// Names and functions of the grammar.
#include "flows/engine/filters.hpp"
#include "flows/load/expression_grammar.hpp"
#include "flows/load/expression_hints.hpp"
#include "flows/load/expression_types.hpp"

#include <algorithm>

namespace flows {
namespace {

Type number() { return {.kind = TypeKind::number, .at_most = 0}; }
Type text() { return {}; }
Type moment() { return {.kind = TypeKind::moment, .at_most = 0}; }
Type one_of(std::vector<std::string> options) {
    return {.kind = TypeKind::one_of, .at_most = 0, .options = std::move(options)};
}

template <class Named> int index_of(const std::vector<Named>* list, std::string_view name) {
    if (list == nullptr) return -1;
    for (std::size_t i = 0; i < list->size(); ++i)
        if ((*list)[i].name == name) return static_cast<int>(i);
    return -1;
}

template <class Named>
void append_names(std::vector<std::string>& out, const std::vector<Named>* list,
                  std::string_view prefix = {}) {
    if (list == nullptr) return;
    for (const auto& item : *list)
        out.push_back(std::string{prefix} + item.name);
}

struct Arity {
    Function function;
    std::size_t arguments;
    std::string_view example;
};
constexpr Arity arities[]{
    {Function::known, 1, "known(name)"},
    {Function::length, 1, "length(name)"},
    {Function::starts_with, 2, "starts_with(text, \"a\")"},
    {Function::ends_with, 2, "ends_with(text, \"a\")"},
    {Function::contains, 2, "contains(text, \"a\")"},
    {Function::lower, 1, "lower(text)"},
    {Function::upper, 1, "upper(text)"},
    {Function::number, 1, "number(text)"},
    {Function::hash_bucket, 2, "hash_bucket(call.from, 100)"},
};
const Arity& arity_of(Function function) {
    return *std::find_if(std::begin(arities), std::end(arities),
                         [&](const Arity& row) { return row.function == function; });
}

Type type_of_call(Function function, const Type& first) {
    Type type;
    switch (function) {
    case Function::opens:
    case Function::closes:
        return moment();
    case Function::length:
    case Function::hash_bucket:
        return number();
    case Function::number:
        type = number();
        break;
    case Function::lower:
    case Function::upper:
        type = text();
        if (first.kind == TypeKind::text) type.at_most = first.at_most;
        break;
    default:
        return boolean_type();
    }
    type.secret = first.secret;
    return type;
}

// The name of what other languages call so.
std::string_view our_name(std::string_view name) {
    struct Other {
        std::string_view theirs, ours;
    };
    constexpr Other others[]{{"date", "today"},
                             {"time", "now"},
                             {"day", "weekday"},
                             {"caller", "call.from"},
                             {"caller_id", "call.from"}};
    const auto* found = std::ranges::find(others, name, &Other::theirs);
    return found == std::end(others) ? std::string_view{} : found->ours;
}

// What is meant by a function that there is none of; `arguments` with their parentheses.
std::string hint_for_call(std::string_view name, std::string_view arguments) {
    const std::string behind{arguments};
    if (name == "closed" || name == "is_closed") return "write not open" + behind;
    if (name == "opened" || name == "is_open") return "write open" + behind;
    // digits(4) is how a type is written.
    const bool counts = arguments.find_first_not_of("()0123456789-") == std::string_view::npos;
    if ((name == "digits" || name == "text") && counts)
        return "it is a type, for vars; write length(name) == 4 to ask for four of them";
    if (parse_filter(name)) return "it is a filter: write {{ name | " + std::string{name} + " }}";
    return did_you_mean(name, function_names(), listing(function_names(), ""));
}

}  // namespace

int Grammar::parse_name() {
    const Token first = token_;
    advance();
    if (at("(")) return parse_call(first);
    std::size_t end = first.end();
    while (at(".")) {
        advance();
        if (token_.kind != Token::Kind::name) return broken(token_, "a name");
        end = token_.end();
        advance();
    }
    if (at("(")) {
        report("SB113", first.begin, token_.end(), "names with a dot are not functions",
               "functions stand before: contains(text, \"a\")");
        return -1;
    }
    return resolve(first, end);
}

int Grammar::resolve(const Token& first, std::size_t end) {
    const auto name = text_.substr(first.begin, end - first.begin);
    const auto make = [&](Operation operation, Type type, int index = -1) {
        const int made = add(operation, std::move(type), first.begin, end);
        if (made >= 0) node(made).index = index;
        return made;
    };
    const auto dot = name.find('.');
    if (name == "true" || name == "false") {
        const int made = make(Operation::literal, boolean_type());
        node(made).literal = name == "true";
        return made;
    }
    for (const std::string_view word : {"and", "or", "not", "in", "matches"})
        if (name == word)
            return broken(first, "a value: a name, a number, or text in double quotes");
    if (name == "now") return make(Operation::now, moment());
    if (name == "today") return make(Operation::today, {.kind = TypeKind::date, .at_most = 0});
    if (name == "weekday")
        return make(Operation::weekday, one_of({"mon", "tue", "wed", "thu", "fri", "sat", "sun"}));
    if (name == "language") {
        std::vector<std::string> tags;
        if (names_.languages != nullptr)
            for (const auto& language : *names_.languages)
                tags.push_back(language.tag);
        return make(Operation::language, one_of(std::move(tags)));
    }
    if (const auto fact = parse_call_fact(name)) {
        const int made = make(Operation::call_fact, type_of(*fact));
        if (made >= 0) node(made).fact = *fact;
        return made;
    }
    if (name.starts_with("settings.")) {
        const int index = index_of(names_.settings, name.substr(dot + 1));
        if (index >= 0)
            return make(Operation::setting,
                        (*names_.settings)[static_cast<std::size_t>(index)].type, index);
        return unknown_name(name, first.begin, end);
    }
    const int index = index_of(names_.variables, name.substr(0, dot));
    if (index < 0) return unknown_name(name, first.begin, end);
    const Type& type = (*names_.variables)[static_cast<std::size_t>(index)].type;
    if (dot == std::string_view::npos) return make(Operation::variable, type, index);

    const auto part = name.substr(dot + 1);
    if (type.kind == TypeKind::recording) {
        Type of_part = part == "url"        ? Type{.kind = TypeKind::url, .at_most = 0}
                       : part == "duration" ? number()
                                            : text();
        of_part.secret = type.secret;
        if (part == "url") return make(Operation::recording_url, of_part, index);
        if (part == "duration") return make(Operation::recording_duration, of_part, index);
        if (part == "text") return make(Operation::recording_text, of_part, index);
    }
    report("SB202", first.begin, end, quote(name.substr(0, dot)) + " has no part " + quote(part),
           type.kind == TypeKind::recording ? "a recording has .url, .duration and .text"
                                            : "it is " + to_text(type) + ": write it alone");
    const int made = make(Operation::literal, text());
    if (made >= 0) extent(made).bad = true;
    return made;
}

int Grammar::unknown_name(std::string_view name, std::size_t begin, std::size_t end) {
    std::vector<std::string> variables;
    append_names(variables, names_.variables);
    std::vector<std::string> candidates = variables;
    append_names(candidates, names_.settings, "settings.");
    for (const char* word : {"now", "today", "weekday", "language", "true", "false"})
        candidates.emplace_back(word);
    for (auto& fact : call_fact_names())
        candidates.push_back(std::move(fact));

    std::string message = "no variable " + quote(name);
    std::string hint;
    if (name.starts_with("settings.")) {
        message = "no setting " + quote(name.substr(9));
        std::vector<std::string> settings;
        append_names(settings, names_.settings);
        const auto meant = config::did_you_mean(name.substr(9), settings);
        hint = meant.empty() ? listing(settings, "settings are declared at the top of the flow")
                             : "did you mean " + quote("settings." + meant) + "?";
    } else if (name.starts_with("call.") || name.starts_with("queue.")) {
        message = quote(name) + " is not known of a call";
        hint = did_you_mean(name, call_fact_names(), listing(call_fact_names(), ""));
    } else if (index_of(names_.settings, name) >= 0) {
        hint = "it is a setting: write settings." + std::string{name};
    } else if (parse_function(name)) {
        hint = "it is a function: write " + std::string{name} + "(...)";
    } else if (const auto dot = name.find('.'); index_of(names_.hours, name.substr(0, dot)) >= 0) {
        hint = "these are hours: write open(" + std::string{name.substr(0, dot)} + ")";
    } else if (const auto ours = our_name(name); !ours.empty()) {
        hint = "write " + std::string{ours};
    } else if (parse_call_fact("call." + std::string{name})) {
        hint = "write call." + std::string{name};
    } else {
        std::string otherwise = names_.languages != nullptr && name.find('.') == std::string::npos
                                    ? "if it is meant as text, write it in double quotes; "
                                    : "";
        hint = did_you_mean(name, candidates,
                            otherwise + listing(variables, "vars declares the flow's variables"));
    }
    report("SB202", begin, end, std::move(message), std::move(hint));
    const int made = add(Operation::literal, text(), begin, end);
    if (made >= 0) extent(made).bad = true;
    return made;
}

bool Grammar::parse_arguments(std::vector<int>& arguments) {
    advance();  // the parenthesis
    while (!at(")")) {
        const int argument = parse_condition();
        if (argument < 0) return false;
        arguments.push_back(argument);
        if (!at(",") && !at(")")) {
            broken(token_, ", or )");
            return false;
        }
        if (at(",")) advance();
    }
    return true;
}

int Grammar::parse_call(const Token& name) {
    const auto function = parse_function(name.raw);
    if (function && (*function == Function::open || *function == Function::opens ||
                     *function == Function::closes))
        return parse_hours_call(name, *function);
    if (name.is("and") || name.is("or") || name.is("not") || name.is("in") || name.is("matches"))
        return broken(name, "a value: a name, a number, or text in double quotes");

    std::vector<int> arguments;
    const auto found = findings_.size();
    if (!parse_arguments(arguments)) return -1;
    const auto end = token_.end();
    advance();
    if (!function) {
        findings_.resize(found);  // what it takes is not known: opn(office) is one fault
        report("SB505", name.begin, name.end(), "no function " + quote(name.raw),
               hint_for_call(name.raw, text_.substr(name.end(), end - name.end())));
    }
    const Type first = arguments.empty() ? Type{} : node(arguments.front()).type;
    const int made = add(Operation::call, function ? type_of_call(*function, first) : text(),
                         name.begin, end, std::move(arguments));
    if (made < 0) return -1;
    if (!function) {
        extent(made).bad = true;
        return made;
    }
    node(made).function = *function;
    if (!extent(made).bad) check_call(made, *function);
    return made;
}

int Grammar::parse_hours_call(const Token& name, Function function) {
    const std::string example = std::string{name.raw} + "(office)";
    advance();  // the parenthesis
    const Token hours = token_;
    if (hours.kind == Token::Kind::fault || hours.kind == Token::Kind::end)
        return broken(hours, "the name of hours");
    std::vector<int> arguments;
    std::size_t end = 0;
    int index = -1;
    bool bad = true;
    if (hours.kind == Token::Kind::name) {
        advance();
        if (!at(")")) return broken(token_, ")");
        end = token_.end();
        index = index_of(names_.hours, hours.raw);
        bad = index < 0;
        faulty_ = faulty_ || bad;
        if (bad && !names_.lacks_hours) {
            std::vector<std::string> known;
            append_names(known, names_.hours);
            report("SB202", hours.begin, hours.end(), "no hours " + quote(hours.raw),
                   did_you_mean(hours.raw, known,
                                listing(known, "the flow has no hours: declare them at its top")));
        }
    } else {
        report("SB501", hours.begin, hours.end(), quote(name.raw) + " wants the name of hours",
               "write the bare name, as in " + example);
        if (!at(")")) advance();
        if (!at(")")) return -1;
        end = token_.end();
    }
    advance();
    const int made = add(Operation::call, type_of_call(function, {}), name.begin, end);
    if (made < 0) return -1;
    node(made).function = function;
    node(made).index = index;
    extent(made).bad = bad;
    return made;
}

void Grammar::check_call(int call, Function function) {
    const auto arguments = node(call).children;
    const auto& [_, count, example] = arity_of(function);
    if (arguments.size() != count) {
        complain(call, {quote(to_text(function)) + " wants " +
                            (count == 1 ? "one value" : "two values") + " in its parentheses",
                        "write it like " + std::string{example}});
        return;
    }
    const auto refuse = [&](int argument, std::string hint) {
        complain(argument,
                 {quote(to_text(function)) + " cannot take " + std::string{written(argument)} +
                      ", which is " + to_text(node(argument).type),
                  std::move(hint)});
        extent(call).bad = true;
    };
    if (function == Function::known) {
        switch (node(arguments[0]).operation) {
        case Operation::variable:
        case Operation::setting:
        case Operation::call_fact:
        case Operation::recording_url:
        case Operation::recording_duration:
        case Operation::recording_text:
            return;
        default:
            refuse(arguments[0], "it asks whether a variable, or a fact of the call, has a value");
            return;
        }
    }
    if (function == Function::number) {
        const auto kind = node(arguments[0]).type.kind;
        if (kind != TypeKind::text && kind != TypeKind::digits && kind != TypeKind::money &&
            kind != TypeKind::number && kind != TypeKind::one_of)
            refuse(arguments[0], "text, digits and money have a number");
        return;
    }
    const std::size_t texts = function == Function::hash_bucket ? 1 : count;
    for (std::size_t i = 0; i < texts; ++i)
        if (!is_text_like(node(arguments[i]).type)) refuse(arguments[i], "text is wanted");
    if (function != Function::hash_bucket) return;
    const auto* buckets = std::get_if<Decimal>(&node(arguments[1]).literal);
    if (buckets == nullptr || !buckets->is_whole() || buckets->units() < 1 ||
        buckets->units() > 1'000'000)
        refuse(arguments[1],
               "how many buckets there are is a whole number, written out, from 1 to 1000000");
}

}  // namespace flows
