#include "flows/engine/hours.hpp"
#include "flows/model/overloaded.hpp"
#include "flows/tools/moments.hpp"
#include "server/commands/call_view.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace server {
namespace {

namespace json = boost::json;
using flows::Heard;

std::string line(const json::object& object) { return json::serialize(object) + "\n"; }

json::object heard_object(const Heard& heard) {
    constexpr std::array kinds{"words", "audio", "pause", "beep", "keys"};
    json::object object{{"event", "hears"}, {"kind", kinds[static_cast<std::size_t>(heard.kind)]}};
    if (!heard.text.empty()) object["text"] = heard.text;
    if (!heard.language.empty()) object["language"] = heard.language;
    if (!heard.voice.empty()) object["voice"] = heard.voice;
    if (heard.length.count() > 0) object["seconds"] = heard.length.count();
    if (heard.called) object["called"] = true;
    return object;
}

json::object waiting_object(const flows::Waiting& waiting) {
    return std::visit(
        flows::Overloaded{
            [](const flows::Asks& asks) {
                return json::object{{"for", "answer"},
                                    {"keys", asks.keys},
                                    {"speech", asks.speech},
                                    {"digits", asks.digits},
                                    {"finish_on", asks.finish_on}};
            },
            [](const flows::Dials& dials) {
                json::array whom;
                for (const flows::Dialled& each : dials.whom)
                    whom.emplace_back(each.address);
                return json::object{{"for", "dial"}, {"dials", std::move(whom)}};
            },
            [](const flows::Records& records) {
                return json::object{{"for", "recording"}, {"seconds", records.at_most.count()}};
            },
            [](const flows::Undecided& asked) {
                return json::object{{"for", "effect"},
                                    {"name", flows::effect_name(asked.effect)},
                                    {"what", flows::in_words(asked.effect)}};
            },
            [](const flows::InLine& line) {
                return json::object{{"for", "line"}, {"queue", line.queue}};
            },
            [](const flows::Stuck& stuck) {
                return json::object{{"for", "nothing"}, {"verb", stuck.verb}};
            },
            [](const flows::Ended&) { return json::object{}; },
        },
        waiting);
}

class JsonView final : public CallView {
public:
    explicit JsonView(const CallViewOptions& options) : options_{options} {}

    std::string begins(const flows::CallBegins& begins) const override {
        return line({{"event", "begins"},
                     {"flow", options_.flow->name},
                     {"at", flows::write_moment(begins.at, flows::zone_of(*options_.flow))},
                     {"from", begins.caller.from},
                     {"to", begins.caller.to}});
    }
    std::string did(const flows::Act& act) const override {
        return line({{"event", "does"}, {"what", flows::to_text(act)}});
    }
    std::string went(std::span<const flows::Scene> scenes,
                     const flows::PlayedCall& call) const override {
        std::string out;
        for (const flows::Scene& scene : scenes) {
            if (!scene.state.empty()) {
                out += line({{"event", "state"},
                             {"flow", scene.flow},
                             {"state", scene.state},
                             {"file", scene.file},
                             {"line", scene.line}});
            }
            for (const Heard& heard : scene.heard)
                out += line(heard_object(heard));
            for (const auto& [name, value] : scene.notes)
                out += line({{"event", "tag"}, {"name", name}, {"value", value}});
            for (const auto& [name, what] : scene.effects)
                out += line({{"event", "effect"}, {"name", name}, {"what", what}});
        }
        return out + standing(call);
    }
    std::string refused(std::string_view why) const override {
        return line({{"event", "refused"}, {"why", why}});
    }
    std::string stepped_back(bool could) const override {
        return could ? line({{"event", "back"}}) : refused("the call begins here");
    }
    std::string twiml(std::string_view document) const override {
        return line({{"event", "twiml"}, {"document", document}});
    }
    std::string saved(std::string_view name, std::string_view file) const override {
        return line({{"event", "saved"}, {"name", name}, {"file", file}});
    }
    std::string help() const override { return {}; }

private:
    static std::string standing(const flows::PlayedCall& call) {
        const flows::Phone& phone = call.phone();
        if (const auto* ended = std::get_if<flows::Ended>(&phone.waiting())) {
            constexpr std::array hows{"hung_up", "ran_out",   "rejected",
                                      "left",    "handed_on", "failed"};
            json::object object{{"event", "ends"},
                                {"how", hows[static_cast<std::size_t>(ended->how)]},
                                {"text", flows::in_words(phone.waiting())}};
            if (const std::string result = phone.result(); !result.empty())
                object["result"] = result;
            return line(object);
        }
        const flows::Waiting* called = phone.called_waiting();
        json::object object{{"event", "waits"}};
        for (auto& [name, value] : waiting_object(phone.waiting()))
            object[name] = std::move(value);
        if (called != nullptr) object["called"] = phone.is_bridged() ? "talks" : "asked";
        return line(object);
    }

    CallViewOptions options_;
};

}  // namespace

std::unique_ptr<const CallView> json_view(const CallViewOptions& options) {
    return std::make_unique<JsonView>(options);
}

}  // namespace server
