// XML -> Document by pugixml, as strictly as Twilio reads it, with the place of everything.
// Pure; safe from any thread. Places are byte offsets from the beginning of the text.
#pragma once

#include "twiml/document.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace twiml {

// Why a text is no TwiML document, in Twilio's own codes: 11750 longer than 64 KB, 12100 no XML,
// 12102 another root than <Response>.
struct ParseError {
    int code = 12100;
    std::string message{};  // what was found
    std::string hint{};     // what to do about it; never empty
    std::size_t offset = 0;
};

struct AttributePlace {
    std::size_t name = 0;   // its first byte
    std::size_t value = 0;  // the first byte behind the quotation mark
};

// Where one element stands. Lists of these are in document order: an element, then what it holds.
struct ElementPlace {
    std::size_t element = 0;  // of its '<'
    std::vector<AttributePlace> attributes{};
    std::size_t text = 0;  // the first text in it that is not blank, else as `element`
};

struct ParsedDocument {
    Document document{};
    std::vector<Attribute> root_attributes{};  // of <Response>
    std::vector<ElementPlace> places{};        // the first is <Response>
};

struct ParsedFragment {
    std::vector<Node> nodes{};
    std::vector<ElementPlace> places{};  // the first stands for what surrounds the fragment
};

// Blank text between elements is layout, and dropped, unless text stands beside it ("a <b/> c");
// `keep` keeps it everywhere. Comments and instructions are ignored, neighbouring texts joined.
enum class Blanks { drop, keep };

// Reads a whole document. parse(render(d)) is d for every d whose texts are neither empty nor next
// to each other and hold what XML can hold (xml_safe).
boost::system::result<ParsedDocument, ParseError> parse(std::string_view xml,
                                                        Blanks blanks = Blanks::drop);

// Reads what may stand inside an element: the verbs of a flow's fragment, a text with SSML.
boost::system::result<ParsedFragment, ParseError> parse_fragment(std::string_view xml,
                                                                 Blanks blanks = Blanks::drop);

}  // namespace twiml
