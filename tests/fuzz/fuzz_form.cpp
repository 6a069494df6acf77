// A body comes from anybody: decoding never fails, and what it makes survives a round trip.
#include "twiml/form.hpp"
#include "twiml/message_request.hpp"
#include "twiml/segments.hpp"
#include "twiml/voice_request.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    twiml::Params params;
    params.decode(text);
    twiml::Params again;
    const std::string encoded = twiml::encode_form(params.fields());
    again.decode(encoded);
    const bool same = std::ranges::equal(params, again, [](const auto& a, const auto& b) {
        return a.name == b.name && a.value == b.value;
    });
    // A field without name and value is written "=", and is one; an empty piece is none.
    if (!same) std::abort();
    const twiml::VoiceRequest request = twiml::read_voice_request(params);
    if (request.from.text != params.get("From")) std::abort();
    const twiml::MessageRequest message = twiml::read_message_request(params);
    if (message.body != params.get("Body") || message.media.size() > 10) std::abort();
    if (message.from.number && message.from.number->str() != message.from.address) std::abort();
    const twiml::SegmentCount count = twiml::count_segments(message.body);
    if (count.segments > std::max<std::size_t>(count.units, 1)) std::abort();
    if (twiml::percent_decode(twiml::percent_encode(text)) != text) std::abort();
    return 0;
}
