// Tells Twilio's list of consents what an operator changed in ours, so that whoever else sends from
// the accounts' numbers keeps to it too.
#pragma once

#include "config/settings.hpp"

#include <span>
#include <string>

namespace server {

struct OperatorConsent {
    std::string number{};  // E.164
    std::string sender{};  // of which it holds; empty: of all
    bool opts_out = true;
};

// Each account hears of its own senders; one without any, or without a sid, of none. Telling it
// twice is telling it once. Waits. Empty: all was taken; else a sentence without a number.
std::string tell_twilio(const config::Settings& settings, std::span<const OperatorConsent> changed);

}  // namespace server
