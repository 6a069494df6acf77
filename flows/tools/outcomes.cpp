#include "flows/tools/outcomes.hpp"

#include <algorithm>
#include <array>

namespace flows {
namespace {

template <class Outcome> struct Named {
    Outcome outcome;
    std::string_view word;  // in the flow's words
    std::string_view told;  // by Twilio
};
constexpr auto dial_words = std::to_array<Named<DialOutcome>>({
    {DialOutcome::completed, "completed", "completed"},
    {DialOutcome::busy, "busy", "busy"},
    {DialOutcome::no_answer, "no_answer", "no-answer"},
    {DialOutcome::declined, "declined", "completed"},
    {DialOutcome::failed, "failed", "failed"},
    {DialOutcome::canceled, "canceled", "canceled"},
});
constexpr auto queue_words = std::to_array<Named<QueueOutcome>>({
    {QueueOutcome::bridged, "bridged", "bridged"},
    {QueueOutcome::left, "left", "leave"},
    {QueueOutcome::full, "full", "queue-full"},
    {QueueOutcome::timeout, "timeout", "leave"},
    {QueueOutcome::failed, "failed", "error"},
});

template <class Table, class Outcome> const auto& named(const Table& table, Outcome outcome) {
    return *std::ranges::find(table, outcome, &Table::value_type::outcome);
}

template <class Table>
auto find(const Table& table, std::string_view word)
    -> std::optional<decltype(Table::value_type::outcome)> {
    const auto* found = std::ranges::find(table, word, &Table::value_type::word);
    if (found == table.end()) return std::nullopt;
    return found->outcome;
}

}  // namespace

std::optional<DialOutcome> parse_dial_outcome(std::string_view word) {
    return find(dial_words, word);
}
std::string_view to_text(DialOutcome outcome) { return named(dial_words, outcome).word; }
std::string_view dial_call_status(DialOutcome outcome) { return named(dial_words, outcome).told; }

std::optional<QueueOutcome> parse_queue_outcome(std::string_view word) {
    return find(queue_words, word);
}
std::string_view to_text(QueueOutcome outcome) { return named(queue_words, outcome).word; }
std::string_view queue_result(QueueOutcome outcome) { return named(queue_words, outcome).told; }

}  // namespace flows
