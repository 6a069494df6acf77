// A folder of flows comes from designers: loading it never fails otherwise than by findings, and a
// flow that loads answers whatever calls do. The files are parted by lines "---8<--- name"; the
// bytes of a last part "---8<--- calls" choose what callers do.
#include "config/diagnostic.hpp"
#include "flows/engine/engine.hpp"
#include "flows/load/loader.hpp"
#include "twiml/parse.hpp"
#include "twiml/render.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view cut = "---8<--- ";

struct Input {
    std::vector<config::Source> files{};
    std::string calls{};
};

Input read_input(std::string_view text) {
    Input input;
    while (!text.empty() && input.files.size() < 5) {
        std::string name = "main.yaml";
        if (text.starts_with(cut)) {
            const auto line = text.substr(cut.size(), text.find('\n') - cut.size());
            name = line;
            text.remove_prefix(std::min(cut.size() + line.size() + 1, text.size()));
        }
        const auto end = std::min(text.find("\n" + std::string{cut}), text.size());
        const std::string part{text.substr(0, end)};
        text.remove_prefix(std::min(end + 1, text.size()));
        if (name == "calls") {
            input.calls = part;
        } else {
            input.files.push_back({name, part});
        }
    }
    return input;
}

// What may happen at a callback, chosen by a byte.
flows::Event event_at(flows::EventName name, unsigned char choice) {
    static constexpr std::string_view keys[] = {"1", "2", "0", "12345678", "*", "1234#"};
    static constexpr std::string_view words[] = {"yes", "support", "twelve dollars", "\xff"};
    switch (name) {
    case flows::EventName::gather:
        if (choice % 2 == 0) return flows::Keyed{keys[choice / 2 % std::size(keys)]};
        return flows::Spoke{words[choice / 2 % std::size(words)], choice / 255.0};
    case flows::EventName::noinput:
        return flows::NoInput{};
    case flows::EventName::dial:
        return flows::DialEnded{static_cast<twiml::DialStatus>(choice % 6), choice % 2 == 0,
                                std::chrono::seconds{choice}};
    case flows::EventName::record:
        return flows::Recorded{"AC0123456789abcdef0123456789abcdef",
                               "RE0123456789abcdef0123456789abcdef", std::chrono::seconds{choice}};
    case flows::EventName::empty:
        return flows::NothingRecorded{};
    case flows::EventName::go:
    case flows::EventName::wait:
        return flows::Continued{};
    case flows::EventName::whisper:
    case flows::EventName::screen:
        return flows::LegAnswered{};
    case flows::EventName::screened:
        return flows::LegKeyed{choice % 2 == 0 ? "1" : ""};
    case flows::EventName::queue:
        return flows::QueueEnded{static_cast<flows::QueueEnded::How>(choice % 6),
                                 std::chrono::seconds{choice}};
    case flows::EventName::waiting:
        if (choice % 3 == 0) return flows::Keyed{keys[choice / 3 % std::size(keys)]};
        return flows::WaitsInLine{1, choice, 4 * choice, 60};
    case flows::EventName::stored:
        return flows::Stored{"AC0123456789abcdef0123456789abcdef",
                             "RE0123456789abcdef0123456789abcdef", std::chrono::seconds{choice}};
    case flows::EventName::transcribed:
        return flows::Transcribed{"AC0123456789abcdef0123456789abcdef",
                                  "RE0123456789abcdef0123456789abcdef",
                                  words[choice % std::size(words)]};
    }
    std::abort();
}

// What may come of an effect, chosen by a byte: each outcome of some step, and values that fit some
// types.
flows::EffectResult result_at(unsigned char choice) {
    static constexpr std::string_view outcomes[] = {"ok",        "sent",  "pending",  "approved",
                                                    "queued",    "done",  "failed",   "slow",
                                                    "not_found", "wrong", "opted_out"};
    flows::EffectResult result{.outcome = std::string{outcomes[choice % std::size(outcomes)]}};
    if (result.outcome == "pending") result.values = {"VE0123456789abcdef0123456789abcdef"};
    static constexpr std::string_view values[] = {"12", "Ann", "2026-12-01", "true", "\xff"};
    for (std::size_t i = 0; result.outcome == "ok" && i < choice / 16U; ++i)
        result.values.emplace_back(values[(choice + i) % std::size(values)]);
    return result;
}

flows::SettingValues no_settings(const flows::FlowSet& set) {
    flows::SettingValues values;
    for (const auto& [name, flow] : set.flows)
        values[name].assign(flow->settings.size(), flows::Unset{});
    return values;
}

void check_reply(const flows::Reply& reply, const flows::FlowSet& set) {
    const std::vector<twiml::FilledUrl> urls(reply.callbacks.size(), {"/go", "https://a.test/go"});
    const std::string xml = twiml::render(reply.document, urls);
    if (xml.size() > twiml::max_document_bytes || !twiml::parse(xml, twiml::Blanks::keep))
        std::abort();
    for (const flows::CallState& state : reply.states) {
        std::string bytes;
        flows::encode(state, set, bytes);
        if (bytes.size() <= flows::max_state_bytes && flows::decode(bytes, set) != state)
            std::abort();
    }
}

void call(const flows::Flow& root, const flows::FlowSet& set, std::string_view choices) {
    const flows::SettingValues settings = no_settings(set);
    const flows::Circumstances circumstances{.now = flows::Now{std::chrono::hours{490'000}},
                                             .flows = &set,
                                             .call = {.call_sid = "CA0", .from = "+12025550123"},
                                             .settings = &settings,
                                             .audio_base = "/audio/"};
    flows::CallState state = flows::begin_call(root, circumstances.now);
    flows::Event event = flows::Began{};
    for (std::size_t turn = 0; turn < 8; ++turn) {
        const bool more = turn < choices.size();
        const auto choice = static_cast<unsigned char>(more ? choices[turn] : 0);
        const bool gone = choice % 16 == 15;
        flows::Next next = flows::advance(root, state, event, gone, circumstances);
        for (int effects = 0; auto* asked = std::get_if<flows::EffectRequest>(&next.what);
             ++effects) {
            if (effects > 100) std::abort();  // more than a turn's steps pay for
            if (!gone && choice % 7 == 6) {
                flows::Reply waiting = flows::keep_waiting(std::move(*asked));
                next.what = std::move(waiting);
                break;
            }
            const auto chosen = static_cast<unsigned char>(choice + effects);
            next = flows::resume(root, std::move(*asked), result_at(chosen), gone, circumstances);
        }
        const auto* reply = std::get_if<flows::Reply>(&next.what);
        if (reply == nullptr) return;
        check_reply(*reply, set);
        if (reply->callbacks.empty()) return;
        const flows::Callback& taken = reply->callbacks[choice % reply->callbacks.size()];
        event = event_at(taken.event, choice);
        state = reply->states.at(static_cast<std::size_t>(taken.state));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Input input = read_input({reinterpret_cast<const char*>(data), size});
    const flows::LoadOptions options{.today = std::chrono::sys_days{std::chrono::days{20'416}}};
    const flows::Loaded loaded = flows::load_flows(input.files, options);
    for (const config::Diagnostic& finding : loaded.findings) {
        if (finding.hint.empty() || finding.message.empty()) std::abort();
    }
    for (const auto& [name, flow] : loaded.set.flows) {
        if (flow == nullptr || flow->states.empty() || flow->languages.empty()) std::abort();
        call(*flow, loaded.set, input.calls);
    }
    return 0;
}
