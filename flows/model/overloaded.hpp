// Visits a variant with one lambda for each alternative: std::visit(Overloaded{[](const A&) …}, x).
#pragma once

namespace flows {

template <class... Ts> struct Overloaded : Ts... { using Ts::operator()...; };
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace flows
