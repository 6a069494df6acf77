// A flow written in a test, called by a telephone in this process.
#pragma once

#include "flows/load/loader.hpp"
#include "flows/tools/in_process.hpp"
#include "flows/tools/played_call.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace support {

class WrittenFlow {
public:
    // Settings are phones, all of them +12025550130.
    explicit WrittenFlow(std::string yaml, std::string name = "shop") : name_{std::move(name)} {
        const auto today = std::chrono::sys_days{std::chrono::year{2026} / 1 / 6};
        const std::vector<config::Source> files{{name_ + ".yaml", std::move(yaml)}};
        loaded_ = flows::load_flows(files, {today});
        for (const auto& [flow_name, flow] : loaded_.set.flows)
            settings_[flow_name].resize(flow->settings.size(), std::string{"+12025550130"});
    }
    WrittenFlow(const WrittenFlow&) = delete;
    WrittenFlow& operator=(const WrittenFlow&) = delete;

    const flows::FlowSet& set() const { return loaded_.set; }
    const flows::Flow& flow() const { return *loaded_.set.find(name_); }
    const config::Diagnostics& findings() const { return loaded_.findings; }

    flows::Transport transport() const {
        return flows::InProcess{{.flows = &loaded_.set, .settings = &settings_}};
    }
    // Tuesday at three in the afternoon, UTC.
    flows::CallBegins begins() const {
        return {.target = "/voice/" + name_,
                .at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 6} +
                      std::chrono::hours{15}};
    }
    flows::PlayedCall call() const { return flows::PlayedCall{begins(), transport()}; }

    // Called, and all of the script done; what does not fit is the last of it.
    flows::PlayedCall played(std::string_view script) const {
        flows::PlayedCall made = call();
        const auto read = flows::read_script(script);
        for (const flows::Act& act : std::get<flows::Acts>(read)) {
            if (made.act(act)) break;
        }
        return made;
    }

private:
    std::string name_;
    flows::Loaded loaded_{};
    flows::SettingValues settings_{};
};

inline constexpr const char* shop_flow = R"(flow: shop
settings: {counter: phone}
languages:
  en-US: {voice: Polly.Joanna-Neural}
  es-MX: {voice: Polly.Mia-Neural}
vars: {account: digits(4), note: recording}
results: [served, message]
otherwise: bye
start: hello
states:
  hello:
    - say: {en-US: Welcome to the shop., es-MX: Bienvenido.}
    - go: menu
  menu:
    - menu:
        say: {en-US: "For your account, press 1. For a person, 2. For a message, 3.", es-MX: "Cuenta, 1. Persona, 2. Mensaje, 3."}
        choices:
          1: {speech: {en-US: [my account], es-MX: [cuenta]}, go: account}
          2: person
          3: note
          8: spanish
        noinput: {en-US: I heard nothing., es-MX: No escuché nada.}
        otherwise: bye
  spanish: [{set: {language: es-MX}}, {go: hello}]
  account:
    - gather: {say: {en-US: Four digits please., es-MX: Cuatro dígitos.}, save: account, otherwise: bye}
    - result: served
    - say: {en-US: "Thank you for {{ account | digits }}.", es-MX: "Gracias por {{ account | digits }}."}
    - go: menu
  person:
    - dial:
        number: "{{ settings.counter }}"
        screen: {en-US: Press a key to take it., es-MX: Oprima una tecla.}
        otherwise: note
    - go: bye
  note:
    - say: {en-US: After the tone please., es-MX: Después del tono.}
    - record: {max_length: 1m, finish_on: "#", save: note, on: {empty: bye}}
    - result: message
    - go: bye
  bye: [{say: {en-US: Goodbye., es-MX: Adiós.}}, hangup]
)";

}  // namespace support
