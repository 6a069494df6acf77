#include "twiml/check.hpp"

#include "twiml/check_rules.hpp"
#include "twiml/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace twiml {
namespace {

std::string lowered(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// True where one letter more, less, changed or swapped makes one of the other.
bool is_near(std::string_view a, std::string_view b) {
    const auto [from_a, from_b] = std::ranges::mismatch(a, b);
    const std::string_view rest_a{from_a, a.end()};
    const std::string_view rest_b{from_b, b.end()};
    if (rest_a.empty() || rest_b.empty()) return rest_a.size() + rest_b.size() <= 1;
    if (rest_a.substr(1) == rest_b || rest_a == rest_b.substr(1)) return true;
    if (rest_a.substr(1) == rest_b.substr(1)) return true;
    return rest_a.size() >= 2 && rest_b.size() >= 2 && rest_a[0] == rest_b[1] &&
           rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
}

// The name among `names` that was probably meant: other capitals, or one slip of the fingers.
template <class Names> std::string_view meant(const Names& names, std::string_view written) {
    for (const std::string_view name : names)
        if (lowered(name) == lowered(written)) return name;
    for (const std::string_view name : names)
        if (is_near(lowered(name), lowered(written))) return name;
    return {};
}

std::vector<std::string_view> names_inside(const CatalogueElement& parent) {
    std::vector<std::string_view> names;
    for (const std::string_view id : parent.children)
        names.push_back(find_element(id)->name);
    return names;
}

std::size_t count_elements(const std::vector<Node>& nodes) {
    std::size_t count = 0;
    for (const Node& node : nodes)
        if (const auto* element = std::get_if<Element>(&node))
            count += 1 + count_elements(element->content);
    return count;
}

struct Rule {
    std::string_view id{};
    void (*check)(const Checked&, Findings&) = nullptr;
};
constexpr std::array rules{
    Rule{"Say", check_say},
    Rule{"Play", check_play},
    Rule{"Gather", check_gather},
    Rule{"Record", check_record},
    Rule{"Dial", check_dial},
    Rule{"Number", check_phone_number},
    Rule{"WhatsApp", check_phone_number},
    Rule{"Sip", check_sip},
    Rule{"ReferSip", check_sip},
    Rule{"Uri", check_sip},
    Rule{"Conference", check_conference},
    Rule{"Queue", check_queue_name},
    Rule{"Enqueue", check_queue_name},
    Rule{"Connect", check_connect},
    Rule{"Start", check_connect},
    Rule{"Stop", check_connect},
    Rule{"Stream", check_stream},
    Rule{"Pay", check_pay},
    Rule{"prosody", check_ssml},
    Rule{"say-as", check_ssml},
};

class Checker {
public:
    explicit Checker(std::span<const ElementPlace> places) : places_{places} {}

    void root(const std::vector<Attribute>& attributes) {
        for (std::size_t i = 0; i < attributes.size(); ++i) {
            const Attribute& attribute = attributes[i];
            const auto* value = std::get_if<std::string>(&attribute.value);
            const AttributePlace place = attribute_place(current(0), i);
            if (attribute.name.starts_with("xmlns")) continue;
            if (attribute.name != "version")
                findings_.warning(12200, place.name,
                                  fmt::format("<Response> has no attribute {}", attribute.name),
                                  "leave it out");
            else if (value && *value != "2010-04-01" && *value != "2008-08-01")
                findings_.error(12101, place.value,
                                fmt::format(R"("{}" is no version of TwiML)", *value),
                                R"(leave version out, or write version="2010-04-01")");
        }
    }

    // `place`: the number of what holds the nodes, in document order.
    void content(std::span<const Node> nodes, const CatalogueElement& row, std::size_t place) {
        text(nodes, row, place);
        std::size_t seen = 0;
        const Element* ending = nullptr;
        bool told = false;
        for (const Node& node : nodes) {
            const auto* element = std::get_if<Element>(&node);
            if (!element) continue;
            const std::size_t own = next_++;
            const CatalogueElement* const child = find_child(row, element->name);
            if (!child) {
                stranger(*element, row, own);
                next_ += count_elements(element->content);
                continue;
            }
            if (row.kind == ElementKind::root) {
                if (ending && !told) {
                    told = true;
                    unreachable(*element, *ending, own);
                }
                if (child->terminates) ending = element;
                if (child->id == "Reject" && seen != 0)
                    findings_.warning(12200, offset(own),
                                      "<Reject> stands behind other verbs, which answer the call",
                                      "put it first, or end the call by <Hangup/>");
            }
            ++seen;
            visit({*element, *child, row, current(own)}, own);
        }
    }

    std::vector<Finding> take() { return findings_.take(); }

private:
    const ElementPlace* current(std::size_t place) const {
        return place < places_.size() ? &places_[place] : nullptr;
    }
    std::size_t offset(std::size_t place) const {
        return place < places_.size() ? places_[place].element : 0;
    }
    static AttributePlace attribute_place(const ElementPlace* place, std::size_t index) {
        if (place && index < place->attributes.size()) return place->attributes[index];
        return {};
    }

    void visit(const Checked& checked, std::size_t own) {
        attributes(checked);
        required(checked);
        for (const Rule& rule : rules)
            if (rule.id == checked.row.id) rule.check(checked, findings_);
        content(checked.element.content, checked.row, own);
    }

    void text(std::span<const Node> nodes, const CatalogueElement& row, std::size_t place) {
        if (row.text != CatalogueElement::Text::none) return;
        const bool any = std::ranges::any_of(nodes, [](const Node& node) {
            const auto* written = std::get_if<std::string>(&node);
            return std::holds_alternative<UrlHole>(node) || (written && !is_blank(*written));
        });
        if (!any) return;
        const ElementPlace* const at = current(place);
        findings_.error(12200, at ? at->text : 0, fmt::format("<{}> holds no text", row.name),
                        row.kind == ElementKind::root
                            ? "put text that is to be spoken into <Say>"
                            : "remove the text, or put it into the element it is meant for");
    }

    void unreachable(const Element& element, const Element& ending, std::size_t own) {
        findings_.warning(
            12200, offset(own),
            fmt::format("<{}> is never reached: <{}> ends the document", element.name, ending.name),
            fmt::format("move it before <{}>, or to the document that comes next", ending.name));
    }

    // An element that may not stand where it stands.
    void stranger(const Element& element, const CatalogueElement& parent, std::size_t own) {
        const std::vector<std::string_view> allowed = names_inside(parent);
        const std::string_view better = meant(allowed, element.name);
        const bool known = std::ranges::any_of(
            catalogue(), [&element](const auto& row) { return row.name == element.name; });
        std::string hint = fmt::format("<{}> holds no elements", parent.name);
        if (!better.empty())
            hint = fmt::format("did you mean <{}>? Capitals matter", better);
        else if (!allowed.empty())
            hint = fmt::format("<{}> may hold {}", parent.name, fmt::join(allowed, ", "));
        findings_.error(parent.child_error, offset(own),
                        known ? fmt::format("<{}> may not stand in <{}>", element.name, parent.name)
                              : fmt::format("there is no <{}>", element.name),
                        std::move(hint));
    }

    void attributes(const Checked& checked) {
        const auto& list = checked.element.attributes;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const AttributePlace place = attribute_place(checked.place, i);
            const CatalogueAttribute* const row = find_attribute(checked.row, list[i].name);
            if (!row)
                unknown_attribute(checked, list[i].name, place.name);
            else if (const auto* value = std::get_if<std::string>(&list[i].value))
                this->value(checked, *row, *value, place.value);
        }
    }

    void unknown_attribute(const Checked& checked, const std::string& name, std::size_t at) {
        if (name.starts_with("xmlns")) return;
        if (checked.row.id == "Gather" && name == "lang")
            return findings_.error(13512, at, "<Gather> has no attribute lang", "write language");
        std::vector<std::string_view> names;
        for (const CatalogueAttribute& row : checked.row.attributes)
            names.push_back(row.name);
        const std::string_view better = meant(names, name);
        std::string message = fmt::format("<{}> has no attribute {}", checked.row.name, name);
        if (!better.empty() && lowered(better) == lowered(name)) {
            // Twilio's own libraries write four of these in either way.
            if (checked.row.id == "ConversationRelay") return;
            return findings_.error(12200, at, std::move(message),
                                   fmt::format("write {}: capitals matter", better));
        }
        findings_.warning(12200, at, std::move(message),
                          better.empty() ? "leave it out, unless Twilio documents it newly"
                                         : fmt::format("did you mean {}?", better));
    }

    void value(const Checked& checked, const CatalogueAttribute& row, const std::string& value,
               std::size_t at) {
        const bool in_gather = checked.parent.id == "Gather" && checked.row.id == "Say";
        int code = row.error;
        if (in_gather && row.name == "voice") code = 13321;
        if (in_gather && row.name == "loop") code = 13322;
        if (checked.row.id == "Gather" && row.name == "finishOnKey" && value.size() > 1)
            code = 13311;
        const std::string expected = why_not(row, value);
        if (expected.empty()) return;
        std::string message = fmt::format(R"({} of <{}> is "{}", expected {})", row.name,
                                          checked.row.name, value, expected);
        const std::string_view better = meant(row.values, value);
        std::string hint = better.empty() ? fmt::format("give {}", expected)
                                          : fmt::format("did you mean {}?", better);
        if (is_open(checked, row, value))
            findings_.warning(code, at, std::move(message), std::move(hint));
        else
            findings_.error(code, at, std::move(message), std::move(hint));
    }

    // Whether a value that the catalogue does not list may still work.
    static bool is_open(const Checked& checked, const CatalogueAttribute& row,
                        std::string_view value) {
        if (value.empty()) return false;
        // Tags are handed on to the speech provider; "en" alone is refused (13331).
        if (checked.row.id == "Gather" && row.name == "language")
            return value.find('-') != std::string_view::npos && value.size() >= 4;
        // "en" and "en-gb" are how basic voices were once told their language.
        if (checked.row.id == "Say" && row.name == "language")
            return std::ranges::any_of(row.values, [value](std::string_view known) {
                return lowered(known).starts_with(lowered(value));
            });
        return row.open;
    }

    void required(const Checked& checked) {
        for (const CatalogueAttribute& row : checked.row.attributes) {
            if (!row.required) continue;
            const bool present =
                std::ranges::any_of(checked.element.attributes,
                                    [&row](const Attribute& a) { return a.name == row.name; });
            if (present) continue;
            findings_.error(row.error, place_of(checked),
                            fmt::format("<{}> lacks {}", checked.row.name, row.name),
                            fmt::format(R"(add {}="...")", row.name));
        }
        required_text(checked);
    }

    void required_text(const Checked& checked) {
        const CatalogueElement& row = checked.row;
        const std::string text = trimmed(own_text(checked.element));
        const bool has_own_rule = row.id == "Say" || row.id == "Queue" || row.id == "Enqueue";
        if (row.text == CatalogueElement::Text::required && text.empty() && !has_own_rule) {
            if (row.id == "Redirect")
                findings_.warning(12200, place_of(checked),
                                  "<Redirect> without a URL asks for this very document again",
                                  "name the URL, or end the call by <Hangup/>");
            else
                findings_.error(row.text_error, place_of(checked),
                                fmt::format("<{}> holds no text", row.name),
                                fmt::format("write it between <{0}> and </{0}>", row.name));
        }
        if (row.text_longest != 0 && count_characters(text) > row.text_longest && !has_own_rule)
            findings_.error(row.text_error, place_of_text(checked),
                            fmt::format("the text of <{}> has {} characters, more than {}",
                                        row.name, count_characters(text), row.text_longest),
                            "shorten it");
    }

    std::span<const ElementPlace> places_;
    std::size_t next_ = 1;  // place 0 is what surrounds everything
    Findings findings_{};
};

std::vector<Finding> check_nodes(std::span<const Node> nodes, std::span<const ElementPlace> places,
                                 std::string_view inside) {
    const CatalogueElement* const row = find_element(inside);
    assert(row);
    Checker checker{places};
    checker.content(nodes, *row, 0);
    return checker.take();
}

}  // namespace

std::vector<Finding> check(const ParsedDocument& parsed) {
    Checker checker{parsed.places};
    checker.root(parsed.root_attributes);
    checker.content(parsed.document.verbs, *find_element("Response"), 0);
    return checker.take();
}

std::vector<Finding> check(const Document& document) {
    return check_nodes(document.verbs, {}, "Response");
}

std::vector<Finding> check(const ParsedFragment& parsed, std::string_view inside) {
    return check_nodes(parsed.nodes, parsed.places, inside);
}

std::vector<Finding> check(std::span<const Node> nodes, std::string_view inside) {
    return check_nodes(nodes, {}, inside);
}

std::vector<Finding> check_text(std::string_view xml) {
    const auto parsed = parse(xml);
    if (parsed) return check(*parsed);
    const ParseError& error = parsed.error();
    return {{.code = error.code,
             .is_error = true,
             .message = error.message,
             .hint = error.hint,
             .offset = error.offset}};
}

}  // namespace twiml
