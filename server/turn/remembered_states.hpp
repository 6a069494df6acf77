// Last states in this process's memory: enough for one node that is not restarted while a call is
// on. Bounded: of more calls than it holds, those that were written down longest ago are forgotten.
#pragma once

#include "server/turn/last_states.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>

namespace server {

class RememberedStates final : public LastStates {
public:
    static constexpr std::size_t most_calls = 50'000;  // at most some 70 MB
    explicit RememberedStates(std::size_t most = most_calls) : most_{most} {}

    void keep(std::string call_sid, LastState state) override;
    boost::asio::awaitable<bool> claim_end(std::string call_sid, std::string by) override;
    boost::asio::awaitable<std::optional<LastState>> find(std::string call_sid) override;

private:
    struct Call {
        std::optional<LastState> state{};
        std::string ended_by{};  // empty: nobody claimed its end
    };
    Call& call(const std::string& call_sid);

    const std::size_t most_;
    std::mutex mutex_{};
    std::map<std::string, Call> calls_{};
    std::deque<std::string> in_order_{};  // in which calls were first heard of
};

}  // namespace server
