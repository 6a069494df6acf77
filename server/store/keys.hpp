// What rows are found by: digests, which say nothing about whom or what they stand for.
#pragma once

#include <array>
#include <compare>

namespace server {

// 32 bytes; `Of` keeps the key of one thing from being used for another.
template <class Of> struct Digest {
    std::array<unsigned char, 32> bytes{};
    auto operator<=>(const Digest&) const = default;
};

// SHA-256 over what makes an effect the same one: CallSid, flow, state, visit, step (and while
// waiting in line the QueueTime). Design, chapter 4.
using EffectKey = Digest<struct OfEffect>;

// HMAC-SHA256 of a telephone number in E.164: equal for equal numbers, and without the key not to
// be guessed back, as a plain hash of so few possible numbers is.
using PersonKey = Digest<struct OfPerson>;

}  // namespace server
