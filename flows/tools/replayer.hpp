// A tape of webhooks -> the same steps again: what the caller hears, and what differs from what was
// recorded. The tape's paths may be those of another server: they are only shapes. What was asked
// is found by what happened, and asked at the URL that the previous reply of the same call gave for
// it. Pure but for the answerer that is handed in.
#pragma once

#include "flows/tools/tape.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flows {

// How a webhook was answered, and for what the effects of the turn were taken: a tape holds none of
// their results. In this process look-ups and checks of codes count as failed, texts as sent, codes
// as on their way, callbacks as put down; a server performs them, and tells nothing.
struct Replayed {
    TapeResponse response{};
    std::vector<std::string> taken_for{};  // "http POST https://crm.test/a: failed"

    Replayed(TapeResponse answer, std::vector<std::string> effects = {})  // NOLINT: nothing is lost
        : response{std::move(answer)}, taken_for{std::move(effects)} {}
};

// Answers one webhook: in this process (flows/tools/in_process) or over HTTPS (the server's
// commands, which sign it). `target` is path and query; of a GET the form belongs behind it. The
// body comes back as it was sent, tokens and all. A status of 0: nobody answered, `body` says why.
using Answerer = std::function<Replayed(const TapeRequest& request, std::string_view at)>;

struct ReplayOptions {
    std::string flow{};  // plays the tape against this flow; empty: the one of its first webhook
    std::string base_url = "https://ivr.example.com";  // of ErrorUrl in a fallback webhook
};

struct ReplayStep {
    std::size_t exchange = 0;  // index into the tape
    std::string happened{};    // "the call begins", "presses 2", "says nothing", "dial: busy"
    std::string target{};      // that was asked, its token masked; empty: skipped
    std::string skipped{};     // why it was not asked
    TapeResponse answer{};     // as it came
    std::vector<std::string> taken_for{};    // effects of the turn, as Replayed has them
    std::vector<std::string> hears{};        // en-US "Press 1", dials +12025550100, hangs up ...
    std::vector<std::string> differences{};  // lines of a diff, or what is wrong; empty: none
};

struct ReplayReport {
    std::string tape{};
    std::vector<ReplayStep> steps{};

    std::size_t differences() const;  // steps that have any
};

ReplayReport replay(const Tape& tape, const Answerer& answerer, const ReplayOptions& options = {});

// The tape with the answers of this replay, tokens masked, as its recorded ones.
Tape updated(const Tape& tape, const ReplayReport& report);

// For people: a line what happened, then what is heard, then what differs.
std::string to_text(const ReplayReport& report);
// {"tape","differences","steps":[{"exchange","happened","target","skipped","status","hears",
//  "differences","effects"}]}, one line.
std::string to_json(const ReplayReport& report);

}  // namespace flows
