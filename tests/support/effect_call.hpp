// A flow written as YAML, called turn by turn; what its effects come to is said beforehand.
#pragma once

#include "flows/engine/engine.hpp"
#include "flows/load/loader.hpp"
#include "twiml/render.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace support {

class EffectCall {
public:
    // The flow `main`; it has no findings.
    explicit EffectCall(const std::string& yaml) {
        const std::vector<config::Source> files{{"main.yaml", yaml}};
        auto loaded = flows::load_flows(files, {});
        for (const config::Diagnostic& finding : loaded.findings)
            UNSCOPED_INFO(finding.span.begin.line << ": " << finding.message);
        REQUIRE(loaded.findings.empty());
        set_ = std::move(loaded.set);
        root_ = set_.find("main");
        REQUIRE(root_ != nullptr);
        using namespace std::chrono;
        circumstances.now = sys_days{year{2026} / 11 / 24} + 15h;
        circumstances.call.call_sid = "CA0123456789abcdef0123456789abcdef";
        circumstances.call.from = "+12025550123";
        circumstances.call.to = "+12025550100";
        circumstances.flows = &set_;
        circumstances.settings = &settings_;
        settings_["main"].resize(root_->settings.size());
        state_ = flows::begin_call(*root_, circumstances.now);
    }
    EffectCall(const EffectCall&) = delete;
    EffectCall& operator=(const EffectCall&) = delete;

    flows::Circumstances circumstances{};
    std::vector<flows::EffectRequest> asked{};

    EffectCall& with_setting(const std::string& name, const std::string& value) {
        for (std::size_t i = 0; i < root_->settings.size(); ++i) {
            if (root_->settings[i].name != name) continue;
            settings_["main"][i] = *flows::convert(value, root_->settings[i].type);
        }
        return *this;
    }
    // What comes of the next effect; of one that nothing is said of: "failed".
    EffectCall& answer(std::string outcome, std::vector<std::optional<std::string>> values = {}) {
        answers_.push_back({std::move(outcome), std::move(values)});
        return *this;
    }

    // What is heard: TwiML without its envelope and its attributes.
    std::string begins() { return turn(flows::Began{}); }
    std::string keys(std::string_view digits) {
        for (const flows::Callback& callback : reply_.callbacks) {
            if (callback.event != flows::EventName::gather) continue;
            state_ = reply_.states.at(static_cast<std::size_t>(callback.state));
            return turn(flows::Keyed{digits});
        }
        FAIL("nobody asks for keys");
        return {};
    }
    // Where the last effect that was asked for stands.
    template <class Kind> const Kind& last() const {
        REQUIRE_FALSE(asked.empty());
        return std::get<Kind>(asked.back().effect);
    }
    const flows::Flow& flow() const { return *root_; }

private:
    std::string turn(const flows::Event& event) {
        flows::Next next = flows::advance(*root_, state_, event, false, circumstances);
        while (auto* request = std::get_if<flows::EffectRequest>(&next.what)) {
            asked.push_back(*request);
            flows::EffectResult result{.outcome = "failed"};
            if (!answers_.empty()) {
                result = answers_.front();
                answers_.pop_front();
            }
            next = flows::resume(*root_, asked.back(), result, false, circumstances);
        }
        const auto* reply = std::get_if<flows::Reply>(&next.what);
        REQUIRE(reply != nullptr);
        reply_ = *reply;
        return words();
    }

    // The text of what is said, in order, parted by a bar.
    std::string words() const {
        std::string all;
        for (const twiml::Node& node : reply_.document.verbs)
            append(node, all);
        return all;
    }
    static void append(const twiml::Node& node, std::string& all) {
        if (const auto* text = std::get_if<std::string>(&node)) {
            all += (all.empty() ? "" : "|") + *text;
        } else if (const auto* element = std::get_if<twiml::Element>(&node)) {
            if (element->name == "Hangup") all += all.empty() ? "hangs up" : "|hangs up";
            if (element->name == "Redirect") return;
            for (const twiml::Node& inner : element->content)
                append(inner, all);
        }
    }

    flows::FlowSet set_{};
    flows::SettingValues settings_{};
    const flows::Flow* root_ = nullptr;
    flows::CallState state_{};
    flows::Reply reply_{};
    std::deque<flows::EffectResult> answers_{};
};

}  // namespace support
