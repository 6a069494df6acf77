#include "flows/engine/turn.hpp"

#include <string>

namespace flows {
namespace {

constexpr std::size_t longest_name = 64;  // bytes; Twilio's bound is in characters

// What a pass through the wait knows of the line. Webhooks behind its questions do not repeat it.
void take_place(CallState& state, const WaitsInLine& told) {
    const auto put = [&](CallFact fact, std::optional<long> number) {
        std::erase_if(state.carried, [&](const auto& carried) { return carried.first == fact; });
        if (number) state.carried.emplace_back(fact, std::to_string(*number));
    };
    put(CallFact::queue_position, told.position);
    put(CallFact::queue_size, told.size);
    put(CallFact::queue_time, told.time);
    put(CallFact::queue_average_time, told.average_time);
    std::ranges::sort(state.carried);
    state.occasion = told.time ? std::to_string(*told.time) : std::string{};
}

std::string_view outcome_of(const QueueEnded& ended, const Enqueue& enqueue) {
    switch (ended.how) {
    case QueueEnded::How::bridged:
        return "bridged";
    case QueueEnded::How::left:
        break;
    case QueueEnded::How::full:
        return "full";
    case QueueEnded::How::failed:
    case QueueEnded::How::gone:
    case QueueEnded::How::elsewhere:
        return "failed";
    }
    const bool waited_long = enqueue.max_wait && ended.waited && *ended.waited >= *enqueue.max_wait;
    return waited_long ? "timeout" : "left";
}

}  // namespace

void run(Turn& turn, const Step& step, const Enqueue& enqueue) {
    if (turn.gone) return nobody_left(turn);
    auto name = write(enqueue.queue, turn, Purpose::plain);
    if (!name || name->empty() || name->size() > longest_name) return fail(turn, step);
    twiml::Element verb{.name = "Enqueue"};
    if (!put(verb, enqueue.extra, turn)) return fail(turn, step);
    verb.attributes.push_back({"action", hole(turn, EventName::queue)});
    if (enqueue.wait >= 0) {
        turn.reply.states.push_back(aside(turn, Aside::line, Awaiting::line));
        verb.attributes.push_back({"waitUrl", hole(turn, EventName::waiting, 1)});
    }
    verb.content.emplace_back(std::move(*name));
    if (!add(turn, step, {std::move(verb)})) return;
    take(turn, step, {});
    rest(turn, Awaiting::queue);
}

void queue_ended(Turn& turn, const Step& step, const Enqueue& enqueue, const Event& event) {
    const auto* ended = std::get_if<QueueEnded>(&event);
    if (!ended) return follow(turn, step, "failed");
    if (ended->how == QueueEnded::How::gone) return nobody_left(turn);
    if (ended->how == QueueEnded::How::elsewhere) {
        return turn.gone ? nobody_left(turn) : end_reply(turn);
    }
    follow(turn, step, outcome_of(*ended, enqueue));
}

void wait_in_line(Turn& turn, const Enqueue& enqueue, const Event& event) {
    if (turn.gone) return nobody_left(turn);
    const auto* told = std::get_if<WaitsInLine>(&event);
    if (told) take_place(turn.state, *told);
    const bool waited_long = enqueue.max_wait && told && told->time &&
                             std::chrono::seconds{*told->time} >= *enqueue.max_wait;
    if (waited_long || enqueue.wait < 0) return leave_line(turn);
    enter(turn, enqueue.wait);
}

void run(Turn& turn, const Step& step, const Leave& /*leave*/) {
    if (turn.gone) return nobody_left(turn);
    if (!is_in_line(turn)) return fail(turn, step);  // the check lets nobody get here
    take(turn, step, {});
    leave_line(turn);
}

}  // namespace flows
