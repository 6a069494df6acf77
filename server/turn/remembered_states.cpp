#include "server/turn/remembered_states.hpp"

namespace server {

RememberedStates::Call& RememberedStates::call(const std::string& call_sid) {
    const auto [entry, is_new] = calls_.try_emplace(call_sid);
    if (is_new) {
        in_order_.push_back(call_sid);
        if (in_order_.size() > most_) {
            calls_.erase(in_order_.front());
            in_order_.pop_front();
        }
    }
    return entry->second;
}

void RememberedStates::keep(std::string call_sid, LastState state) {
    const std::lock_guard lock{mutex_};
    Call& kept = call(call_sid);
    if (!kept.state || kept.state->at <= state.at) kept.state = std::move(state);
}

boost::asio::awaitable<bool> RememberedStates::claim_end(std::string call_sid, std::string by) {
    const std::lock_guard lock{mutex_};
    Call& kept = call(call_sid);
    if (kept.ended_by.empty())
        kept.ended_by = std::move(by);
    else if (kept.ended_by != by)
        co_return false;
    co_return true;
}

boost::asio::awaitable<std::optional<LastState>> RememberedStates::find(std::string call_sid) {
    const std::lock_guard lock{mutex_};
    const auto found = calls_.find(call_sid);
    if (found == calls_.end()) co_return std::nullopt;
    co_return found->second.state;
}

}  // namespace server
