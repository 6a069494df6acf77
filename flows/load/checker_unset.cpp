#include "flows/load/checker_parts.hpp"
#include "flows/load/checker_texts.hpp"
#include "flows/load/expression_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <deque>

namespace flows::check {
namespace {

// Variables, as bits.
class Bits {
public:
    explicit Bits(std::size_t count, bool all = false)
        : words_((count + 63) / 64, all ? ~std::uint64_t{0} : 0) {}
    void add(int bit) { word(bit) |= mask(bit); }
    void remove(int bit) { word(bit) &= ~mask(bit); }
    bool has(int bit) const { return (words_[at(bit)] & mask(bit)) != 0; }
    void add_all(const Bits& other) {
        for (std::size_t i = 0; i < words_.size(); ++i)
            words_[i] |= other.words_[i];
    }
    // Keeps what `other` has too; true when something was lost.
    bool keep(const Bits& other) {
        bool lost = false;
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::uint64_t kept = words_[i] & other.words_[i];
            lost = lost || kept != words_[i];
            words_[i] = kept;
        }
        return lost;
    }

private:
    static std::size_t at(int bit) { return static_cast<std::size_t>(bit) / 64; }
    static std::uint64_t mask(int bit) {
        return std::uint64_t{1} << (static_cast<std::size_t>(bit) % 64);
    }
    std::uint64_t& word(int bit) { return words_[at(bit)]; }
    std::vector<std::uint64_t> words_;
};

// A variable, a part of a recording or a fact of the queue, as unguarded_reads() counts them.
struct Thing {
    enum class Kind { variable, duration, text, queue } kind = Kind::variable;
    int index = 0;  // of the variable, or behind queue_position
};

Thing thing_of(int read) {
    if (read >= facts_of_queue) return {Thing::Kind::queue, read - facts_of_queue};
    if (read >= text_of_recording) return {Thing::Kind::text, read - text_of_recording};
    if (read >= duration_of_recording) return {Thing::Kind::duration, read - duration_of_recording};
    return {Thing::Kind::variable, read};
}

// Where a call can come into a flow.
struct Root {
    int node = goes_away;
    std::string_view from{};  // empty: the start
    bool has_takes = false;
};

struct Read {
    int variable = -1;
    config::Span span{};
    const std::string* file = nullptr;
};

// What a step reads unguarded, in the order in which it is written.
std::vector<Read> reads_of(const Step& step) {
    std::vector<Read> reads;
    for_each_text(step, [&](const TextUse& use) {
        std::vector<UnguardedRead> here;
        if (use.text != nullptr) unguarded_reads(*use.text, here);
        if (use.expression != nullptr) unguarded_reads(*use.expression, here);
        const std::string& file = use.text != nullptr ? file_of(*use.text, step) : step.file;
        for (const UnguardedRead& read : here) {
            const Thing thing = thing_of(read.variable);
            const bool sees =
                thing.kind != Thing::Kind::queue && std::ranges::count(use.sees, thing.index) != 0;
            if (!sees) reads.push_back({read.variable, read.span, &file});
        }
    });
    return reads;
}

class Unset {
public:
    Unset(const Graph& graph, const std::vector<int>& from_outside)
        : graph_{graph}, variables_{graph.flow->variables.size()}, count_{3 * variables_ +
                                                                          facts_of_queue_count} {
        roots_.push_back({graph.entry(graph.flow->start), {}, true});
        for (const int state : from_outside) {
            roots_.push_back({graph.entry(state), "another flow", false});
        }
        roots_.push_back({graph.failure_entry(), "a failure", false});
        roots_.push_back({graph.entry(graph.flow->hung_up), "the caller hung up", false});
        std::erase_if(roots_, [](const Root& root) { return root.node < 0; });
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            reads_.push_back(reads_of(graph.step(static_cast<int>(n))));
        }
        flow_through();
    }

    void report_all(config::Diagnostics& findings) const {
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            if (!visited_[n]) continue;
            Bits told{count_};
            for (const Read& read : reads_[n]) {
                const int bit = bit_of(read.variable);
                if (sure_[n].has(bit) || told.has(bit)) continue;
                told.add(bit);
                // Of a recording that is not there at all, no part is.
                const Thing thing = thing_of(read.variable);
                const bool is_part =
                    thing.kind == Thing::Kind::duration || thing.kind == Thing::Kind::text;
                if (is_part && told.has(thing.index)) continue;
                report(findings, "SB502", *read.file, read.span,
                       fmt::format("\"{}\" may be unset here", name_of(thing)),
                       hint(static_cast<int>(n), read.variable));
            }
        }
    }

private:
    int bit_of(int read) const {
        const Thing thing = thing_of(read);
        return static_cast<int>(thing.kind) * static_cast<int>(variables_) + thing.index;
    }

    std::string name_of(const Thing& thing) const {
        if (thing.kind == Thing::Kind::queue) {
            const int first = static_cast<int>(CallFact::queue_position);
            return std::string{to_text(static_cast<CallFact>(first + thing.index))};
        }
        std::string name = graph_.flow->variables[static_cast<std::size_t>(thing.index)].name;
        if (thing.kind == Thing::Kind::duration) name += ".duration";
        if (thing.kind == Thing::Kind::text) name += ".text";
        return name;
    }

    Bits at_root(const Root& root) const {
        Bits bits{count_};
        if (root.has_takes) {
            for (const int take : graph_.flow->takes) {
                for (const int part : {0, duration_of_recording, text_of_recording})
                    bits.add(bit_of(part + take));
            }
        }
        return bits;
    }

    // What is sure behind an edge. A step that reads an unset value fails, so that behind it the
    // value is set: one fault is told once, where it is met first.
    Bits behind(std::size_t node, const Edge& edge) const {
        Bits bits = sure_[node];
        if (!edge.after_failure) {
            for (const Read& read : reads_[node])
                bits.add(bit_of(read.variable));
        }
        for (const int read : edge.sets) {
            if (read >= 0) bits.add(bit_of(read));
        }
        // The call that is placed later stands in no line.
        if (edge.label == called_back) {
            for (int fact = 0; fact < facts_of_queue_count; ++fact)
                bits.remove(bit_of(facts_of_queue + fact));
        }
        return bits;
    }

    void flow_through() {
        sure_.assign(graph_.nodes.size(), Bits{count_, true});
        visited_.assign(graph_.nodes.size(), false);
        std::deque<int> open;
        std::vector<bool> waiting(graph_.nodes.size());
        const auto meet = [&](int node, const Bits& bits) {
            const auto at = static_cast<std::size_t>(node);
            const bool changed = sure_[at].keep(bits) || !visited_[at];
            visited_[at] = true;
            if (!changed || waiting[at]) return;
            waiting[at] = true;
            open.push_back(node);
        };
        for (const Root& root : roots_)
            meet(root.node, at_root(root));
        while (!open.empty()) {
            const auto at = static_cast<std::size_t>(open.front());
            open.pop_front();
            waiting[at] = false;
            for (const Edge& edge : graph_.node(static_cast<int>(at)).edges) {
                if (edge.to >= 0) meet(edge.to, behind(at, edge));
            }
        }
    }

    bool sets(std::size_t node, const Edge& edge, int variable) const {
        if (std::ranges::count(edge.sets, variable) != 0) return true;
        return !edge.after_failure && std::ranges::any_of(reads_[node], [&](const Read& read) {
            return read.variable == variable;
        });
    }

    std::string hint(int node, int variable) const {
        return fmt::format("unset when: {}; {}", path_to(node, variable), setters(variable));
    }

    // The shortest way on which the variable is not set.
    std::string path_to(int target, int variable) const {
        struct Came {
            int from = -1;
            const Edge* by = nullptr;
            bool seen = false;
        };
        std::vector<Came> came(graph_.nodes.size());
        std::deque<int> open;
        std::string_view origin;
        for (const Root& root : roots_) {
            if (root.has_takes && is_taken(variable)) continue;
            Came& entry = came[static_cast<std::size_t>(root.node)];
            if (entry.seen) continue;
            entry.seen = true;
            open.push_back(root.node);
        }
        while (!open.empty() && !came[static_cast<std::size_t>(target)].seen) {
            const int at = open.front();
            open.pop_front();
            for (const Edge& edge : graph_.node(at).edges) {
                if (edge.to < 0 || came[static_cast<std::size_t>(edge.to)].seen) continue;
                if (sets(static_cast<std::size_t>(at), edge, variable)) continue;
                came[static_cast<std::size_t>(edge.to)] = {at, &edge, true};
                open.push_back(edge.to);
            }
        }
        std::vector<int> way;
        for (int at = target; at >= 0; at = came[static_cast<std::size_t>(at)].from) {
            way.push_back(at);
        }
        std::ranges::reverse(way);
        for (const Root& root : roots_) {
            const bool starts_sure = root.has_takes && is_taken(variable);
            if (root.node == way.front() && !starts_sure) {
                origin = root.from;
                break;
            }
        }
        std::string text{origin};
        int state = -1;
        for (const int at : way) {
            const int here = graph_.node(at).state;
            const Edge* by = came[static_cast<std::size_t>(at)].by;
            if (here == state && (by == nullptr || !by->enters)) continue;
            state = here;
            if (!text.empty()) text += " \u2192 ";
            if (by != nullptr && !by->label.empty() && by->label != "then" && by->label != "else") {
                text += fmt::format("[{}] ", by->label);
            }
            text += graph_.flow->states[static_cast<std::size_t>(here)].name;
        }
        return text;
    }

    bool is_taken(int read) const {
        const Thing thing = thing_of(read);
        return thing.kind != Thing::Kind::queue &&
               std::ranges::count(graph_.flow->takes, thing.index) != 0;
    }

    // "set only by gather in state pin (line 121)".
    std::string setters(int variable) const {
        switch (thing_of(variable).kind) {
        case Thing::Kind::queue:
            return "told only while the caller waits in line";
        case Thing::Kind::duration:
            return "told when the message is recorded or stored, not when it is transcribed";
        case Thing::Kind::text:
            return "told only behind later: {transcribed: state}";
        case Thing::Kind::variable:
            break;
        }
        std::string text;
        int count = 0;
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            const Node& node = graph_.nodes[n];
            const Step& step = graph_.step(static_cast<int>(n));
            if (std::holds_alternative<If>(step.what) || !does_set(step, variable)) continue;
            if (++count > 3) continue;
            text += fmt::format("{}{} in state {} (line {})", count == 1 ? "set only by " : ", ",
                                step_name(step.what),
                                graph_.flow->states[static_cast<std::size_t>(node.state)].name,
                                step.span.begin.line);
        }
        const auto& takes = graph_.flow->takes;
        if (std::ranges::count(takes, variable) != 0) {
            return "set only when the flow is called with do";
        }
        if (count == 0) return "no step sets it";
        if (count > 3) text += fmt::format(" and {} more", count - 3);
        return text;
    }

    static bool does_set(const Step& step, int variable) {
        if (const auto* set = std::get_if<Set>(&step.what)) {
            return std::ranges::any_of(set->assignments, [&](const Assignment& assignment) {
                return !assignment.language && assignment.variable == variable;
            });
        }
        if (const auto* gather = std::get_if<Gather>(&step.what)) return gather->save == variable;
        if (const auto* record = std::get_if<Record>(&step.what)) return record->save == variable;
        if (const auto* menu = std::get_if<Menu>(&step.what)) {
            return std::ranges::any_of(
                menu->choices, [&](const Choice& choice) { return choice.save == variable; });
        }
        if (const auto* http = std::get_if<Http>(&step.what)) {
            return std::ranges::any_of(http->save,
                                       [&](const auto& save) { return save.first == variable; });
        }
        if (const auto* called = std::get_if<Do>(&step.what)) {
            return std::ranges::any_of(called->save,
                                       [&](const auto& save) { return save.first == variable; });
        }
        return false;
    }

    const Graph& graph_;
    std::size_t variables_;
    std::size_t count_;  // of all that may be unset
    std::vector<Root> roots_{};
    std::vector<std::vector<Read>> reads_{};
    std::vector<Bits> sure_{};
    std::vector<bool> visited_{};
};

}  // namespace

void check_unset(const Graph& graph, const std::vector<int>& from_outside,
                 config::Diagnostics& findings) {
    Unset{graph, from_outside}.report_all(findings);
}

}  // namespace flows::check
