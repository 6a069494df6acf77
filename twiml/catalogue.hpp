// Everything Twilio documents of voice TwiML as one table: elements, their attributes, types,
// ranges and nesting. Checks, the flow loader, the schema and the reference all read this table, so
// that they cannot disagree; a new verb or attribute is a row.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace twiml {

enum class ElementKind { root, verb, noun, ssml, other };

// Where the row was found: most stand in the docs and in Twilio's helper libraries, some in one
// only.
enum class Source { both, docs, library };

enum class AttributeType {
    text,     // any
    boolean,  // true, false
    integer,  // whole number, at least / at most
    decimal,
    seconds,  // whole seconds
    method,   // GET, POST
    url,
    one_of,   // one of `values`
    list_of,  // several of `values`, joined by `separator`
    key,      // one DTMF character
    digits,   // DTMF characters
    pattern,  // as `pattern` says, or one of `values`
};

struct CatalogueAttribute {
    std::string_view name{};  // camelCase, as TwiML writes it
    AttributeType type = AttributeType::text;
    std::span<const std::string_view> values{};
    std::string_view separator{};
    std::string_view pattern{};  // an anchored regular expression (RE2), or empty
    std::optional<long> at_least{}, at_most{};
    std::size_t longest = 0;       // in characters; 0: no limit is documented
    std::string_view otherwise{};  // Twilio's default, or empty
    int error = 12200;             // Twilio's code for a bad value
    bool required = false;
    bool is_callback = false;  // a URL or method that the server fills in, never a flow
    bool open = false;         // other values than `values` may work: handed on to a provider
    bool absolute = false;     // of a URL: scheme and host are demanded
    bool deprecated = false;
    Source source = Source::both;
};

struct CatalogueElement {
    std::string_view name{};  // as TwiML writes it
    std::string_view id{};    // the name, but where it has two meanings (ReferSip)
    ElementKind kind = ElementKind::other;
    std::span<const CatalogueAttribute> attributes{};
    std::span<const std::string_view> children{};  // ids
    enum class Text { none, optional, required } text = Text::none;
    std::size_t text_longest = 0;    // in characters; 0: no limit is documented
    int text_error = 12200;          // Twilio's code for text that is missing or wrong
    int child_error = 12200;         // and for an element that may not stand inside
    std::size_t most_in_parent = 0;  // 0: any number
    bool terminates = false;         // what stands behind it is never reached
    bool deprecated = false;
};

// Every element; the rows stand in catalogue_verbs.cpp, catalogue_dial.cpp, catalogue_connect.cpp,
// catalogue_pay.cpp and catalogue_ssml.cpp. Safe from any thread, like everything below.
std::span<const CatalogueElement> catalogue();

// By id ("Dial", "ReferSip"), or null.
const CatalogueElement* find_element(std::string_view id);
// The element that `name` means inside `parent`, or null where it may not stand there.
const CatalogueElement* find_child(const CatalogueElement& parent, std::string_view name);
const CatalogueAttribute* find_attribute(const CatalogueElement& element, std::string_view name);
// By its name in a flow: "barge_in" finds bargeIn.
const CatalogueAttribute* find_attribute_by_flow_name(const CatalogueElement& element,
                                                      std::string_view snake_case);
std::string snake_case(std::string_view camel_case);

// Why `value` is not allowed there, in words ("a whole number from 5 to 600"); empty when it is.
std::string why_not(const CatalogueAttribute& attribute, std::string_view value);

// Voices and the languages they speak. Source: Twilio, "Text-to-Speech: available voices".
bool is_known_voice(std::string_view voice);
bool voice_speaks(std::string_view voice, std::string_view language);  // true for unknown voices
bool is_say_language(std::string_view language);
bool is_gather_language(std::string_view language);

}  // namespace twiml
