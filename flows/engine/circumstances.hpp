// What the engine may know of the world, as plain values: it has no clock and no configuration.
#pragma once

#include "flows/model/flow.hpp"
#include "flows/model/value.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flows {

using Now = std::chrono::sys_time<std::chrono::milliseconds>;

// The call's facts of this webhook; the views live as long as the webhook.
struct CallFacts {
    std::string_view call_sid{}, account_sid{};
    std::string_view from{}, to{};  // as they came; of a withheld caller `from` is empty
    bool withheld = false;
    std::string_view direction{};  // inbound, outbound-api, outbound-dial
    std::string_view forwarded_from{}, caller_name{}, from_country{}, from_state{}, from_city{},
        from_zip{};
    std::string_view stir_verstat{}, answered_by{};
};

// A fact as an expression sees it, as plain text, and as a state carries it: attestation "a", "b",
// "c" or "none" (from StirVerstat's TN-Validation-Passed-A ...), withheld "true" or "false"; empty
// where Twilio did not say. Of queue.* always empty: only a state carries these.
std::string_view fact_text(CallFact fact, const CallFacts& facts);

// Values of the flows' settings, converted at start, by flow, in the order of Flow::settings.
using SettingValues = std::map<std::string, std::vector<Value>, std::less<>>;

// An operator's word on an `hours` of a flow: open or closed until then.
struct HoursOverride {
    bool open = false;
    Now until{};
};
using HoursOverrides = std::map<std::pair<std::string, std::string>, HoursOverride, std::less<>>;

// Which numbers may be dialled. A number written in the flow or the settings is allowed while
// `allow` is empty; one that holds caller-supplied text only where a prefix allows it.
struct DialRules {
    std::vector<std::string> allow{};  // E.164 prefixes
    std::vector<std::string> deny{};   // stronger than `allow`
    bool allows(std::string_view e164, bool from_caller) const;
};
// Where no operator has a say: flows are tested so.
inline const DialRules any_number{{"+"}, {}};

struct Circumstances {
    Now now{};
    const FlowSet* flows = nullptr;  // of the version the call is on
    CallFacts call{};
    const SettingValues* settings = nullptr;
    const HoursOverrides* overrides = nullptr;  // may be null
    const DialRules* dial_rules = nullptr;      // may be null: everything not from the caller
    std::string_view audio_base{};   // absolute path prefix of hosted audio, e.g. "/audio/"
    double speech_confidence = 0.4;  // below it, what was said is nomatch
};

}  // namespace flows
