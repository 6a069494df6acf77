#include "flows/load/expression_parser.hpp"

#include "config/utf8.hpp"
#include "flows/load/expression_grammar.hpp"
#include "flows/load/findings.hpp"

#include <algorithm>

namespace flows {
namespace {

// The span of bytes [begin, end) of the scalar.
config::Span span_of(const ScalarSource& where, std::size_t begin, std::size_t end) {
    return {config::place_in_scalar(*where.source, *where.node, begin),
            config::place_in_scalar(*where.source, *where.node, end)};
}

// Whole braces around a bare condition: said once, and with what stands inside.
bool is_in_braces(const ScalarSource& where, config::Diagnostics& findings) {
    const std::string_view text = where.node->text;
    const auto open = text.find("{{");
    const auto first = text.find_first_not_of(" \t\n");
    if (open == std::string_view::npos || open != first) return false;
    const auto close = text.find("}}", open);
    std::string inside{
        text.substr(open + 2, close == std::string_view::npos ? close : close - open - 2)};
    const auto from = inside.find_first_not_of(' ');
    inside = from == std::string::npos
                 ? ""
                 : inside.substr(from, inside.find_last_not_of(' ') - from + 1);
    // Unquoted braces were found in the file before, with a hint that leads here.
    const config::Span span = span_of(where, open, open + 2);
    std::erase_if(findings, [&](const config::Diagnostic& known) {
        return known.code == "SB104" && known.file == where.source->name &&
               known.span.begin == span.begin;
    });
    findings.push_back(finding("SB104", where.source->name, span, "braces around a condition",
                               inside.empty() ? "a condition stands without braces: open(office)"
                                              : "a condition stands without braces: " + inside));
    return true;
}

bool is_too_long(const ScalarSource& where, std::size_t begin, std::size_t size,
                 config::Diagnostics& findings) {
    if (size <= longest_expression) return false;
    findings.push_back(
        finding("SB113", where.source->name, span_of(where, begin, begin + 1),
                "an expression of more than " + std::to_string(longest_expression) + " characters",
                "use `in` with a list, or several steps"));
    return true;
}

struct Inserts {
    const ScalarSource& where;
    const Names& names;
    config::Diagnostics& findings;
    Text text{};
    bool faulty = false;

    void report(std::size_t begin, std::size_t end, std::string message, std::string hint) {
        faulty = true;
        findings.push_back(finding("SB113", where.source->name, span_of(where, begin, end),
                                   std::move(message), std::move(hint)));
    }

    void take_plain(std::size_t begin, std::size_t end) {
        const std::string_view plain =
            std::string_view{where.node->text}.substr(begin, end - begin);
        if (const auto stray = plain.find("}}"); stray != std::string_view::npos)
            report(begin + stray, begin + stray + 2, "}} closes nothing",
                   "an insert begins with {{, as in {{ name }}");
        find_single_braces(begin, plain);
        if (!plain.empty()) text.pieces.emplace_back(std::string{plain});
    }

    // {name} where {{ name }} is meant would be read out, or sent, as it stands.
    void find_single_braces(std::size_t begin, std::string_view plain) {
        for (std::size_t open = plain.find('{'); open != std::string_view::npos;
             open = plain.find('{', open + 1)) {
            const std::size_t close = plain.find('}', open);
            if (close == std::string_view::npos) return;
            const std::string_view written = plain.substr(open, close + 1 - open);
            std::string_view name = written.substr(1, written.size() - 2);
            while (name.starts_with(' '))
                name.remove_prefix(1);
            while (name.ends_with(' '))
                name.remove_suffix(1);
            if (is_known(name)) lacks_braces(begin + open, written, name);
        }
    }

    // A text that is `call.from` alone is meant as its value too.
    void find_bare_name() {
        const std::string_view all = where.node->text;
        if (all.find('.') != std::string_view::npos && is_known(all)) lacks_braces(0, all, all);
    }

    void lacks_braces(std::size_t begin, std::string_view written, std::string_view name) {
        faulty = true;
        findings.push_back(finding(
            "SB104", where.source->name, span_of(where, begin, begin + written.size()),
            "\"" + std::string{written} + "\" is taken as it stands: an insert has two braces",
            "write {{ " + std::string{name} + " }}"));
    }

    bool is_known(std::string_view name) const {
        const auto has = [](const std::vector<Variable>* list, std::string_view wanted) {
            return list != nullptr && std::any_of(list->begin(), list->end(), [&](const auto& one) {
                       return one.name == wanted;
                   });
        };
        constexpr std::string_view settings = "settings.";
        return parse_call_fact(name) || has(names.variables, name) ||
               (name.starts_with(settings) && has(names.settings, name.substr(settings.size())));
    }

    // The insert whose braces open at `open`; returns the offset behind it.
    std::size_t take_insert(std::size_t open) {
        const std::string_view all = where.node->text;
        const auto begin = open + 2;
        auto close = find_closing_braces(all, begin);
        // A quote that is never closed hides the braces: then it is the fault, not they.
        if (close == std::string_view::npos) close = all.find("}}", begin);
        const auto next = all.find("{{", begin);
        if (close == std::string_view::npos || (next < close && next_is_insert(begin, next))) {
            report(open, open + 2, "{{ is never closed", "close the insert with }}");
            return next == std::string_view::npos ? all.size() : next;
        }
        if (is_too_long(where, begin, close - begin, findings)) {
            faulty = true;
            return close + 2;
        }
        Grammar grammar{where, names, all.substr(begin, close - begin), begin, findings};
        if (auto insert = grammar.insert()) {
            insert->span = span_of(where, open, close + 2);
            text.pieces.emplace_back(std::move(*insert));
        } else {
            faulty = true;
        }
        return close + 2;
    }

    // Whether the braces at `next` open another insert rather than stand in a text literal.
    bool next_is_insert(std::size_t begin, std::size_t next) const {
        const auto quotes =
            std::count(where.node->text.begin() + static_cast<std::ptrdiff_t>(begin),
                       where.node->text.begin() + static_cast<std::ptrdiff_t>(next), '"');
        return quotes % 2 == 0;
    }
};

Type type_of_pieces(const Text& text) {
    Type all{.kind = TypeKind::digits, .at_least = 0, .at_most = 0};
    bool digits = true;
    bool url = false;
    for (const auto& piece : text.pieces) {
        const bool first = &piece == &text.pieces.front();
        if (const auto* plain = std::get_if<std::string>(&piece)) {
            digits = digits && plain->find_first_not_of("0123456789") == std::string::npos;
            all.at_least += static_cast<int>(plain->size());
            all.at_most += static_cast<int>(plain->size());
            url =
                url || (first && (plain->starts_with("https://") || plain->starts_with("http://")));
            continue;
        }
        const auto& insert = std::get<Insert>(piece);
        all.secret = all.secret || insert.type.secret;
        digits = digits && insert.type.kind == TypeKind::digits;
        url = url || (first && insert.type.kind == TypeKind::url);
        all.at_least += insert.type.at_least;
        all.at_most += insert.type.at_most;
    }
    if (digits) return all;
    Type type{.kind = url ? TypeKind::url : TypeKind::text};
    type.secret = all.secret;
    return type;
}

std::string example_of(const Type& type) {
    switch (type.kind) {
    case TypeKind::date:
        return "a date is written like 2026-11-24";
    case TypeKind::time:
        return "a time is written like 17:30";
    case TypeKind::number:
    case TypeKind::money:
        return "an amount is written like 12.50";
    case TypeKind::phone:
        return "a phone number is written like +12025550123";
    case TypeKind::boolean:
        return "write true or false";
    case TypeKind::url:
        return "a url is written like https://example.com/path";
    case TypeKind::digits:
        return "write " + to_text(type).substr(to_text(type).find("digits")) + " in quotes";
    case TypeKind::text:
        return "make it shorter, or the variable longer";
    default:
        return "write a value of type " + to_text(type);
    }
}

}  // namespace

std::optional<Expression> parse_condition(const ScalarSource& where, const Names& names,
                                          bool want_bool, config::Diagnostics& findings) {
    if (is_in_braces(where, findings)) return std::nullopt;
    if (is_too_long(where, 0, where.node->text.size(), findings)) return std::nullopt;
    return Grammar{where, names, where.node->text, 0, findings}.condition(want_bool);
}

std::optional<Text> parse_text(const ScalarSource& where, const Names& names,
                               config::Diagnostics& findings) {
    Inserts inserts{where, names, findings};
    inserts.text.span = where.node->span;
    const std::string_view all = where.node->text;
    std::size_t offset = 0;
    while (offset < all.size()) {
        const auto open = all.find("{{", offset);
        inserts.take_plain(offset, std::min(open, all.size()));
        if (open == std::string_view::npos) break;
        offset = inserts.take_insert(open);
    }
    inserts.find_bare_name();
    if (inserts.faulty) return std::nullopt;
    return std::move(inserts.text);
}

bool check_assignable(const Text& text, const Type& type, std::string_view file,
                      config::Diagnostics& findings) {
    const auto refuse = [&](std::string_view code, const config::Span& span, std::string message,
                            std::string hint) {
        findings.push_back(finding(code, file, span, std::move(message), std::move(hint)));
        return false;
    };
    Type plain = type;
    plain.secret = false;
    if (text.is_constant()) {
        if (convert(text.constant(), type)) return true;
        std::string hint = example_of(plain);
        if (type.kind == TypeKind::one_of) {
            const auto meant = config::did_you_mean(text.constant(), type.options);
            if (!meant.empty()) hint = "did you mean \"" + meant + "\"?";
        }
        return refuse("SB501", text.span,
                      "\"" + text.constant() + "\" does not fit " + to_text(plain),
                      std::move(hint));
    }
    const bool alone = text.pieces.size() == 1;
    const Insert* first = std::get_if<Insert>(&text.pieces[0]);
    const Type from = alone ? first->type : type_of_pieces(text);
    const auto span = alone ? first->span : text.span;
    if (alone && first->filters.empty() && first->value.top().operation == Operation::literal) {
        if (fit(first->value.top().literal, type)) return true;
        return refuse("SB501", span,
                      "\"" + plain_text(first->value.top().literal) + "\" does not fit " +
                          to_text(plain),
                      example_of(plain));
    }
    if (auto complaint = assignable(from, type, alone ? "this value" : "this text"))
        return refuse("SB501", span, std::move(complaint->message), std::move(complaint->hint));
    return true;
}

}  // namespace flows
