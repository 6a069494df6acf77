// What the catalogue's rows cannot say, element by element; for check.cpp alone.
#pragma once

#include "twiml/catalogue.hpp"
#include "twiml/check.hpp"

namespace twiml {

// An element in its surroundings.
struct Checked {
    const Element& element;
    const CatalogueElement& row;
    const CatalogueElement& parent;
    const ElementPlace* place = nullptr;  // null where the document has no text
};

class Findings {
public:
    void error(int code, std::size_t offset, std::string message, std::string hint);
    void warning(int code, std::size_t offset, std::string message, std::string hint);
    std::vector<Finding> take();  // sorted by place

private:
    std::vector<Finding> list_{};
};

std::size_t place_of(const Checked& checked);
std::size_t place_of_text(const Checked& checked);
// Of its value, or of the element where the attribute is absent.
std::size_t place_of_attribute(const Checked& checked, std::string_view name);

bool is_blank(std::string_view text);
std::string trimmed(std::string_view text);
// The element's own text, a hole as "{}", and with what its children hold.
std::string own_text(const Element& element);
std::string whole_text(const Element& element);

void check_say(const Checked& checked, Findings& findings);
void check_play(const Checked& checked, Findings& findings);
void check_gather(const Checked& checked, Findings& findings);
void check_record(const Checked& checked, Findings& findings);
void check_dial(const Checked& checked, Findings& findings);
void check_phone_number(const Checked& checked, Findings& findings);
void check_sip(const Checked& checked, Findings& findings);
void check_conference(const Checked& checked, Findings& findings);
void check_queue_name(const Checked& checked, Findings& findings);
void check_connect(const Checked& checked, Findings& findings);
void check_stream(const Checked& checked, Findings& findings);
void check_pay(const Checked& checked, Findings& findings);
void check_ssml(const Checked& checked, Findings& findings);

}  // namespace twiml
