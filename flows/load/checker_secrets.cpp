#include "flows/load/checker_parts.hpp"
#include "flows/load/checker_texts.hpp"
#include "flows/load/expression_parser.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace flows::check {
namespace {

// Where a text goes, in words; empty where a secret may go.
std::string_view reaches(Use use) {
    switch (use) {
    case Use::spoken:
        return "would be spoken";
    case Use::media:
        return "would stand readable in the URL of what is played or sent";
    case Use::url:
        return "would stand readable in a URL";
    case Use::address:
        return "would be dialled, and stand in logs";
    case Use::caller_id:
        return "would be shown to who is called";
    case Use::attribute:
        return "would stand readable in the TwiML";
    case Use::tag:
        return "would stand in the journal and the numbers";
    case Use::value:
        return "would become a value that is not secret";
    case Use::number:
        return "would be used as a number, and stand in logs";
    case Use::message:
        return "would be sent in a text message";
    case Use::header:
    case Use::body:
    case Use::code:
    case Use::condition:
        break;
    }
    return {};
}

std::string_view hint_for(Use use) {
    if (use == Use::value) return "declare what takes it as secret too";
    if (use == Use::spoken) return "a secret is never read back; leave it out of the words";
    return "leave it out; a secret may be compared, kept, and sent in a header or the body of a "
           "look-up only";
}

// Whether the value of this use goes into something that is secret itself.
bool goes_into_secret(const Flow& flow, const FlowSet& set, const Step& step, const TextUse& use) {
    const auto is_secret = [](const std::vector<Variable>& variables, int index) {
        return index >= 0 && static_cast<std::size_t>(index) < variables.size() &&
               variables[static_cast<std::size_t>(index)].type.secret;
    };
    if (use.use != Use::value) return false;
    if (std::holds_alternative<Set>(step.what)) return is_secret(flow.variables, use.into);
    if (std::holds_alternative<Return>(step.what)) return is_secret(flow.gives, use.into);
    const auto* called = std::get_if<Do>(&step.what);
    const Flow* callee = called != nullptr ? set.find(called->flow) : nullptr;
    if (callee == nullptr) return true;  // it has errors of its own
    const auto take = static_cast<std::size_t>(use.into);
    return take < callee->takes.size() && is_secret(callee->variables, callee->takes[take]);
}

// A secret result of a called flow saved in a variable that is not secret.
void check_saved(const Flow& flow, const FlowSet& set, const Step& step,
                 config::Diagnostics& findings) {
    const auto* called = std::get_if<Do>(&step.what);
    const Flow* callee = called != nullptr ? set.find(called->flow) : nullptr;
    if (callee == nullptr) return;
    for (const auto& [ours, theirs] : called->save) {
        const auto give = static_cast<std::size_t>(theirs);
        const auto variable = static_cast<std::size_t>(ours);
        if (give >= callee->gives.size() || variable >= flow.variables.size()) continue;
        if (!callee->gives[give].type.secret || flow.variables[variable].type.secret) continue;
        report(findings, "SB803", step.file, step.span,
               fmt::format(R"(the secret "{}" of flow {} would become "{}", which is not secret)",
                           callee->gives[give].name, callee->name, flow.variables[variable].name),
               std::string{hint_for(Use::value)});
    }
}

}  // namespace

void check_secrets(const Flow& flow, const FlowSet& set, config::Diagnostics& findings) {
    const Names names{&flow.variables, &flow.settings, &flow.hours, &flow.languages};
    for (const State& state : flow.states) {
        for (const Step& step : state.steps) {
            std::vector<std::string> told;
            for_each_text(step, [&](const TextUse& use) {
                if (use.text == nullptr || reaches(use.use).empty()) return;
                if (goes_into_secret(flow, set, step, use)) return;
                for (const SecretRead& secret : secret_reads(*use.text, names)) {
                    if (std::ranges::count(told, secret.name) != 0) continue;
                    told.push_back(secret.name);
                    report(findings, "SB803", file_of(*use.text, step), secret.span,
                           fmt::format("\"{}\" is secret and {}", secret.name, reaches(use.use)),
                           std::string{hint_for(use.use)});
                }
            });
            check_saved(flow, set, step, findings);
        }
    }
}

}  // namespace flows::check
