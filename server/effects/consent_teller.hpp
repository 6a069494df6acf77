// Tells the texting company who wants no texts, so that whoever else sends from our numbers keeps
// to it too. A port; `twilio_consents` is its adapter.
#pragma once

#include "server/net/asio.hpp"
#include "twiml/ids.hpp"

#include <chrono>
#include <string>

namespace server {

struct ConsentToTell {
    twiml::E164 number;
    std::string sender{};  // a number, or a messaging service's sid (MG…)
    bool opts_out = true;
    std::string id{};        // 32 hexadecimal digits that tell it apart; empty: those of `call_sid`
    std::string call_sid{};  // in which it was said
    std::chrono::milliseconds timeout{1500};  // for all attempts together
};

// Telling it twice is telling it once. Never throws but std::bad_alloc. For the thread of its loop
// only.
class ConsentTeller {
public:
    // Empty: it was taken. Else one sentence for the log, without numbers.
    virtual net::awaitable<std::string> tell(ConsentToTell consent) = 0;
    virtual ~ConsentTeller() = default;
};

}  // namespace server
