#include "twiml/well_formed.hpp"

#include "twiml/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

namespace twiml {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t deepest = 64;  // TwiML nests four deep, SSML a few more

// XML 1.0, productions 4 and 4a, less the rarest scripts' gaps: all letters beyond ASCII pass.
bool begins_name(std::uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           (c >= 0xc0 && c != 0xd7 && c != 0xf7);
}
bool continues_name(std::uint32_t c) {
    return begins_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 0xb7;
}

// Reads from left to right and stops at the first fault, which is thrown to its two callers below.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_{text} {}

    void document() {
        if (text_.empty()) fail(0, "the document is empty", "answer at least <Response/>");
        if (text_.starts_with("\xef\xbb\xbf"))
            fail(0, "a byte order mark stands before the document",
                 "save the file as UTF-8 without a byte order mark");
        const std::size_t start = text_.find_first_not_of(blanks);
        if (start != 0 && start != std::string_view::npos &&
            text_.substr(start).starts_with("<?xml"))
            fail(0, "blanks stand before <?xml", "the declaration must be the very first bytes");
        if (text_.starts_with("<?xml") && text_.substr(5).find_first_of(blanks) == 0) declaration();
        content(Kind::document);
    }

    void fragment() { content(Kind::fragment); }

private:
    enum class Kind { document, fragment };

    [[noreturn]] static void fail(std::size_t offset, std::string message, std::string hint) {
        throw XmlFault{.message = std::move(message), .hint = std::move(hint), .offset = offset};
    }

    bool done() const { return at_ >= text_.size(); }
    std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
    bool skip(std::string_view token) {
        if (!rest().starts_with(token)) return false;
        at_ += token.size();
        return true;
    }
    bool skip_blanks() {
        const std::size_t before = at_;
        at_ = std::min(text_.find_first_not_of(blanks, at_), text_.size());
        return at_ != before;
    }

    // One character that XML allows.
    std::uint32_t character() {
        const Utf8Character next = decode_utf8(rest());
        if (!next.valid)
            fail(at_, "these bytes are no UTF-8", "write the document in UTF-8, as it declares");
        if (!is_xml_character(next.character))
            fail(at_, fmt::format("the character U+{:04X} is forbidden in XML", next.character),
                 "leave it out; XML cannot hold it even as a reference");
        at_ += next.size;
        return next.character;
    }

    // Up to and with `end`; `what` began at `start`.
    std::string_view through(std::string_view end, std::size_t start, std::string_view what) {
        const std::size_t from = at_;
        while (!done()) {
            if (rest().starts_with(end)) {
                at_ += end.size();
                return text_.substr(from, at_ - end.size() - from);
            }
            character();
        }
        fail(start, fmt::format("{} is not closed", what), fmt::format("close it with {}", end));
    }

    std::string_view name(std::string_view what) {
        const std::size_t start = at_;
        while (!done()) {
            const Utf8Character next = decode_utf8(rest());
            if (!next.valid) break;
            if (!(at_ == start ? begins_name(next.character) : continues_name(next.character)))
                break;
            at_ += next.size;
        }
        if (at_ == start)
            fail(start, fmt::format("{} is missing here", what),
                 "write < as &lt; where it is meant as text");
        return text_.substr(start, at_ - start);
    }

    void reference() {
        const std::size_t start = at_++;
        const std::string hint = "write & as &amp;, also in URLs";
        const std::size_t end = text_.find(';', at_);
        const std::string_view entity =
            end == std::string_view::npos ? std::string_view{} : text_.substr(at_, end - at_);
        static constexpr std::array<std::string_view, 5> known{"amp", "lt", "gt", "quot", "apos"};
        if (entity.starts_with('#')) {
            const bool hex = entity.starts_with("#x");
            const std::string_view digits = entity.substr(hex ? 2 : 1);
            std::uint32_t code = 0;
            const char* const last = digits.data() + digits.size();
            const auto [stop, error] = std::from_chars(digits.data(), last, code, hex ? 16 : 10);
            const bool surrogate = code >= 0xd800 && code <= 0xdfff;
            if (error != std::errc{} || stop != last || surrogate || code > 0x10ffff ||
                !is_xml_character(code))
                fail(start, fmt::format("&{}; is no character that XML allows", entity), hint);
        } else if (std::ranges::find(known, entity) == known.end()) {
            const bool named =
                !entity.empty() && entity.size() < 32 && std::ranges::all_of(entity, [](char c) {
                    return continues_name(static_cast<unsigned char>(c));
                });
            fail(start,
                 named ? fmt::format("&{}; is not known in XML", entity) : "an & stands alone",
                 hint);
        }
        at_ = end + 1;
    }

    void declaration() {
        const std::size_t start = at_;
        at_ += 5;
        const std::string_view inside = through("?>", start, "the declaration <?xml");
        if (inside.find("version=") == std::string_view::npos)
            fail(start, "the declaration names no version",
                 R"(begin with <?xml version="1.0" encoding="UTF-8"?>)");
        const std::size_t encoding = inside.find("encoding=");
        if (encoding == std::string_view::npos) return;
        std::string value{inside.substr(encoding + 9, 8)};
        for (char& c : value)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        const bool utf8 = value.find("UTF-8") == 1 || value.find("UTF8") == 1 ||
                          value.find("US-ASCI") == 1 || value.find("ASCII") == 1;
        if (!utf8)
            fail(start + 5 + encoding, "the document declares another encoding than UTF-8",
                 R"(write it in UTF-8 and say encoding="UTF-8")");
    }

    void comment(std::size_t start) {
        const std::string_view inside = through("-->", start, "the comment <!--");
        if (inside.find("--") != std::string_view::npos || inside.ends_with('-'))
            fail(start, "a comment holds --", "write a single - inside comments");
    }

    // XML 1.0, production 28, without declarations of the document's own.
    void doctype(std::size_t start) {
        if (std::exchange(typed_, true))
            fail(start, "a second <!DOCTYPE", "leave the <!DOCTYPE ...> out: TwiML needs none");
        if (!skip_blanks()) no_doctype(start);
        name("the root's name");
        if (skip_blanks()) {
            const bool is_public = skip("PUBLIC");
            if (is_public) literal(start);
            if (is_public || skip("SYSTEM")) literal(start);
            skip_blanks();
        }
        if (!skip(">")) no_doctype(start);
    }

    void literal(std::size_t start) {
        if (!skip_blanks()) no_doctype(start);
        if (skip("\""))
            through("\"", start, "a value in <!DOCTYPE");
        else if (skip("'"))
            through("'", start, "a value in <!DOCTYPE");
        else
            no_doctype(start);
    }

    [[noreturn]] void no_doctype(std::size_t start) const {
        fail(start,
             done()              ? "<!DOCTYPE is not closed"
             : text_[at_] == '[' ? "a document type with declarations of its own"
                                 : "the <!DOCTYPE is not one that XML knows",
             "leave the <!DOCTYPE ...> out: TwiML needs none");
    }

    void attributes(std::size_t start, std::string_view element) {
        std::vector<std::string_view> names;
        for (;;) {
            const bool parted = skip_blanks();
            if (done())
                fail(start, fmt::format("<{} is not closed", element), "close the tag with >");
            if (text_[at_] == '>' || text_[at_] == '/') return;
            if (!parted)
                fail(at_, fmt::format("something unexpected stands in <{}", element),
                     R"(part attributes by a blank, and write " inside a value as &quot;)");
            attribute(names);
        }
    }

    void attribute(std::vector<std::string_view>& names) {
        const std::size_t start = at_;
        const std::string_view key = name("an attribute's name");
        if (std::ranges::find(names, key) != names.end())
            fail(start, fmt::format("the attribute {} stands twice", key), "keep one of them");
        names.push_back(key);
        skip_blanks();
        if (!skip("="))
            fail(at_, fmt::format("the attribute {} has no value", key),
                 fmt::format(R"(write {}="...")", key));
        skip_blanks();
        const char quote = done() ? '\0' : text_[at_];
        if (quote != '"' && quote != '\'')
            fail(at_, fmt::format("the value of {} stands without quotation marks", key),
                 fmt::format(R"(write {}="...")", key));
        const std::size_t opened = at_++;
        while (!done() && text_[at_] != quote) {
            if (text_[at_] == '<')
                fail(at_, fmt::format("a < stands in the value of {}", key),
                     "write it as &lt;, or close the quotation mark before it");
            if (text_[at_] == '&')
                reference();
            else
                character();
        }
        if (done())
            fail(opened, fmt::format("the value of {} is not closed", key),
                 "close the quotation mark");
        ++at_;
    }

    void start_tag(std::size_t start) {
        const std::string_view element = name("an element's name");
        attributes(start, element);
        if (skip("/>")) return;
        if (!skip(">"))
            fail(at_, fmt::format("a / stands alone in <{}", element), "close the tag with />");
        open_.push_back({element, start});
        if (open_.size() > deepest)
            fail(start, fmt::format("elements are nested more than {} deep", deepest),
                 "TwiML never nests that deep: close what is open");
    }

    void end_tag(std::size_t start) {
        const std::string_view element = name("an element's name");
        skip_blanks();
        if (!skip(">"))
            fail(at_, fmt::format("</{} is not closed", element), "close the tag with >");
        if (open_.empty())
            fail(start, fmt::format("</{}> closes nothing", element), "leave it out");
        if (open_.back().name != element)
            fail(start,
                 fmt::format("</{}> stands where </{}> was expected", element, open_.back().name),
                 "close elements in the order they were opened; capitals matter");
        open_.pop_back();
    }

    void markup(Kind kind) {
        const std::size_t start = at_;
        if (skip("<!--")) return comment(start);
        if (skip("<![CDATA[")) {
            if (open_.empty() && kind == Kind::document) stray(start);
            through("]]>", start, "<![CDATA[");
            return;
        }
        if (skip("<!DOCTYPE")) {
            if (kind == Kind::fragment || roots_ != 0)
                fail(start, "<!DOCTYPE stands in the middle", "leave it out");
            return doctype(start);
        }
        if (skip("<?")) {
            const std::string_view target = name("the name of an instruction");
            if (target.size() == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' &&
                (target[2] | 0x20) == 'l')
                fail(start, "<?xml stands in the middle",
                     "the declaration must be the very first bytes");
            through("?>", start, "the instruction <?");
            return;
        }
        if (skip("</")) return end_tag(start);
        ++at_;
        if (open_.empty() && kind == Kind::document && ++roots_ > 1)
            fail(start, "a second element stands behind the root",
                 "put everything into one <Response>");
        start_tag(start);
    }

    [[noreturn]] static void stray(std::size_t offset) {
        fail(offset, "text stands outside the root element", "put everything into <Response>");
    }

    void content(Kind kind) {
        while (!done()) {
            if (text_[at_] == '<') {
                markup(kind);
                continue;
            }
            const bool outside = open_.empty() && kind == Kind::document;
            if (outside && blanks.find(text_[at_]) == std::string_view::npos) stray(at_);
            if (text_[at_] == '&') {
                reference();
            } else {
                if (rest().starts_with("]]>"))
                    fail(at_, "]]> stands in text", "write it as ]]&gt;");
                character();
            }
        }
        if (!open_.empty())
            fail(open_.back().offset, fmt::format("<{}> is not closed", open_.back().name),
                 fmt::format("close it with </{}>", open_.back().name));
        if (kind == Kind::document && roots_ == 0)
            fail(0, "the document holds no element", "answer at least <Response/>");
    }

    struct Open {
        std::string_view name{};
        std::size_t offset = 0;
    };

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t roots_ = 0;
    bool typed_ = false;  // by a <!DOCTYPE
    std::vector<Open> open_{};
};

}  // namespace

std::optional<XmlFault> find_document_fault(std::string_view xml) {
    try {
        Scanner{xml}.document();
        return std::nullopt;
    } catch (XmlFault& fault) {
        return std::move(fault);
    }
}

std::optional<XmlFault> find_fragment_fault(std::string_view xml) {
    try {
        Scanner{xml}.fragment();
        return std::nullopt;
    } catch (XmlFault& fault) {
        return std::move(fault);
    }
}

}  // namespace twiml
