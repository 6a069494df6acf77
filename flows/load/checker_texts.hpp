// Every text and condition of a step, and what each is for: one walk for all checks that ask.
#pragma once

#include "flows/model/steps.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace flows::check {

enum class Use : std::uint8_t {
    spoken,     // heard by the caller or the called
    media,      // a URL or file to play
    url,        // a URL the call is sent to
    address,    // dialled
    caller_id,  // shown to the called
    attribute,  // of a verb
    tag,        // journal and metrics
    value,      // becomes a variable's, an argument's or a result's value
    number,     // texted, called back, or whose consent it is
    message,    // of a text message
    header,     // of a look-up
    body,       // of a look-up
    code,       // compared with the one that was sent
    condition,
};

struct TextUse {
    Use use = Use::spoken;
    const Text* text = nullptr;              // of all but conditions
    const Expression* expression = nullptr;  // of a condition
    int language = -1;                       // of words: index into the flow's languages
    int into = -1;                           // of a value: index of the variable, take or give
    std::vector<int> sees{};                 // variables that are set there whatever came before
};

// Where a text stands: a prompt may be a library's.
inline const std::string& file_of(const Text& text, const Step& step) {
    return text.file.empty() ? step.file : text.file;
}

// In the order in which they are written, as far as a step tells it.
void for_each_text(const Step& step, const std::function<void(const TextUse&)>& visit);

}  // namespace flows::check
