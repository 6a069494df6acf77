// What a call that we place begins with: kept sealed in its request's row, since it holds what
// callers said, and opened by whoever places the call or answers its first webhook.
#pragma once

#include "server/turn/sealed_state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

struct CallPlan {
    FlowVersion version{};      // of `flow`
    std::string flow{};         // the root: whose webhook the call begins at
    std::string state{};        // flows::encode: where it begins, with the values of then
    std::string account_sid{};  // which places it
    std::string public_base{};  // where Twilio reaches us
    // Whom it is for has asked to be called; else an operator wants it.
    bool was_asked_for = true;
    // A machine that answers counts as nobody; or the flow wants to hear of it (call.answered_by),
    // once its greeting has ended.
    bool tells_machines = false;
};

// Bound to the request's id: it opens in no other row. Equal plans, equal bytes.
std::string seal_plan(const CallPlan& plan, std::string_view id, const StateKey& key);

// Nothing where no key opens it, or it is no plan.
std::optional<CallPlan> open_plan(const std::vector<StateKey>& keys, std::string_view sealed,
                                  std::string_view id);

}  // namespace server
