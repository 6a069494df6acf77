// What a webhook says of its call, as the engine sees it. Pure; safe from any thread.
#pragma once

#include "flows/engine/circumstances.hpp"
#include "twiml/voice_request.hpp"

namespace flows {

// Views of what `request` views. Of a withheld caller there is no number.
CallFacts call_facts(const twiml::VoiceRequest& request);

}  // namespace flows
