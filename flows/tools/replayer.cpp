#include "flows/tools/replayer.hpp"

#include "flows/tools/followed.hpp"
#include "flows/tools/heard.hpp"
#include "twiml/parse.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace flows {
namespace {

// Where a call, or a dialled leg of it, stands: the last document and the target it came from.
struct Leg {
    twiml::Document document{};
    std::string base{};
    TapeResponse answer{};
};

constexpr int most_redirects = 20;

bool leads_to_wait(std::string_view url) {
    return url.substr(0, url.find_first_of("?#")).ends_with("/wait");
}

// An effect took longer than patience: a pause, and back (flows/engine: keep_waiting).
bool is_hold(const TapeResponse& answer) {
    const auto parsed = twiml::parse(answer.body);
    if (!parsed || waits_for_somebody(parsed->document)) return false;
    const auto redirect = redirect_of(parsed->document);
    return redirect && leads_to_wait(*redirect);
}

// Fields that tell what ended; a Redirect is asked without them.
constexpr std::array event_fields{std::string_view{"Digits"},
                                  std::string_view{"FinishedOnKey"},
                                  std::string_view{"msg"},
                                  std::string_view{"SpeechResult"},
                                  std::string_view{"Confidence"},
                                  std::string_view{"Language"},
                                  std::string_view{"DialCallStatus"},
                                  std::string_view{"DialCallSid"},
                                  std::string_view{"DialBridged"},
                                  std::string_view{"DialCallDuration"},
                                  std::string_view{"RecordingUrl"},
                                  std::string_view{"RecordingSid"},
                                  std::string_view{"RecordingDuration"}};

class Replay {
public:
    Replay(const Tape& tape, const Answerer& answerer, const ReplayOptions& options)
        : tape_{tape}, answerer_{answerer}, options_{options}, flow_{flow_of(tape, options)},
          is_masked_{is_masked(tape)} {
        report_.tape = tape.name;
    }

    ReplayReport run() {
        for (std::size_t i = 0; i < tape_.exchanges.size(); ++i) {
            ReplayStep step;
            step.exchange = i;
            play(tape_.exchanges[i], step);
            report_.steps.push_back(std::move(step));
        }
        return std::move(report_);
    }

private:
    // "/voice/main?x=1" -> "main".
    static std::string flow_in(std::string_view target) {
        constexpr std::string_view prefix = "/voice/";
        const std::size_t at = target.find(prefix);
        if (at == target.npos) return {};
        target.remove_prefix(at + prefix.size());
        return std::string{target.substr(0, target.find_first_of("/?#"))};
    }

    static std::string flow_of(const Tape& tape, const ReplayOptions& options) {
        if (!options.flow.empty()) return options.flow;
        for (const Exchange& exchange : tape.exchanges) {
            const Happening what = happening_of(exchange.request, true);
            if (what == Happening::began) return flow_in(exchange.request.target);
        }
        return tape.exchanges.empty() ? std::string{} : flow_in(tape.exchanges[0].request.target);
    }

    void play(const Exchange& exchange, ReplayStep& step) {
        const TapeRequest& request = exchange.request;
        const std::string* sid = request.find("CallSid");
        const std::string call = sid != nullptr ? *sid : std::string{};
        const Happening what = happening_of(request, !legs_.contains(call));
        step.happened = in_words(what, request);

        TapeRequest ask = request;
        const std::string* delivery = request.header("i-twilio-idempotency-token");
        const auto earlier = delivery != nullptr ? deliveries_.find(*delivery) : deliveries_.end();
        if (earlier != deliveries_.end()) {
            const ReplayStep& first = report_.steps[earlier->second.step];
            step.happened += " (the same webhook again)";
            if (!first.skipped.empty()) {
                step.skipped = first.skipped;
                return;
            }
            ask.target = earlier->second.target;
            step.answer = answer(ask, exchange.at, step);
            step.target = without_tokens(ask.target);
            judge(exchange, step);
            if (step.answer.body != first.answer.body ||
                step.answer.status != first.answer.status) {
                step.differences.emplace_back("the same webhook was answered differently:");
                for (std::string& line :
                     difference(comparable(first.answer.body), comparable(step.answer.body))) {
                    step.differences.push_back(std::move(line));
                }
            }
            return;
        }

        if (has_waited_already(what, exchange, call, step)) return;
        if (!find_target(what, exchange, call, ask, step)) return;
        step.target = without_tokens(ask.target);
        step.answer = answer(ask, exchange.at, step);
        wait_for_effects(exchange, ask, step);
        if (delivery != nullptr) deliveries_[*delivery] = {report_.steps.size(), ask.target};
        judge(exchange, step);
        if (what != Happening::call_status && is_of_the_call(what)) listen(call, ask.target, step);
    }

    // The recorded call came back for an effect that took no time here: what it brought then, the
    // answer before has brought already.
    bool has_waited_already(Happening what, const Exchange& exchange, const std::string& call,
                            ReplayStep& step) {
        const auto leg = legs_.find(call);
        if (what != Happening::nothing || leg == legs_.end() ||
            !leads_to_wait(exchange.request.target) || is_hold(leg->second.answer)) {
            return false;
        }
        step.happened = "comes back for what was asked of the world";
        step.skipped = "it was there with the answer before";
        step.answer = leg->second.answer;
        judge(exchange, step);
        return true;
    }

    // Effects that take longer here than they did then: the caller is kept waiting, as by Twilio.
    void wait_for_effects(const Exchange& exchange, TapeRequest& ask, ReplayStep& step) {
        if (!exchange.response || is_hold(*exchange.response)) return;
        for (int i = 0; i < most_redirects && is_hold(step.answer); ++i) {
            const auto parsed = twiml::parse(step.answer.body);
            TapeRequest back = without_event(ask);
            back.target = resolve(*redirect_of(parsed->document), ask.target);
            step.answer = answer(back, exchange.at, step);
            ask.target = back.target;
        }
    }

    // The fields of a Redirect behind the webhook.
    static TapeRequest without_event(TapeRequest ask) {
        std::erase_if(ask.form, [](const auto& field) {
            return std::ranges::find(event_fields, field.first) != event_fields.end();
        });
        std::erase_if(ask.headers, [](const auto& header) {
            return header.first == "i-twilio-idempotency-token";
        });
        return ask;
    }

    static bool is_of_the_call(Happening what) {
        switch (what) {
        case Happening::began:
        case Happening::gathered:
        case Happening::nothing:
        case Happening::dial_ended:
        case Happening::recorded:
        case Happening::leg_began:
        case Happening::fallback:
        case Happening::queue_ended:
            return true;
        default:
            return false;
        }
    }

    // Where it is asked; false when it is not: `step` says why.
    bool find_target(Happening what, const Exchange& exchange, const std::string& call,
                     TapeRequest& ask, ReplayStep& step) {
        switch (what) {
        case Happening::began: {
            const std::string_view target = ask.target;
            const std::size_t query = std::min(target.find('?'), target.size());
            ask.target = fmt::format("/voice/{}{}", flow_, without_own(target.substr(query)));
            return true;
        }
        case Happening::call_status:
            ask.target = fmt::format("/voice/{}/status", flow_);
            return true;
        case Happening::fallback:
            return find_fallback(call, ask, step);
        default:
            break;
        }
        const std::string* parent = ask.find("ParentCallSid");
        const bool by_parent = what == Happening::leg_began || what == Happening::leg_status;
        const auto leg = legs_.find(by_parent && parent != nullptr ? *parent : call);
        if (leg == legs_.end()) {
            step.skipped = "no reply of this call came before";
            return false;
        }
        std::optional<std::string> url = url_for(what, leg->second.document);
        if (!url && is_of_the_call(what)) url = follow(what, exchange, leg->second, step);
        if (!url) {
            step.skipped = "the reply before names no URL for it";
            const bool matters = is_of_the_call(what) && what != Happening::queue_ended;
            if (matters) step.differences.push_back(step.skipped);
            return false;
        }
        ask.target = resolve(*url, leg->second.base);
        return true;
    }

    // A tape of another server knows nothing of our redirects: they are followed as Twilio would.
    std::optional<std::string> follow(Happening what, const Exchange& exchange, Leg& leg,
                                      ReplayStep& step) {
        for (int i = 0; i < most_redirects; ++i) {
            const auto redirect = redirect_of(leg.document);
            if (!redirect || waits_for_somebody(leg.document)) return std::nullopt;
            TapeRequest ask = without_event(exchange.request);
            ask.target = resolve(*redirect, leg.base);
            const TapeResponse passed = answer(ask, exchange.at, step);
            const auto parsed = twiml::parse(passed.body);
            if (passed.status >= 400 || !parsed) return std::nullopt;
            leg = {parsed->document, ask.target, passed};
            for (std::string& line : what_is_heard(leg.document)) {
                step.hears.push_back(std::move(line));
            }
            if (auto url = url_for(what, leg.document)) return url;
        }
        return std::nullopt;
    }

    // The URL that failed is the one that would have been asked.
    bool find_fallback(const std::string& call, TapeRequest& ask, ReplayStep& step) {
        TapeRequest failed = ask;
        std::erase_if(failed.form, [](const auto& field) {
            return field.first == "ErrorUrl" || field.first == "ErrorCode";
        });
        const auto leg = legs_.find(call);
        const Happening what = happening_of(failed, leg == legs_.end());
        const std::string first = fmt::format("/voice/{}", flow_);
        const std::string* told = ask.find("ErrorUrl");
        const bool first_failed =
            what == Happening::nothing && told != nullptr &&
            std::string_view{*told}.substr(0, told->find('?')).ends_with(first);
        std::optional<std::string> url;
        if (leg == legs_.end() || first_failed) {
            url = first;
        } else if (auto named = url_for(what, leg->second.document)) {
            url = resolve(*named, leg->second.base);
        }
        if (!url) {
            step.skipped = "the reply before names no URL that could have failed";
            step.differences.push_back(step.skipped);
            return false;
        }
        for (auto& [name, value] : ask.form) {
            if (name == "ErrorUrl") value = options_.base_url + *url;
        }
        ask.target = fmt::format("/voice/{}/fallback", flow_);
        return true;
    }

    // A query of the tape's own, without a token.
    static std::string without_own(std::string_view query) {
        return query.find("s=\u2026") == query.npos ? std::string{query} : std::string{};
    }

    TapeResponse answer(const TapeRequest& ask, std::string_view at, ReplayStep& step) {
        Replayed replayed = answerer_(ask, at);
        for (std::string& each : replayed.taken_for)
            step.taken_for.push_back(std::move(each));
        return std::move(replayed.response);
    }

    // No number of a masked tape is a real one: what is answered now is masked as it was then, in
    // the order in which numbers appear.
    static bool is_masked(const Tape& tape) {
        Masker masker;
        return std::ranges::all_of(tape.exchanges, [&](const Exchange& exchange) {
            return masker.mask(exchange) == exchange;
        });
    }

    std::string as_on_tape(const Exchange& exchange, const TapeResponse& now) {
        if (!is_masked_) return now.body;
        const Exchange again{.at = exchange.at, .request = exchange.request, .response = now};
        return masker_.mask(again).response->body;
    }

    void judge(const Exchange& exchange, ReplayStep& step) {
        const TapeResponse& now = step.answer;
        // What it waited for is in the answer to the webhook that came back.
        const bool waited = exchange.response && is_hold(*exchange.response) && !is_hold(now);
        if (waited && now.status == exchange.response->status) return;
        if (now.status == 0) {
            step.differences.push_back("no answer: " + now.body);
            return;
        }
        if (!exchange.response) {
            if (now.status >= 400) {
                step.differences.push_back(fmt::format("answered {}", now.status));
            }
            return;
        }
        if (now.status != exchange.response->status) {
            step.differences.push_back(
                fmt::format("answered {}, recorded {}", now.status, exchange.response->status));
        }
        for (std::string& line : difference(comparable(exchange.response->body),
                                            comparable(as_on_tape(exchange, now)))) {
            step.differences.push_back(std::move(line));
        }
    }

    void listen(const std::string& call, const std::string& target, ReplayStep& step) {
        const auto parsed = twiml::parse(step.answer.body);
        if (!parsed) {
            legs_[call].answer = step.answer;
            if (step.answer.status == 200) {
                step.differences.push_back("no TwiML: " + parsed.error().message);
            }
            return;
        }
        legs_[call] = {parsed->document, target, step.answer};
        for (std::string& line : what_is_heard(parsed->document)) {
            step.hears.push_back(std::move(line));
        }
    }

    struct Delivery {
        std::size_t step = 0;
        std::string target{};
    };

    const Tape& tape_;
    const Answerer& answerer_;
    const ReplayOptions& options_;
    std::string flow_;
    bool is_masked_;
    Masker masker_{};
    ReplayReport report_{};
    std::map<std::string, Leg> legs_{};             // by CallSid
    std::map<std::string, Delivery> deliveries_{};  // by idempotency token
};

}  // namespace

std::size_t ReplayReport::differences() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        steps, [](const ReplayStep& step) { return !step.differences.empty(); }));
}

ReplayReport replay(const Tape& tape, const Answerer& answerer, const ReplayOptions& options) {
    return Replay{tape, answerer, options}.run();
}

Tape updated(const Tape& tape, const ReplayReport& report) {
    Tape now = tape;
    for (const ReplayStep& step : report.steps) {
        Exchange& exchange = now.exchanges[step.exchange];
        if (step.target.empty() || step.answer.status == 0) continue;
        exchange.response = step.answer;
        exchange.response->body = without_tokens(step.answer.body);
    }
    return now;
}

std::string to_text(const ReplayReport& report) {
    std::string text = fmt::format("{}\n", report.tape);
    for (const ReplayStep& step : report.steps) {
        text += fmt::format("{:>3}  {}{}\n", step.exchange + 1, step.happened,
                            step.skipped.empty() ? "" : " (skipped: " + step.skipped + ")");
        for (const std::string& effect : step.taken_for) {
            text += fmt::format("       {} (a tape does not hold what came of it)\n", effect);
        }
        for (const std::string& line : step.hears)
            text += fmt::format("       {}\n", line);
        for (const std::string& line : step.differences)
            text += fmt::format("     ! {}\n", line);
    }
    const std::size_t count = report.differences();
    text += count == 0 ? "no differences\n"
                       : fmt::format("{} step{} differ{}\n", count, count == 1 ? "" : "s",
                                     count == 1 ? "s" : "");
    return text;
}

std::string to_json(const ReplayReport& report) {
    namespace json = boost::json;
    json::array steps;
    for (const ReplayStep& step : report.steps) {
        json::object one;
        one["exchange"] = step.exchange + 1;
        one["happened"] = step.happened;
        if (!step.target.empty()) one["target"] = step.target;
        if (!step.skipped.empty()) one["skipped"] = step.skipped;
        if (step.answer.status != 0 && !step.target.empty()) one["status"] = step.answer.status;
        if (!step.taken_for.empty())
            one["effects"] = json::array(step.taken_for.begin(), step.taken_for.end());
        one["hears"] = json::array(step.hears.begin(), step.hears.end());
        one["differences"] = json::array(step.differences.begin(), step.differences.end());
        steps.push_back(std::move(one));
    }
    json::object whole;
    whole["tape"] = report.tape;
    whole["differences"] = report.differences();
    whole["steps"] = std::move(steps);
    return json::serialize(whole);
}

}  // namespace flows
