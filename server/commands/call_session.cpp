#include "server/commands/call_session.hpp"

#include "flows/model/overloaded.hpp"
#include "flows/tools/heard.hpp"
#include "flows/tools/in_process.hpp"
#include "server/commands/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace server {
namespace {

// A test knows the settings of its file, and no rules of an operator.
struct Saved {
    std::string name{};
    std::string why_not{};
};

Saved save_call(const CallWorld& world, flows::CallToSave call) {
    const std::string path = world.tests.generic_string();
    std::string text;
    bool is_new = true;
    if (std::ifstream in{world.tests, std::ios::binary}; in) {
        text.assign(std::istreambuf_iterator<char>{in}, {});
        is_new = text.find_first_not_of(" \t\r\n") == std::string::npos;
    }
    flows::WrittenValues values = world.written;
    if (!is_new) {
        const auto head = flows::read_test_file_head({path, text});
        if (!head) return {{}, fmt::format("{} is not sound YAML: mend it first", path)};
        if (head->flow != world.flow->name)
            return {{}, fmt::format("{} holds tests of the flow {}", path, head->flow)};
        values = head->settings;
    }
    const auto settings = settings_of(world.set, *world.flow, values);
    call.transport = flows::InProcess{{.flows = &world.set, .settings = &settings}};
    auto written = flows::write_test(call);
    if (auto* misread = std::get_if<flows::Misread>(&written)) return {{}, misread->why};
    auto& test = std::get<flows::SavedTest>(written);
    if (is_new) {
        text = flows::new_test_file(*world.flow, values, test);
    } else {
        auto with = flows::with_test({path, text}, test);
        if (auto* misread = std::get_if<flows::Misread>(&with)) return {{}, misread->why};
        auto& [name, whole] = std::get<flows::TestFileText>(with);
        test.name = name;
        text = std::move(whole);
    }
    std::ofstream out{world.tests, std::ios::binary | std::ios::trunc};
    out << text;
    out.close();
    if (!out) return {{}, fmt::format("{} cannot be written", path)};
    return {test.name, {}};
}

}  // namespace

CallSession::CallSession(const CallWorld& world, const flows::CallBegins& begins,
                         const CallView& view, Speaker* speaker)
    : world_{world}, begins_{begins}, view_{view}, speaker_{speaker},
      transport_{flows::InProcess{{.flows = &world.set,
                                   .settings = &world.settings,
                                   .dial_rules = &world.dial_rules,
                                   .now = begins.at}}},
      call_{begins, transport_} {
    show(view_.begins(begins_));
    show_since({});
}

CallSession::Seen CallSession::seen() const {
    return {call_.phone().turns().size(), call_.phone().heard().size()};
}

void CallSession::show(std::string_view text) const {
    fmt::print("{}", text);
    std::fflush(stdout);
}

void CallSession::show_since(const Seen& before) const {
    const flows::Phone& phone = call_.phone();
    const auto turns = std::span{phone.turns()}.subspan(before.turns);
    const auto heard = std::span{phone.heard()}.subspan(before.heard);
    show(view_.went(flows::scenes_of(world_.set, turns, heard), call_));
    if (speaker_ == nullptr) return;
    for (const flows::Heard& each : heard) {
        if (each.kind == flows::Heard::Kind::words) speaker_->say(each.text, each.language);
    }
}

// An answer to a look-up without a body gets one that saves what the step wants.
flows::Act CallSession::filled(const flows::Act& act) const {
    const auto* effect = std::get_if<flows::EndEffect>(&act);
    const auto* asked = std::get_if<flows::Undecided>(&call_.phone().waiting());
    const bool made_up =
        effect != nullptr && asked != nullptr && effect->outcome == "ok" && effect->body.empty();
    if (!made_up) return act;
    return flows::EndEffect{"ok", stand_in_body(world_.set, *asked)};
}

bool CallSession::act(const flows::Act& act, std::string& why_not) {
    const Seen before = seen();
    const std::size_t done = call_.done().size();
    auto refused = call_.act(filled(act));
    if (call_.done().size() > done) {
        before_acts_.push_back(before);
        show_since(before);
    }
    if (!refused) return true;
    why_not = std::move(*refused);
    return false;
}

void CallSession::act_all(const flows::Acts& acts) {
    for (const flows::Act& each : acts) {
        std::string why_not;
        if (act(each, why_not)) continue;
        show(view_.refused(why_not));
        break;
    }
}

void CallSession::go_back() {
    const bool could = call_.back();
    show(view_.stepped_back(could));
    if (!could) return;
    before_acts_.pop_back();
    show_since(before_acts_.empty() ? Seen{} : before_acts_.back());
}

void CallSession::show_twiml() const {
    const auto& turns = call_.phone().turns();
    const auto last = std::find_if(turns.rbegin(), turns.rend(), [](const auto& turn) {
        return !turn->answer.response.body.empty();
    });
    if (last != turns.rend()) show(view_.twiml(flows::comparable((*last)->answer.response.body)));
}

void CallSession::save(const std::string& name) const {
    const Saved saved = save_call(
        world_, {.name = name, .flow = world_.flow, .begins = begins_, .done = call_.done()});
    show(saved.why_not.empty() ? view_.saved(saved.name, world_.tests.generic_string())
                               : view_.refused(saved.why_not));
}

void CallSession::hang_up() {
    if (!call_.phone().is_over()) act_all({flows::HangUp{}});
}

int CallSession::exit_code() const {
    const auto* ended = std::get_if<flows::Ended>(&call_.phone().waiting());
    const bool failed = ended != nullptr && ended->how == flows::Ended::How::failed;
    return failed ? exit_findings : exit_fine;
}

int CallSession::converse(LineEditor& lines) {
    bool is_put_down = false;
    while (!is_put_down) {
        const auto line = lines.read(
            call_.phone().is_over() ? "s saves it as a test, u goes back, Enter leaves > " : "> ");
        if (speaker_ != nullptr && lines.is_terminal()) speaker_->interrupt();
        if (!line) {
            if (lines.is_terminal()) show("\n");
            break;
        }
        std::visit(flows::Overloaded{
                       [&](const flows::Acts& acts) { act_all(acts); },
                       [&](const flows::ShowTwiml&) { show_twiml(); },
                       [&](const flows::StepBack&) { go_back(); },
                       [&](const flows::SaveTest& wanted) { save(wanted.name); },
                       [&](const flows::ShowHelp&) { show(view_.help()); },
                       [&](const flows::PutDown&) { is_put_down = true; },
                       [&](const flows::Misread& misread) { show(view_.refused(misread.why)); },
                   },
                   flows::read_line(*line, call_.phone()));
    }
    hang_up();
    if (speaker_ != nullptr && !lines.is_terminal()) speaker_->finish();
    return exit_code();
}

int CallSession::play(const flows::Acts& script) {
    for (const flows::Act& each : script) {
        show(view_.did(each));
        std::string why_not;
        if (!act(each, why_not)) {
            show(view_.refused(why_not));
            fmt::print(stderr, "switchboard call: the call did not survive \"{}\": {}\n",
                       flows::to_text(each), why_not);
            return exit_findings;
        }
    }
    if (!call_.phone().is_over()) {
        show(view_.did(flows::HangUp{}));
        hang_up();
    }
    if (speaker_ != nullptr) speaker_->finish();
    if (exit_code() != exit_fine) {
        fmt::print(stderr, "switchboard call: {}\n", flows::in_words(call_.phone().waiting()));
    }
    return exit_code();
}

}  // namespace server
