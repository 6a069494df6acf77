// Flows made by hand, for tests of what runs them: places by name, texts that are constant.
#pragma once

#include "flows/model/flow.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace support {

inline flows::Text text(std::string constant) {
    flows::Text made;
    made.pieces.emplace_back(std::move(constant));
    return made;
}

inline flows::Expression literal(flows::Value value) {
    flows::Expression made;
    made.nodes.push_back({.operation = flows::Operation::literal, .literal = std::move(value)});
    made.root = 0;
    return made;
}

inline flows::Expression variable(int index, flows::Type type) {
    flows::Expression made;
    made.nodes.push_back(
        {.operation = flows::Operation::variable, .type = std::move(type), .index = index});
    made.root = 0;
    return made;
}

inline flows::Expression fact(flows::CallFact which) {
    flows::Expression made;
    made.nodes.push_back({.operation = flows::Operation::call_fact,
                          .type = {.kind = flows::TypeKind::party},
                          .fact = which});
    made.root = 0;
    return made;
}

// variable == literal
inline flows::Expression equals(int index, flows::Type type, flows::Value value) {
    flows::Expression made = variable(index, type);
    made.nodes.push_back({.operation = flows::Operation::literal,
                          .type = std::move(type),
                          .literal = std::move(value)});
    made.nodes.push_back({.operation = flows::Operation::equal,
                          .type = {.kind = flows::TypeKind::boolean},
                          .children = {0, 1}});
    made.root = 2;
    return made;
}

inline flows::Text insert(flows::Expression value) {
    flows::Text made;
    made.pieces.emplace_back(flows::Insert{.value = std::move(value)});
    return made;
}

inline flows::Spoken spoken(std::string said, std::string language = "en-US",
                            std::string voice = {}) {
    return {
        .text = text(std::move(said)), .language = std::move(language), .voice = std::move(voice)};
}

// In a flow of one language.
inline flows::Words words(std::string said) {
    flows::Words made;
    made.by_language.push_back({spoken(std::move(said))});
    return made;
}

inline flows::Words words(std::vector<flows::Word> parts) {
    flows::Words made;
    made.by_language.push_back(std::move(parts));
    return made;
}

inline flows::Step step(flows::StepWhat what, std::vector<flows::OutcomeTarget> on = {},
                        std::optional<flows::Target> otherwise = {}) {
    flows::Step made;
    made.what = std::move(what);
    made.on = std::move(on);
    made.otherwise = std::move(otherwise);
    return made;
}

inline flows::Target place_next() { return {.kind = flows::Target::Kind::next}; }
inline flows::Target place_again() { return {.kind = flows::Target::Kind::again}; }

inline flows::Step say(std::string text) {
    return step(flows::Say{.words = words(std::move(text))});
}

// What say(text) renders as, in en-US.
inline std::string said(const std::string& text) {
    return R"(<Say language="en-US">)" + text + "</Say>";
}

inline flows::Choice choice(std::string key, flows::Target go) {
    flows::Choice made;
    made.key = std::move(key);
    made.go = std::move(go);
    return made;
}

inline flows::Menu menu(const std::string& question, std::vector<flows::Choice> choices) {
    flows::Menu made;
    made.say = words(question);
    made.again = words(question);
    made.choices = std::move(choices);
    return made;
}

class FlowBuilder {
public:
    explicit FlowBuilder(std::string name) {
        flow_.name = std::move(name);
        flow_.languages.push_back({.tag = "en-US"});
    }

    // The place of a state, which may be written later. The start is `main`, else the first named.
    flows::Target to(const std::string& state) {
        return {.kind = flows::Target::Kind::state, .state = index_of(state)};
    }

    FlowBuilder& language(std::string tag, std::string voice = {}) {
        if (!languages_written_) flow_.languages.clear();
        languages_written_ = true;
        flow_.languages.push_back({.tag = std::move(tag), .voice = std::move(voice)});
        return *this;
    }

    int variable(std::string name, const std::string& type) {
        flow_.variables.push_back({.name = std::move(name), .type = *flows::parse_type(type)});
        return static_cast<int>(flow_.variables.size()) - 1;
    }

    FlowBuilder& state(const std::string& name, std::vector<flows::Step> steps) {
        flows::State& made = flow_.states[static_cast<std::size_t>(index_of(name))];
        for (std::size_t i = 0; i < steps.size(); ++i) {
            steps[i].id = std::to_string(i);
            if (steps[i].next < 0 && i + 1 < steps.size()) steps[i].next = static_cast<int>(i) + 1;
            if (std::holds_alternative<flows::Limit>(steps[i].what) ||
                flows::is_effect(steps[i].what))
                made.counts_visits = true;
        }
        made.steps = std::move(steps);
        return *this;
    }

    flows::Flow& flow() { return flow_; }
    std::shared_ptr<const flows::Flow> build() {
        flow_.start = std::max(0, flow_.find_state("main"));
        return std::make_shared<flows::Flow>(flow_);
    }

private:
    int index_of(const std::string& name) {
        for (std::size_t i = 0; i < flow_.states.size(); ++i) {
            if (flow_.states[i].name == name) return static_cast<int>(i);
        }
        flow_.states.push_back({.name = name});
        return static_cast<int>(flow_.states.size()) - 1;
    }

    flows::Flow flow_{};
    bool languages_written_ = false;
};

inline flows::FlowSet set_of(std::vector<std::shared_ptr<const flows::Flow>> all) {
    flows::FlowSet set;
    for (auto& flow : all) {
        std::string name = flow->name;
        set.flows.emplace(std::move(name), std::move(flow));
    }
    return set;
}

}  // namespace support
