#include "flows/tools/spoken_languages.hpp"

#include <set>

namespace flows {
namespace {

class Collector {
public:
    std::set<std::string> languages{"en-US"};  // what an apology falls back to

    void add(const Flow& flow) {
        for (const Language& language : flow.languages)
            languages.insert(language.tag);
        for (const State& state : flow.states) {
            for (const Step& step : state.steps)
                std::visit([this](const auto& what) { add(what); }, step.what);
        }
    }

private:
    void add(const Words& words) {
        for (const auto& list : words.by_language) {
            for (const Word& word : list) {
                if (const auto* spoken = std::get_if<Spoken>(&word))
                    languages.insert(spoken->language);
            }
        }
    }
    void add(const Retry& retry) {
        for (const Words& words : retry.words)
            add(words);
    }
    void add(const Say& say) { add(say.words); }
    void add(const Menu& menu) {
        add(menu.say);
        add(menu.again);
        add(menu.noinput);
        add(menu.nomatch);
    }
    void add(const Gather& gather) {
        add(gather.say);
        add(gather.again);
        add(gather.noinput);
        add(gather.nomatch);
        if (gather.confirm) add(*gather.confirm);
    }
    void add(const Dial& dial) {
        if (dial.whisper) add(*dial.whisper);
        if (dial.screen) add(*dial.screen);
    }
    void add(const Twiml& fragment) { add(fragment.verbs); }
    void add(const std::vector<twiml::Node>& nodes) {
        for (const twiml::Node& node : nodes) {
            const auto* element = std::get_if<twiml::Element>(&node);
            if (element == nullptr) continue;
            if (const std::string* language = element->find("language"))
                languages.insert(*language);
            add(element->content);
        }
    }
    template <class Silent> void add(const Silent&) {}
};

}  // namespace

std::vector<std::string> languages_spoken(const std::vector<const Flow*>& flows) {
    Collector collector;
    for (const Flow* flow : flows)
        collector.add(*flow);
    return {collector.languages.begin(), collector.languages.end()};
}

}  // namespace flows
