#include "flows/tools/effect_script.hpp"

#include "flows/model/overloaded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace flows {
namespace {

// Outcomes that `verify` has for a start alone. `failed` belongs to whichever step asks next.
bool is_of_start(std::string_view outcome) { return outcome == "pending" || outcome == "refused"; }

// The sid of the code that number `index` of the effects sent; made up, the same each time.
std::string verification_sid(std::size_t index) { return fmt::format("VE{:032x}", index + 1); }

// "~1" is a slash, "~0" a tilde. Source: RFC 6901, 4.
std::string unescaped(std::string_view token) {
    std::string result;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape =
            token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
        result += !escape ? token[i] : token[++i] == '0' ? '~' : '/';
    }
    return result;
}

const config::YamlNode* item_of(const config::YamlNode& list, const std::string& token) {
    std::size_t index = 0;
    const char* end = token.data() + token.size();
    const auto [read, error] = std::from_chars(token.data(), end, index);
    const bool padded = token.size() > 1 && token[0] == '0';
    if (error != std::errc{} || read != end || padded || index >= list.items.size()) return nullptr;
    return &list.items[index];
}

// What the step goes on with where its deadline came before the answer. Source: design, "Effects
// happen once"; a callback is a row that stands already.
EffectResult too_late(const Effect& effect, std::size_t index) {
    return std::visit(Overloaded{
                          [](const Lookup&) { return EffectResult{"slow"}; },
                          [](const TextMessage&) { return EffectResult{"unknown"}; },
                          [&](const StartVerification&) {
                              return EffectResult{"pending", {verification_sid(index)}};
                          },
                          [](const RequestCallback&) { return EffectResult{"queued"}; },
                          [](const auto&) { return EffectResult{"failed"}; },
                      },
                      effect);
}

EffectResult result_of(const HttpAnswer& answer, const Lookup& lookup) {
    if (answer.fails) return {"failed"};
    EffectResult result{std::string{outcome_of_status(answer.status)}};
    if (result.outcome != "ok") return result;
    for (const std::string& pointer : lookup.pointers)
        result.values.push_back(value_behind(answer.body, pointer));
    return result;
}

}  // namespace

std::string key_of(const Lookup& lookup) { return lookup.method + ' ' + lookup.url; }

std::string_view outcome_of_status(int status) {
    if (status >= 200 && status <= 299) return "ok";
    if (status == 401 || status == 403) return "denied";
    if (status == 404 || status == 410) return "not_found";
    return "failed";
}

std::optional<std::string> value_behind(const config::YamlNode& body, std::string_view pointer) {
    const config::YamlNode* node = &body;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return std::nullopt;
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        const std::string token = unescaped(pointer.substr(0, end));
        node = node->is_map()    ? node->find(token)
               : node->is_list() ? item_of(*node, token)
                                 : nullptr;
        if (node == nullptr) return std::nullopt;
        pointer.remove_prefix(end);
    }
    if (!node->is_scalar()) return std::nullopt;
    if (!node->is_quoted() && node->text == "null") return std::nullopt;
    return node->text;
}

EffectScript::EffectScript(ScriptedAnswers answers, Unscripted unscripted)
    : answers_{std::move(answers)}, used_http_(answers_.http.size()), unscripted_{unscripted} {}

const PerformedEffect* EffectScript::perform(std::string_view call_sid,
                                             const EffectRequest& request, Now now, bool decides) {
    const auto known = std::ranges::find_if(performed_, [&](const PerformedEffect& each) {
        return each.call_sid == call_sid && each.id == request.id;
    });
    if (known != performed_.end()) return &*known;
    PerformedEffect done{.call_sid = std::string{call_sid},
                         .id = request.id,
                         .effect = request.effect,
                         .asked = now,
                         .ends = now};
    if (!answer(done)) {
        if (unscripted_ == Unscripted::asks && !decides) return nullptr;
        done.result = {"failed"};
    }
    if (done.ends > now + request.deadline) {
        done.ends = now + request.deadline;
        done.result = too_late(request.effect, performed_.size());
    }
    return &performed_.emplace_back(std::move(done));
}

// False: no answer is there for it.
bool EffectScript::answer(PerformedEffect& done) {
    return std::visit(Overloaded{
                          [&](const Lookup& lookup) { return look_up(done, lookup); },
                          [&](const TextMessage&) {
                              const bool scripted = used_sms_ < answers_.sms.size();
                              done.result = {scripted ? answers_.sms[used_sms_++].outcome : "sent"};
                              return true;
                          },
                          [&](const StartVerification&) {
                              send_code(done);
                              return true;
                          },
                          [&](const CheckVerification&) { return check_code(done); },
                          [&](const RequestCallback&) {
                              done.result = {"queued"};
                              return true;
                          },
                          [&](const ChangeConsent&) {
                              done.result = {"done"};
                              return true;
                          },
                      },
                      done.effect);
}

bool EffectScript::look_up(PerformedEffect& done, const Lookup& lookup) {
    const std::string key = key_of(lookup);
    bool had_some = false;
    for (std::size_t i = 0; i < answers_.http.size(); ++i) {
        const HttpAnswer& each = answers_.http[i];
        if (each.asked != key) {
            if (!used_http_[i]) done.near.push_back(each.asked);
            continue;
        }
        had_some = true;
        if (used_http_[i]) continue;
        used_http_[i] = true;
        done.near.clear();
        done.answer = each;
        done.ends = done.asked + each.takes;
        done.result = result_of(each, lookup);
        return true;
    }
    done.unscripted = had_some ? "its answers are used up" : "none is scripted";
    return false;
}

void EffectScript::send_code(PerformedEffect& done) {
    done.result = {"pending"};
    if (used_verify_ < answers_.verify.size()) {
        const std::string& next = answers_.verify[used_verify_].outcome;
        if (is_of_start(next) || next == "failed") {
            done.result = {next};
            ++used_verify_;
        }
    }
    if (done.result.outcome == "pending")
        done.result.values = {verification_sid(performed_.size())};
}

bool EffectScript::check_code(PerformedEffect& done) {
    if (used_verify_ == answers_.verify.size()) {
        done.unscripted = answers_.verify.empty() ? "none is scripted" : "its answers are used up";
        return false;
    }
    const std::string& next = answers_.verify[used_verify_].outcome;
    if (is_of_start(next)) {
        done.unscripted = fmt::format("next is {}, which comes of verify_start", next);
        return false;
    }
    ++used_verify_;
    done.result = {next};
    return true;
}

const CallState* EffectScript::callback(std::size_t index) const {
    if (index >= performed_.size()) return nullptr;
    const auto* request = std::get_if<RequestCallback>(&performed_[index].effect);
    return request != nullptr ? &request->begins_in : nullptr;
}

std::vector<HttpAnswer> EffectScript::unused_http() const {
    std::vector<HttpAnswer> unused;
    for (std::size_t i = 0; i < answers_.http.size(); ++i) {
        if (!used_http_[i]) unused.push_back(answers_.http[i]);
    }
    return unused;
}

std::vector<ScriptedOutcome> EffectScript::unused_sms() const {
    return {answers_.sms.begin() + static_cast<std::ptrdiff_t>(used_sms_), answers_.sms.end()};
}

std::vector<ScriptedOutcome> EffectScript::unused_verify() const {
    return {answers_.verify.begin() + static_cast<std::ptrdiff_t>(used_verify_),
            answers_.verify.end()};
}

void EffectScript::add(HttpAnswer answer) {
    answers_.http.push_back(std::move(answer));
    used_http_.push_back(false);
}

void EffectScript::add_verification(std::string outcome) {
    answers_.verify.push_back({std::move(outcome), {}});
}

// ── for people ──

std::string_view effect_name(const Effect& effect) {
    return std::visit(
        Overloaded{
            [](const Lookup&) -> std::string_view { return "http"; },
            [](const TextMessage&) -> std::string_view { return "sms"; },
            [](const StartVerification&) -> std::string_view { return "verify_start"; },
            [](const CheckVerification&) -> std::string_view { return "verify_check"; },
            [](const RequestCallback&) -> std::string_view { return "callback"; },
            [](const ChangeConsent& change) -> std::string_view {
                return change.opts_out ? "opt_out" : "opt_in";
            },
        },
        effect);
}

std::string in_words(const Effect& effect) {
    return std::visit(
        Overloaded{
            [](const Lookup& lookup) { return key_of(lookup); },
            [](const TextMessage& message) {
                return fmt::format("to {}: {}", message.to,
                                   message.text.empty() ? message.template_sid : message.text);
            },
            [](const StartVerification& start) {
                return fmt::format("to {} by {}", start.to, start.channel);
            },
            [](const CheckVerification&) { return std::string{"the code that was entered"}; },
            [](const RequestCallback& request) {
                return request.queue.empty()
                           ? request.number
                           : fmt::format("{} in the line {}", request.number, request.queue);
            },
            [](const ChangeConsent& change) { return change.number; },
        },
        effect);
}

std::string in_words(const PerformedEffect& performed) {
    return fmt::format("{}: {}", in_words(performed.effect), performed.result.outcome);
}

std::string logged(const PerformedEffect& performed) {
    const auto* lookup = std::get_if<Lookup>(&performed.effect);
    const std::string what = lookup != nullptr ? ' ' + key_of(*lookup) : std::string{};
    return fmt::format("{}{}: {}", effect_name(performed.effect), what, performed.result.outcome);
}

}  // namespace flows
