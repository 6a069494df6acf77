#include "flows/tools/scenes.hpp"

#include "twiml/parse.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>

namespace flows {
namespace {

struct Station {
    const Flow* flow = nullptr;
    const State* state = nullptr;
    const Step* step = nullptr;  // null: the call stands in the state, at no step that is known
};

const State* find_state(const Flow* flow, std::string_view name) {
    const int index = flow != nullptr ? flow->find_state(name) : -1;
    return index < 0 ? nullptr : &flow->states[static_cast<std::size_t>(index)];
}

Station station_of(const FlowSet& flows, const StepTaken& taken) {
    Station station{flows.find(taken.flow)};
    station.state = find_state(station.flow, taken.state);
    if (station.state == nullptr) return station;
    const auto& steps = station.state->steps;
    const auto step = std::ranges::find(steps, taken.step, &Step::id);
    if (step != steps.end()) station.step = &*step;
    return station;
}

bool asks_or_dials(const Step& step) {
    return std::holds_alternative<Menu>(step.what) || std::holds_alternative<Gather>(step.what) ||
           std::holds_alternative<Dial>(step.what) || std::holds_alternative<Record>(step.what) ||
           std::holds_alternative<Enqueue>(step.what);
}

// Where the call rests: at the step that was taken last, and asked. Nowhere once it is over.
Station resting_of(const FlowSet& flows, const TurnTrace& trace) {
    if (trace.taken.empty() || !trace.taken.back().outcome.empty()) return {};
    const Station station = station_of(flows, trace.taken.back());
    return station.step != nullptr && asks_or_dials(*station.step) ? station : Station{};
}

bool is_effect(const Step& step) { return flows::is_effect(step.what); }

// A step whose effect could not be asked for was taken all the same.
bool is_of(const PerformedEffect& effect, const StepTaken& taken) {
    return effect.id.flow == taken.flow && effect.id.state == taken.state &&
           effect.id.step == taken.step;
}

std::size_t notes_of(const Step& step) {
    if (const auto* tag = std::get_if<Tag>(&step.what)) return tag->tags.size();
    return std::holds_alternative<Result>(step.what) ? 1 : 0;
}

// ── how many verbs a step speaks ──

int verbs_in(const std::vector<Word>& words) {
    int count = 0;
    const Spoken* open = nullptr;  // the <Say> that the next words may join
    for (const Word& word : words) {
        if (const auto* spoken = std::get_if<Spoken>(&word)) {
            const bool joins = open != nullptr && !spoken->ssml &&
                               open->language == spoken->language && open->voice == spoken->voice;
            if (!joins) ++count;
            open = spoken->ssml ? nullptr : spoken;
        } else if (const auto* silence = std::get_if<Silence>(&word)) {
            if (silence->length.count() <= 0) continue;
            ++count;
            open = nullptr;
        } else {
            ++count;
            open = nullptr;
        }
    }
    return count;
}

int verbs_of(const Step& step, std::size_t language) {
    if (const auto* say = std::get_if<Say>(&step.what)) {
        return language < say->words.by_language.size() ? verbs_in(say->words.in(language)) : 0;
    }
    if (std::holds_alternative<Play>(step.what) || std::holds_alternative<Pause>(step.what)) {
        return 1;
    }
    if (const auto* twiml = std::get_if<Twiml>(&step.what)) {
        return static_cast<int>(std::ranges::count_if(twiml->verbs, [](const twiml::Node& node) {
            return std::holds_alternative<twiml::Element>(node);
        }));
    }
    return 0;
}

std::size_t language_in(const Flow& flow, std::string_view tag) {
    return static_cast<std::size_t>(std::max(flow.find_language(tag), 0));
}

// What a `set` makes of the call's language, where it stands there.
std::optional<std::string> language_set_by(const Step& step) {
    const auto* set = std::get_if<Set>(&step.what);
    if (set == nullptr) return std::nullopt;
    for (const Assignment& assignment : set->assignments) {
        if (assignment.language && assignment.value.is_constant()) {
            return std::string{assignment.value.constant()};
        }
    }
    return std::nullopt;
}

// ── what was heard, verb by verb ──

struct Verb {
    std::vector<Heard> heard{};
    bool waits = false;  // the question's own: it is heard where the call rests
};

std::vector<Verb> verbs_of(const PhoneTurn& turn, std::span<const Heard>& heard) {
    std::vector<Verb> verbs;
    const auto document = twiml::parse(turn.answer.response.body);
    if (!document) return verbs;
    const auto take = [&](const twiml::Element& element, Verb& verb) {
        const auto each = heard_of(element);
        if (!each || heard.empty()) return;
        Heard told = heard.front();
        told.called = false;
        if (told != *each) return;
        verb.heard.push_back(heard.front());
        heard = heard.subspan(1);
    };
    for (const twiml::Node& node : document->document.verbs) {
        const auto* element = std::get_if<twiml::Element>(&node);
        if (element == nullptr) continue;
        Verb& verb = verbs.emplace_back();
        take(*element, verb);
        verb.waits = element->name == "Gather" || element->name == "Record" ||
                     element->name == "Dial" || element->name == "Redirect" ||
                     element->name == "Hangup" || element->name == "Reject" ||
                     element->name == "Enqueue" || element->name == "Leave";
        for (const twiml::Node& inside : element->content) {
            if (const auto* word = std::get_if<twiml::Element>(&inside)) take(*word, verb);
        }
        const bool beeps =
            element->name == "Record" && !heard.empty() && heard.front().kind == Heard::Kind::beep;
        if (beeps) {
            verb.heard.push_back(heard.front());
            heard = heard.subspan(1);
        }
        if (verb.waits) break;
    }
    return verbs;
}

class Teller {
public:
    Teller(const FlowSet& flows, std::span<const Heard> heard) : flows_{flows}, heard_{heard} {}

    void tell(const PhoneTurn& turn) {
        const auto& trace = turn.answer.trace;
        if (!trace) return;
        const std::size_t first = scenes_.size();
        auto verbs = verbs_of(turn, heard_);
        const auto counts = verbs_a_step(*trace);
        const auto spoken = std::ranges::count_if(verbs, [](const Verb& v) { return !v.waits; });
        const bool exact = std::accumulate(counts.begin(), counts.end(), 0) == spoken;
        auto verb = verbs.begin();
        auto note = trace->tags.begin();
        auto effect = trace->effects.begin();
        for (std::size_t i = 0; i < trace->taken.size(); ++i) {
            const Station station = station_of(flows_, trace->taken[i]);
            if (station.step == nullptr) continue;
            const bool answered = asks_or_dials(*station.step) && !trace->taken[i].outcome.empty();
            if (answered) continue;  // it was left by what came from outside
            Scene& scene = at(station, turn.called, first);
            for (int n = 0; exact && n < counts[i] && verb != verbs.end(); ++n)
                hear(scene, station, *verb++);
            for (std::size_t n = notes_of(*station.step); n > 0 && note != trace->tags.end(); --n)
                scene.notes.push_back(*note++);
            if (is_effect(*station.step) && effect != trace->effects.end() &&
                is_of(*effect, trace->taken[i])) {
                scene.effects.emplace_back(effect_name(effect->effect), in_words(*effect));
                ++effect;
            }
        }
        // The question, or all of it where the verbs do not tell whose they are.
        const Station resting = resting_of(flows_, *trace);
        for (; verb != verbs.end(); ++verb) {
            if (resting.step != nullptr) {
                hear(at(resting, turn.called, first), resting, *verb);
            } else if (!verb->heard.empty()) {
                if (scenes_.size() == first) scenes_.push_back({.called = turn.called});
                std::ranges::move(verb->heard, std::back_inserter(scenes_.back().heard));
            }
        }
    }

    std::vector<Scene> take() {
        if (!heard_.empty()) {
            if (scenes_.empty()) scenes_.push_back({.called = heard_.front().called});
            auto& rest = scenes_.back().heard;
            rest.insert(rest.end(), heard_.begin(), heard_.end());
        }
        return std::move(scenes_);
    }

private:
    std::vector<int> verbs_a_step(const TurnTrace& trace) {
        std::vector<int> counts;
        for (const StepTaken& taken : trace.taken) {
            const Station station = station_of(flows_, taken);
            counts.push_back(0);
            if (station.step == nullptr) continue;
            if (language_.empty()) language_ = station.flow->languages.front().tag;
            counts.back() = verbs_of(*station.step, language_in(*station.flow, language_));
            if (auto set = language_set_by(*station.step)) language_ = std::move(*set);
        }
        if (!trace.language.empty()) language_ = trace.language;
        return counts;
    }

    // The scene in that state: the last one of the turn, or a new one.
    Scene& at(const Station& station, bool called, std::size_t first) {
        if (scenes_.size() > first) {
            Scene& last = scenes_.back();
            if (last.flow == station.flow->name && last.state == station.state->name) return last;
        }
        const Step* step = station.step;
        Scene& scene = scenes_.emplace_back();
        scene.flow = station.flow->name;
        scene.state = station.state->name;
        scene.file = step != nullptr ? step->file : station.flow->file;
        scene.line = step != nullptr ? step->span.begin.line : station.state->span.begin.line;
        scene.called = called;
        return scene;
    }

    static void hear(Scene& scene, const Station& station, Verb& verb) {
        if (scene.heard.empty() && station.step != nullptr) {
            scene.file = station.step->file;
            scene.line = station.step->span.begin.line;
        }
        std::ranges::move(verb.heard, std::back_inserter(scene.heard));
    }

    const FlowSet& flows_;
    std::span<const Heard> heard_;
    std::string language_{};  // of the call, as far as it has come
    std::vector<Scene> scenes_{};
};

}  // namespace

std::vector<Scene> scenes_of(const FlowSet& flows,
                             std::span<const std::shared_ptr<const PhoneTurn>> turns,
                             std::span<const Heard> heard) {
    Teller teller{flows, heard};
    for (const auto& turn : turns)
        teller.tell(*turn);
    return teller.take();
}

}  // namespace flows
