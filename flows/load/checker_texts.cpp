#include "flows/load/checker_texts.hpp"

namespace flows::check {
namespace {

class Walk {
public:
    explicit Walk(const std::function<void(const TextUse&)>& visit) : visit_{visit} {}

    // Nothing to read in steps that are not named below.
    template <class Other> void operator()(const Other& /*step*/) const {}

    void operator()(const Say& say) const { words(say.words); }
    void operator()(const Play& play) const { text(Use::media, play.source); }
    void operator()(const Menu& menu) const {
        question(menu);
        for (const Choice& choice : menu.choices) {
            if (choice.when) condition(*choice.when);
        }
        attributes(menu.extra);
    }
    void operator()(const Gather& gather) const {
        question(gather);
        if (gather.must) condition(*gather.must, {gather.save});
        if (gather.confirm) words(*gather.confirm, {gather.save});
        attributes(gather.extra);
    }
    void operator()(const Dial& dial) const {
        for (const DialNoun& noun : dial.nouns)
            text(Use::address, noun.address);
        if (dial.whisper) words(*dial.whisper);
        if (dial.screen) words(*dial.screen);
        if (dial.caller_id) text(Use::caller_id, *dial.caller_id);
        attributes(dial.extra);
        attributes(dial.noun_extra);
    }
    void operator()(const Record& record) const { attributes(record.extra); }
    void operator()(const Enqueue& enqueue) const {
        text(Use::attribute, enqueue.queue);
        attributes(enqueue.extra);
    }
    void operator()(const Redirect& redirect) const { text(Use::url, redirect.url); }
    void operator()(const Set& set) const {
        std::vector<int> set_already;
        for (const Assignment& assignment : set.assignments) {
            visit_({.use = Use::value,
                    .text = &assignment.value,
                    .into = assignment.language ? -1 : assignment.variable,
                    .sees = set_already});
            if (!assignment.language) set_already.push_back(assignment.variable);
        }
    }
    void operator()(const If& test) const { condition(test.condition); }
    void operator()(const Switch& choice) const { condition(choice.value); }
    void operator()(const Do& called) const {
        for (const auto& [take, value] : called.with)
            argument(value, take);
    }
    void operator()(const Return& back) const {
        for (const auto& [give, value] : back.gives)
            argument(value, give);
    }
    void operator()(const Tag& tag) const {
        for (const auto& [name, value] : tag.tags)
            text(Use::tag, value);
    }
    void operator()(const Http& http) const {
        text(Use::url, http.url);
        for (const auto& [name, value] : http.headers)
            text(Use::header, value);
        if (http.body) json(*http.body);
    }
    void operator()(const Sms& sms) const {
        text(Use::number, sms.to);
        for (std::size_t language = 0; language < sms.text.size(); ++language) {
            visit_({.use = Use::message,
                    .text = &sms.text[language],
                    .language = static_cast<int>(language)});
        }
        for (const auto& [name, value] : sms.template_values)
            text(Use::message, value);
        for (const Text& url : sms.media)
            text(Use::media, url);
        if (sms.from) text(Use::number, *sms.from);
    }
    void operator()(const Consent& consent) const { text(Use::number, consent.number); }
    void operator()(const VerifyStart& start) const { text(Use::number, start.to); }
    void operator()(const VerifyCheck& check) const { text(Use::code, check.code); }
    void operator()(const CallBack& callback) const { text(Use::number, callback.number); }

private:
    template <class Question> void question(const Question& question) const {
        words(question.say);
        if (question.again.span != question.say.span) words(question.again);
        for (const Words& retry : question.noinput.words)
            words(retry);
        for (const Words& retry : question.nomatch.words)
            words(retry);
    }
    void words(const Words& words, const std::vector<int>& sees = {}) const {
        for (std::size_t language = 0; language < words.by_language.size(); ++language) {
            for (const Word& word : words.by_language[language]) {
                const Text* text = nullptr;
                Use use = Use::spoken;
                if (const auto* spoken = std::get_if<Spoken>(&word)) text = &spoken->text;
                if (const auto* played = std::get_if<Played>(&word)) {
                    text = &played->source;
                    use = Use::media;
                }
                if (text == nullptr) continue;
                visit_({.use = use,
                        .text = text,
                        .language = static_cast<int>(language),
                        .sees = sees});
            }
        }
    }
    void text(Use use, const Text& text) const { visit_({.use = use, .text = &text}); }
    void json(const JsonText& value) const {
        if (value.kind == JsonText::Kind::text) text(Use::body, value.text);
        for (const JsonText& item : value.items)
            json(item);
    }
    void argument(const Text& text, int into) const {
        visit_({.use = Use::value, .text = &text, .into = into});
    }
    void condition(const Expression& expression, std::vector<int> sees = {}) const {
        visit_({.use = Use::condition, .expression = &expression, .sees = std::move(sees)});
    }
    void attributes(const ExtraAttributes& extra) const {
        for (const ExtraAttribute& attribute : extra)
            text(Use::attribute, attribute.value);
    }

    const std::function<void(const TextUse&)>& visit_;
};

}  // namespace

void for_each_text(const Step& step, const std::function<void(const TextUse&)>& visit) {
    std::visit(Walk{visit}, step.what);
}

}  // namespace flows::check
