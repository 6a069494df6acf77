#include "server/effects/store_text_rules.hpp"

#include "flows/engine/phone_number.hpp"
#include "flows/engine/text_rules.hpp"
#include "server/clock.hpp"
#include "server/effects/store_records.hpp"
#include "server/hex.hpp"

#include <fmt/format.h>

namespace server {
namespace {

using std::chrono::hours;

std::vector<std::string> countries(const EffectOrder& order) {
    const Snapshot& snapshot = *order.snapshot;
    if (!snapshot.outbound.text_countries.empty()) return snapshot.outbound.text_countries;
    return flows::countries_of(snapshot.accounts[order.account].settings.phone_number);
}

}  // namespace

net::awaitable<TextRules::Verdict> StoreTextRules::may_text(const EffectOrder& order,
                                                            const flows::TextMessage& message) {
    if (message.whatsapp && message.template_sid.empty()) {
        const bool is_open = co_await is_window_open(order, message);
        if (!is_open) co_return Verdict{false, "whatsapp-window"};
    }
    co_return co_await judge(order, message.to);
}

// Free text, only within a day of the person's last message to that sender. Which number of a
// messaging service will send nobody knows but Twilio, which says so then (63016).
net::awaitable<bool> StoreTextRules::is_window_open(const EffectOrder& order,
                                                    const flows::TextMessage& message) {
    std::string sender = sender_of(order, message);
    if (sender.starts_with("MG")) co_return true;
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return false;
    const StoreTime now = store_now();
    const PersonKey person = (*cipher)->key_of(message.to);
    const auto open = co_await windows_.is_open(std::move(sender), person, now);
    co_return open.has_value() && *open;
}

net::awaitable<TextRules::Verdict>
StoreTextRules::may_verify(const EffectOrder& order, const flows::StartVerification& start) {
    const Verdict verdict = co_await judge(order, start.to);
    if (!verdict.allowed) co_return verdict;
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return Verdict{false, "store"};
    const PersonKey prefix = (*cipher)->key_of(flows::number_block(start.to));
    const auto open = co_await watch_.may_start(prefix, store_now());
    if (open.has_error()) co_return Verdict{false, "store"};
    co_return *open ? Verdict{} : Verdict{false, "codes-not-used"};
}

net::awaitable<void> StoreTextRules::note_approved(std::string number) {
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return;
    const PersonKey prefix = (*cipher)->key_of(flows::number_block(number));
    // Uncounted it only makes us more careful.
    const auto noted = co_await watch_.approved(prefix);
    if (noted.has_error()) co_return;
}

net::awaitable<TextRules::Verdict> StoreTextRules::judge(const EffectOrder& order, std::string to) {
    const std::vector<std::string> allowed = countries(order);
    if (allowed.empty()) co_return Verdict{false, "no-countries"};
    if (const auto refusal = flows::text_refusal(to, allowed)) {
        co_return Verdict{false, flows::to_text(*refusal)};
    }
    const auto cipher = co_await people_.cipher();
    if (cipher.has_error()) co_return Verdict{false, "store"};
    const config::Settings::Rates& rates = order.snapshot->rates;
    const std::string block{flows::number_block(to)};
    std::vector<Draw> draws{
        {.key = "caller/" + hex((*cipher)->key_of(order.caller).bytes),
         .rate = {rates.caller_texts_per_hour, hours{1}}},
        {.key = "number/" + hex((*cipher)->key_of(to).bytes),
         .rate = {rates.number_texts_per_day, hours{24}}},
        {.key = "prefix/" + hex((*cipher)->key_of(block).bytes),
         .rate = {rates.prefix_texts_per_hour, hours{1}}},
    };
    const StoreTime now = store_now();
    const Stored<Drawn> drawn = co_await limits_.draw(std::move(draws), now);
    if (drawn.has_error()) co_return Verdict{false, "store"};
    const auto* denied = std::get_if<Denied>(&*drawn);
    if (denied == nullptr) co_return Verdict{};
    if (denied->key.starts_with("caller/")) co_return Verdict{false, "caller-rate"};
    if (denied->key.starts_with("number/")) co_return Verdict{false, "number-rate"};
    co_return Verdict{false, "prefix-rate"};
}

}  // namespace server
