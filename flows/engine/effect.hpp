// What a flow may ask of the world, and what came of it: plain values. The server performs them,
// once per identity; the simulator and flow tests script them.
#pragma once

#include "flows/engine/call_state.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace flows {

// `http`. Outcomes: ok denied not_found slow failed; values: what stands behind each pointer.
struct Lookup {
    std::string method{};  // GET POST PUT PATCH DELETE
    std::string url{};     // absolute, inserts percent-encoded
    std::vector<std::pair<std::string, std::string>> headers{};
    std::optional<std::string> body{};    // JSON
    std::vector<std::string> pointers{};  // JSON Pointer (RFC 6901), in the order of the values
    bool operator==(const Lookup&) const = default;
};

// `sms`. Outcomes: sent opted_out refused failed unknown; no values.
struct TextMessage {
    std::string to{};            // E.164
    std::string text{};          // empty: a template
    std::string template_sid{};  // HX...
    std::vector<std::pair<std::string, std::string>> template_values{};
    bool whatsapp = false;
    std::vector<std::string> media{};  // URLs
    std::string from{};                // E.164 or MG...; empty: the account's own
    bool operator==(const TextMessage&) const = default;
};

// `verify_start`. Outcomes: pending refused failed; values of pending: the verification's sid.
struct StartVerification {
    std::string to{};       // E.164
    std::string channel{};  // sms call whatsapp
    std::string locale{};   // BCP 47, of the call
    bool operator==(const StartVerification&) const = default;
};

// `verify_check`. Outcomes: approved wrong expired too_many failed; no values.
struct CheckVerification {
    std::string verification{};  // its sid; never empty
    std::string code{};
    bool operator==(const CheckVerification&) const = default;
};

// `callback`. Outcomes: queued failed; no values.
struct RequestCallback {
    std::string number{};     // E.164
    CallState begins_in{};    // of the call that is placed: its flow and state, the values of now
    std::string queue{};      // whose line is kept; empty: none
    bool keep_place = false;  // placed when all who stood before the caller have left the queue
    std::chrono::seconds within{};
    int attempts = 1;
    bool operator==(const RequestCallback&) const = default;
};

// `opt_out`, `opt_in`. Outcomes: done failed; no values.
struct ChangeConsent {
    std::string number{};  // E.164
    bool opts_out = true;
    bool operator==(const ChangeConsent&) const = default;
};

using Effect = std::variant<Lookup, TextMessage, StartVerification, CheckVerification,
                            RequestCallback, ChangeConsent>;

// What makes an effect that effect, within its call: a duplicate webhook asks for the same one, and
// another pass through the same step for another.
struct EffectId {
    std::string flow{}, state{}, step{};
    int visit = 0;  // of the state, over the whole call
    int life = 0;   // CallState::life
    // Aside from the call's own way: the QueueTime while the caller waits in a queue, the recording
    // that a silent state runs for, or that it runs behind the call; else empty.
    std::string place_in_line{};
    bool operator==(const EffectId&) const = default;
};

struct EffectResult {
    std::string outcome{};                             // in the flow's words
    std::vector<std::optional<std::string>> values{};  // plain text; nothing: it was not there
    bool operator==(const EffectResult&) const = default;
};

// How long the step waits for its effect, counted from when it was first asked; `http` has its own.
inline constexpr std::chrono::milliseconds text_deadline{8000};
inline constexpr std::chrono::milliseconds verify_deadline{8000};
inline constexpr std::chrono::milliseconds store_deadline{2000};

}  // namespace flows
