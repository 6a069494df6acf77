// What is counted of what calls do in the world. A port; `metrics` is behind it.
#pragma once

#include <chrono>
#include <string_view>

namespace server {

// Thread-safe, and waits for no disk. Labels are stable words of ours, never a number or a name.
class EffectCounts {
public:
    // `kind`: the step, such as "sms"; `outcome` in the flow's words. Once an effect, not a
    // duplicate.
    virtual void count_effect(std::string_view kind, std::string_view outcome,
                              std::chrono::milliseconds took) = 0;
    // Of a text that was sent, as Twilio bills it.
    virtual void count_segments(int segments) = 0;
    // Twilio knew of an opt-out that our registry did not (21610).
    virtual void count_opt_out_drift() = 0;
    // A text, a code or a call that was refused before Twilio was asked: "country", "caller-rate" …
    virtual void count_limit(std::string_view reason) = 0;
    // Of a call that we place: "placed", "nobody", "gave-up" …
    virtual void count_call(std::string_view outcome) = 0;
    // A flow's `result` behind an effect that nobody's webhook waited for; the others are counted
    // with their turn.
    virtual void count_result(std::string_view flow, std::string_view result) = 0;
    virtual ~EffectCounts() = default;
};

}  // namespace server
