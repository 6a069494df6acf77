// A call made of values: what happens, turn by turn, and the TwiML that answers it. Between two
// turns the state goes through its bytes, as it does in a callback URL.
#pragma once

#include "flows/engine/engine.hpp"
#include "twiml/render.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace support {

class EngineCall {
public:
    EngineCall(flows::FlowSet set, const std::string& flow)
        : set_{std::move(set)}, root_{set_.find(flow)} {
        using namespace std::chrono;
        circumstances.now = sys_days{year{2026} / 11 / 24} + 15h;
        circumstances.call.call_sid = "CA0123456789abcdef0123456789abcdef";
        circumstances.call.from = "+12025550123";
        circumstances.call.to = "+12025550100";
        circumstances.call.from_country = "US";
        circumstances.audio_base = "/audio/";
        circumstances.flows = &set_;
        state_ = flows::begin_call(*root_, circumstances.now);
    }

    EngineCall(const EngineCall&) = delete;
    EngineCall& operator=(const EngineCall&) = delete;

    flows::Circumstances circumstances{};

    std::string begins() { return turn(flows::Began{}); }
    std::string keys(std::string_view digits) {
        at("gather");
        return turn(flows::Keyed{digits});
    }
    std::string says(std::string_view text, std::optional<double> confidence = {}) {
        at("gather");
        return turn(flows::Spoke{text, confidence});
    }
    std::string waits() {
        at("noinput");
        return turn(flows::NoInput{});
    }
    std::string goes_on() {
        at("go");
        return turn(flows::Continued{});
    }
    std::string dial_ends(twiml::DialStatus status, std::optional<bool> bridged = {}) {
        at("dial");
        return turn(flows::DialEnded{status, bridged, {}});
    }
    std::string records(std::chrono::seconds duration) {
        at("record");
        return turn(flows::Recorded{"AC0123456789abcdef0123456789abcdef",
                                    "RE0123456789abcdef0123456789abcdef", duration});
    }
    std::string records_nothing() {
        at("empty");
        return turn(flows::NothingRecorded{});
    }
    // The called person's leg, whose turns lead nowhere for the caller's.
    std::string leg(const flows::Event& event, const std::string& name) {
        const flows::CallState kept = state_;
        const auto kept_replies = replies_;
        at(name);
        std::string heard = turn(event);
        leg_replies_ = replies_;
        state_ = kept;
        replies_ = kept_replies;
        return heard;
    }
    std::string leg_keys(std::string_view digits) {
        const flows::CallState kept = state_;
        const auto kept_replies = std::exchange(replies_, leg_replies_);
        at("screened");
        std::string heard = turn(flows::LegKeyed{digits});
        state_ = kept;
        replies_ = kept_replies;
        return heard;
    }
    // The same event, with nobody on the line any more.
    EngineCall& hung_up() {
        gone_ = true;
        return *this;
    }
    std::string turn(const flows::Event& event) {
        const flows::Next next = flows::advance(*root_, state_, event, gone_, circumstances);
        CHECK(next == flows::advance(*root_, state_, event, gone_, circumstances));
        taken = next.taken;
        tags.insert(tags.end(), next.tags.begin(), next.tags.end());
        const auto* reply = std::get_if<flows::Reply>(&next.what);
        replies_ = reply ? *reply : flows::Reply{};
        for (flows::CallState& state : replies_.states)
            state = through_bytes(state);
        return reply ? rendered() : "rest";
    }

    // The outcomes of the last turn: "main/0=2".
    std::vector<std::string> outcomes() const {
        std::vector<std::string> all;
        for (const flows::StepTaken& step : taken) {
            if (step.outcome.empty()) continue;
            all.push_back(std::string{step.state} + "/" + std::string{step.step} + "=" +
                          std::string{step.outcome});
        }
        return all;
    }
    // The state behind a callback of the last reply.
    const flows::CallState& behind(const std::string& event) const {
        for (const flows::Callback& callback : replies_.callbacks) {
            if (flows::to_text(callback.event) != event) continue;
            return replies_.states.at(static_cast<std::size_t>(callback.state));
        }
        FAIL("the reply has no callback " << event);
        return state_;
    }
    const flows::Reply& reply() const { return replies_; }
    flows::CallState& state() { return state_; }

    std::vector<flows::StepTaken> taken{};
    std::vector<std::pair<std::string, std::string>> tags{};

private:
    void at(const std::string& event) { state_ = behind(event); }

    flows::CallState through_bytes(const flows::CallState& state) const {
        std::string bytes;
        flows::encode(state, set_, bytes);
        CHECK(bytes.size() <= flows::max_state_bytes);
        const auto again = flows::decode(bytes, set_);
        REQUIRE(again.has_value());
        CHECK(*again == state);
        return *again;
    }

    // The verbs, with {event} where a callback URL stands.
    std::string rendered() const {
        std::vector<twiml::FilledUrl> urls;
        for (const flows::Callback& callback : replies_.callbacks) {
            const std::string name = "{" + std::string{flows::to_text(callback.event)} + "}";
            urls.push_back({name, {}});
        }
        std::string xml = twiml::render(replies_.document, urls);
        for (const std::string_view part :
             {R"(<?xml version="1.0" encoding="UTF-8"?>)", "<Response>", "</Response>"}) {
            if (const auto found = xml.find(part); found != std::string::npos) {
                xml.erase(found, part.size());
            }
        }
        return xml == "<Response/>" ? "" : xml;
    }

    flows::FlowSet set_;
    const flows::Flow* root_;
    flows::CallState state_{};
    flows::Reply replies_{}, leg_replies_{};
    bool gone_ = false;
};

}  // namespace support
