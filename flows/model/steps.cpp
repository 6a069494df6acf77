#include "flows/model/steps.hpp"

#include "flows/model/overloaded.hpp"

#include <array>

namespace flows {
namespace {

// In the order of StepWhat.
constexpr std::array<std::string_view, std::variant_size_v<StepWhat>> names{
    "say",      "play",    "pause",        "menu",         "gather",   "dial",    "record",
    "redirect", "hangup",  "reject",       "set",          "if",       "switch",  "limit",
    "go",       "do",      "return",       "result",       "tag",      "twiml",   "http",
    "sms",      "opt_out", "verify_start", "verify_check", "callback", "enqueue", "leave"};

// Of a question only what leads away by itself: silence and nonsense ask again (Retry).
constexpr std::array menu_outcomes{Outcome{"otherwise", true}};
constexpr std::array gather_outcomes{Outcome{"filled", false}, Outcome{"otherwise", true}};
constexpr std::array dial_outcomes{Outcome{"completed", false}, Outcome{"busy", true},
                                   Outcome{"no_answer", true}, Outcome{"failed", true},
                                   Outcome{"canceled", false}};
constexpr std::array screened_dial_outcomes{
    Outcome{"completed", false}, Outcome{"busy", true},   Outcome{"no_answer", true},
    Outcome{"declined", true},   Outcome{"failed", true}, Outcome{"canceled", false}};
constexpr std::array record_outcomes{Outcome{"recorded", false}, Outcome{"empty", true}};
constexpr std::array limit_outcomes{Outcome{"otherwise", true}};
constexpr std::array http_outcomes{Outcome{"ok", false}, Outcome{"denied", true},
                                   Outcome{"not_found", true}, Outcome{"slow", true},
                                   Outcome{"failed", true}};
constexpr std::array sms_outcomes{Outcome{"sent", false}, Outcome{"opted_out", true},
                                  Outcome{"refused", true}, Outcome{"failed", true},
                                  Outcome{"unknown", true}};
constexpr std::array verify_start_outcomes{Outcome{"pending", false}, Outcome{"refused", true},
                                           Outcome{"failed", true}};
constexpr std::array verify_check_outcomes{Outcome{"approved", false}, Outcome{"wrong", true},
                                           Outcome{"expired", true}, Outcome{"too_many", true},
                                           Outcome{"failed", true}};
constexpr std::array callback_outcomes{Outcome{"queued", false}, Outcome{"failed", true}};
constexpr std::array enqueue_outcomes{Outcome{"bridged", false}, Outcome{"left", true},
                                      Outcome{"full", true}, Outcome{"failed", true}};
constexpr std::array bounded_enqueue_outcomes{Outcome{"bridged", false}, Outcome{"left", true},
                                              Outcome{"full", true}, Outcome{"timeout", true},
                                              Outcome{"failed", true}};

template <class... Kinds> bool is_one_of(const StepWhat& what) {
    return (std::holds_alternative<Kinds>(what) || ...);
}

}  // namespace

std::string_view step_name(const StepWhat& what) {
    const auto* consent = std::get_if<Consent>(&what);
    return consent != nullptr && !consent->opts_out ? "opt_in" : names[what.index()];
}

std::span<const Outcome> outcomes_of(const StepWhat& what) {
    using Outcomes = std::span<const Outcome>;
    return std::visit(Overloaded{
                          [](const Menu&) -> Outcomes { return menu_outcomes; },
                          [](const Gather&) -> Outcomes { return gather_outcomes; },
                          [](const Dial& dial) -> Outcomes {
                              if (dial.screen) return screened_dial_outcomes;
                              return dial_outcomes;
                          },
                          [](const Record&) -> Outcomes { return record_outcomes; },
                          [](const Limit&) -> Outcomes { return limit_outcomes; },
                          [](const Http&) -> Outcomes { return http_outcomes; },
                          [](const Sms&) -> Outcomes { return sms_outcomes; },
                          [](const VerifyStart&) -> Outcomes { return verify_start_outcomes; },
                          [](const VerifyCheck&) -> Outcomes { return verify_check_outcomes; },
                          [](const CallBack&) -> Outcomes { return callback_outcomes; },
                          [](const Enqueue& enqueue) -> Outcomes {
                              if (enqueue.max_wait) return bounded_enqueue_outcomes;
                              return enqueue_outcomes;
                          },
                          [](const auto&) -> Outcomes { return {}; },
                      },
                      what);
}

bool waits(const StepWhat& what) {
    return is_one_of<Menu, Gather, Dial, Record, Redirect, Enqueue>(what);
}

bool speaks(const StepWhat& what) {
    return is_one_of<Say, Play, Pause, Menu, Gather, Dial, Record, Redirect, Hangup, Reject, Twiml,
                     Enqueue, Leave>(what);
}

bool may_be_in_line(const StepWhat& what) {
    return !speaks(what) || is_one_of<Say, Play, Pause, Menu, Gather, Hangup, Leave>(what);
}

bool is_effect(const StepWhat& what) {
    return is_one_of<Http, Sms, Consent, VerifyStart, VerifyCheck, CallBack>(what);
}

bool leaves(const StepWhat& what) {
    return is_one_of<Hangup, Reject, Redirect, Go, Return, Leave>(what);
}

}  // namespace flows
