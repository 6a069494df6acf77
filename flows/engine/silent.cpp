#include "flows/engine/turn.hpp"

#include <utility>

namespace flows {

// The root flow's own values, where it still stands below whatever it called: a place in another
// flow leaves it, and its values are gone.
void hung_up(Turn& turn) {
    if (turn.root.hung_up < 0) return nobody_left(turn);
    Frame frame{turn.root.name, turn.root.hung_up, -1,
                std::vector<Value>(turn.root.variables.size())};
    Frame& first = turn.state.frames.front();
    if (first.flow == turn.root.name) frame.variables = std::move(first.variables);
    turn.state.frames.clear();
    turn.state.frames.push_back(std::move(frame));
    turn.state.aside = Aside::hung_up;
    turn.state.occasion.clear();
    stand(turn);
    enter(turn, turn.root.hung_up);
}

void told_of_recording(Turn& turn, const Record& record, const Event& event) {
    const auto* stored = std::get_if<Stored>(&event);
    const auto* transcribed = std::get_if<Transcribed>(&event);
    const auto& later = stored ? record.stored : record.transcribed;
    if ((!stored && !transcribed) || !later || later->state < 0) return nobody_left(turn);
    constexpr std::chrono::seconds untold{-1};
    Recording message =
        stored ? Recording{std::string{stored->account_sid}, std::string{stored->recording_sid},
                           stored->duration, std::nullopt}
               : Recording{std::string{transcribed->account_sid},
                           std::string{transcribed->recording_sid}, untold,
                           std::string{transcribed->text}};
    turn.state.aside = stored ? Aside::stored : Aside::transcribed;
    turn.state.occasion = message.recording_sid;
    if (record.save >= 0) {
        top(turn).variables[static_cast<std::size_t>(record.save)] = std::move(message);
    }
    enter(turn, later->state);
}

}  // namespace flows
