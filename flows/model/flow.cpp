#include "flows/model/flow.hpp"

namespace flows {
namespace {

template <class List, class Key>
int index_where(const List& list, std::string_view wanted, Key key) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].*key == wanted) return static_cast<int>(i);
    }
    return -1;
}

}  // namespace

int Flow::find_state(std::string_view state) const {
    return index_where(states, state, &State::name);
}

int Flow::find_language(std::string_view tag) const {
    return index_where(languages, tag, &Language::tag);
}

const Flow* FlowSet::find(std::string_view name) const {
    const auto found = flows.find(name);
    return found == flows.end() ? nullptr : found->second.get();
}

}  // namespace flows
