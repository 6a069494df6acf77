// Random flows that load would accept in form: every place exists, every variable has its type.
// They may loop, fall off the end or fail: what runs them has to bear that.
#pragma once

#include "tests/support/arbitrary.hpp"
#include "tests/support/flow_builder.hpp"

#include <rapidcheck.h>

namespace support {

class ArbitraryFlow {
public:
    ArbitraryFlow(std::string name, std::vector<std::string> callees, bool asks_the_world = false)
        : callees_{std::move(callees)}, asks_the_world_{asks_the_world}, flow_{std::move(name)} {
        flow_.language("en-US", "Polly.Joanna").language("es-MX");
        for (const char* type :
             {"digits(1-6)", "text(40)", "bool", "recording", "number", "phone"}) {
            flow_.variable("v" + std::to_string(flow_.flow().variables.size()), type);
        }
        flow_.flow().takes = {0, 2};
        flow_.flow().gives = {{.name = "given", .type = *flows::parse_type("text(20)")}};
        flow_.flow().ends = {"done", "gave_up"};
        flow_.flow().results = {"served"};
        count_ = *rc::gen::inRange(1, 5);
        for (int i = 0; i < count_; ++i)
            flow_.to(state(i));
        for (int i = 0; i < count_; ++i) {
            std::vector<flows::Step> steps;
            const int length = *rc::gen::inRange(1, 5);
            for (int n = 0; n < length; ++n)
                steps.push_back(arbitrary_step(n, length));
            flow_.state(state(i), std::move(steps));
        }
        if (chance(3)) flow_.flow().hung_up = *rc::gen::inRange(0, count_);
        if (chance(3)) flow_.flow().otherwise = flow_.to(state(*rc::gen::inRange(0, count_)));
    }

    std::shared_ptr<const flows::Flow> build() { return flow_.build(); }

private:
    static std::string state(int index) { return "s" + std::to_string(index); }
    static bool chance(int in) { return *rc::gen::inRange(0, in) == 0; }

    flows::Target place() {
        const int kind = *rc::gen::inRange(0, 8);
        if (kind == 0) return place_next();
        if (kind == 1) return place_again();
        return flow_.to(state(*rc::gen::inRange(0, count_)));
    }

    static std::vector<flows::Word> heard(const std::string& language) {
        std::vector<flows::Word> parts;
        const int count = *rc::gen::inRange(0, 4);
        for (int i = 0; i < count; ++i) {
            switch (*rc::gen::inRange(0, 6)) {
            case 0:
                parts.emplace_back(flows::Played{text("a b.mp3")});
                break;
            case 1:
                parts.emplace_back(flows::Silence{std::chrono::milliseconds{700}});
                break;
            case 2:
                parts.emplace_back(spoken(std::string(20'000, 'x'), language));
                break;
            case 3: {
                flows::Spoken said = spoken("", language);
                said.text = insert(variable(1, *flows::parse_type("text(40)")));
                parts.emplace_back(std::move(said));
                break;
            }
            default:
                parts.emplace_back(spoken(*arbitrary_text(40) + ".", language));
            }
        }
        return parts;
    }
    static flows::Words arbitrary_words() {
        flows::Words made;
        made.by_language = {heard("en-US"), heard("es-MX")};
        return made;
    }
    flows::Retry arbitrary_retry() {
        flows::Retry retry;
        if (chance(4)) retry.go = place();
        if (chance(2)) retry.words = {arbitrary_words(), arbitrary_words()};
        return retry;
    }
    flows::Menu arbitrary_menu() {
        flows::Menu menu;
        menu.say = arbitrary_words();
        menu.again = arbitrary_words();
        menu.speech = chance(2);
        menu.tries = *rc::gen::inRange(1, 4);
        for (const char* key : {"1", "2", "#", "1x"}) {
            flows::Choice choice;
            choice.key = key;
            choice.phrases = {{"sales"}, {"ventas"}};
            choice.go = place();
            if (choice.key == "1x") choice.save = 0;
            menu.choices.push_back(std::move(choice));
        }
        menu.noinput = arbitrary_retry();
        menu.nomatch = arbitrary_retry();
        return menu;
    }
    flows::Gather arbitrary_gather() {
        flows::Gather gather;
        gather.say = arbitrary_words();
        gather.again = arbitrary_words();
        gather.save = *rc::gen::elementOf(std::vector<int>{0, 1, 4, 5});
        gather.digits_at_most = *rc::gen::inRange(0, 6);
        gather.speech = chance(2);
        if (chance(2)) gather.confirm = arbitrary_words();
        if (chance(3)) gather.must = literal(*rc::gen::arbitrary<bool>());
        gather.noinput = arbitrary_retry();
        gather.nomatch = arbitrary_retry();
        gather.tries = *rc::gen::inRange(1, 4);
        return gather;
    }
    static flows::Dial arbitrary_dial() {
        flows::Dial dial;
        const int count = *rc::gen::inRange(1, 4);
        for (int i = 0; i < count; ++i) {
            dial.nouns.push_back(
                {flows::NounKind::number, text(chance(3) ? "12" : "+12025550101")});
        }
        dial.one_by_one = chance(2);
        if (chance(2)) dial.whisper = arbitrary_words();
        if (chance(2)) dial.screen = arbitrary_words();
        return dial;
    }
    flows::StepWhat arbitrary_effect() {
        using std::chrono::seconds;
        const flows::Text number = text(chance(5) ? "anonymous" : "+12025550123");
        switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return flows::Sms{.to = number, .text = {text("Hello."), text("Hola.")}};
        case 1:
            return flows::VerifyStart{.to = number};
        case 2:
            return flows::VerifyCheck{.code = text("1234")};
        case 3:
            return flows::CallBack{.number = number, .go = flow_.to(state(0))};
        case 4:
            return flows::Consent{.number = number};
        default: {
            flows::Http http{.method = "GET",
                             .url = text("https://crm.test/a"),
                             .timeout = seconds{*rc::gen::inRange(1, 12)}};
            if (chance(3)) http.save = {{1, "/name"}};
            return http;
        }
        }
    }
    flows::StepWhat what(int index, int length) {
        if (asks_the_world_ && chance(2)) return arbitrary_effect();
        switch (*rc::gen::inRange(0, 19)) {
        case 0:
        case 1:
            return arbitrary_menu();
        case 2:
            return arbitrary_gather();
        case 3:
            return arbitrary_dial();
        case 4: {
            flows::Record record;
            record.max_length = std::chrono::seconds{60};
            record.save = 3;
            if (chance(2)) record.stored = later();
            if (chance(2)) record.transcribed = later();
            return record;
        }
        case 5:
            return flows::Set{{{.variable = 2, .value = text("true")},
                               {.language = true, .value = text(chance(9) ? "fr-FR" : "es-MX")}}};
        case 6: {
            flows::If decision{.condition = variable(2, *flows::parse_type("bool"))};
            if (chance(2)) decision.then_go = place();
            if (chance(2)) decision.else_step = *rc::gen::inRange(index, length);
            return decision;
        }
        case 7:
            return flows::Switch{variable(1, *flows::parse_type("text(40)")),
                                 {{std::string{"a"}, place()}}};
        case 8:
            return flows::Limit{*rc::gen::inRange(1, 4)};
        case 9:
            return flows::Go{place()};
        case 10:
            if (callees_.empty()) return flows::Hangup{};
            return flows::Do{.flow = *rc::gen::elementOf(callees_),
                             .with = {{0, text("12")}, {1, text("true")}},
                             .save = {{1, 0}}};
        case 11:
            return flows::Return{"done", {{0, text("given")}}};
        case 12:
            return flows::Result{0};
        case 13:
            return flows::Tag{{{"line", text("sales")}}};
        case 14:
            return flows::Hangup{};
        case 15:
            return flows::Pause{std::chrono::seconds{1}};
        case 16: {
            flows::Enqueue enqueue{.queue = text(chance(5) ? "" : "sales")};
            if (!chance(4)) enqueue.wait = *rc::gen::inRange(0, count_);
            if (chance(2)) enqueue.max_wait = std::chrono::seconds{60};
            return enqueue;
        }
        case 17:
            return flows::Leave{};
        default:
            return flows::Say{.words = arbitrary_words()};
        }
    }
    flows::Later later() {
        return {*rc::gen::inRange(0, count_), {flows::CallFact::from, flows::CallFact::to}};
    }
    flows::Step arbitrary_step(int index, int length) {
        flows::Step made = step(what(index, length));
        if (chance(2)) made.otherwise = place();
        for (const char* outcome :
             {"busy", "failed", "empty", "done", "noinput", "wrong", "left"}) {
            if (chance(4)) made.on.push_back({outcome, place()});
        }
        return made;
    }

    std::vector<std::string> callees_;
    bool asks_the_world_;
    int count_ = 0;
    FlowBuilder flow_;
};

}  // namespace support
