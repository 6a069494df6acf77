// Which URL of a reply Twilio asks next, by what happened: for the replayer. Pure.
#pragma once

#include "flows/tools/tape.hpp"
#include "twiml/document.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace flows {

// What a webhook tells, by its fields alone.
enum class Happening : std::uint8_t {
    began,     // the first webhook of a call
    gathered,  // a Gather's action
    nothing,   // on to the Redirect: nothing was entered, or a document ran out
    dial_ended,
    recorded,
    leg_began,  // a dialled leg asks for its noun's url
    fallback,
    call_status,
    leg_status,
    recording_status,
    transcription,
    partial_speech,
    queue_wait,
    queue_ended,
};

// `is_first`: no webhook of its call came before.
Happening happening_of(const TapeRequest& request, bool is_first);

// For people: "presses 2", "dial: busy".
std::string in_words(Happening happening, const TapeRequest& request);

// The URL that a document names for it, as written; nothing where it names none.
std::optional<std::string> url_for(Happening happening, const twiml::Document& document);

// Where the document's first Redirect leads; nothing where it has none.
std::optional<std::string> redirect_of(const twiml::Document& document);

// It holds a question, a recording or a dial: its Redirect is how silence arrives, else Twilio
// follows it by itself.
bool waits_for_somebody(const twiml::Document& document);

// Path and query of `url`, a reference in a document that came from `base` (path and query); no
// host, no fragment.
std::string resolve(std::string_view url, std::string_view base);

}  // namespace flows
