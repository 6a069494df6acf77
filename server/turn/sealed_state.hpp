// A call's state as the token in its callback URLs: AES-256-GCM with a nonce derived from what is
// sealed, so that a duplicate webhook is answered with the same bytes.
#pragma once

#include "server/flow_version.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace server {

std::string to_hex(const FlowVersion& version);

// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// SHA-256 over named pieces, each with its length: no two lists of pieces hash alike.
FlowVersion version_of(const std::vector<std::pair<std::string_view, std::string_view>>& files);

// What seals and opens: an AES key and a key for nonces, both by HKDF-SHA256 (RFC 5869) from a
// secret. Cheap to copy. It has no << and no ==.
class StateKey {
public:
    static StateKey derive(std::string_view secret);

    struct Parts {
        std::array<unsigned char, 32> cipher{};
        std::array<unsigned char, 32> nonce{};
        std::uint64_t id = 0;  // unique in this process: finds the contexts a thread keeps
    };
    const Parts& parts() const { return *parts_; }

private:
    explicit StateKey(std::shared_ptr<const Parts> parts) : parts_{std::move(parts)} {}
    std::shared_ptr<const Parts> parts_;
};

// What a token is good for: only at this path, only in this call. Both are authenticated with it.
struct Binding {
    std::string_view path{};  // "{flow}/{state}/{event}"
    std::string_view sid{};   // CallSid, or ParentCallSid on a dialled leg
};

// A state to seal, and the text its token is appended to (base64url). `state` are the bytes of
// flows::encode. The binding's path may be a view of `out`.
struct Sealing {
    std::string_view state{};
    Binding binding{};
    std::string* out = nullptr;
};

// Seals what the callbacks of one reply carry. Equal arguments, equal tokens. The nonces come from
// one HMAC over all of it, told apart by the token's place: hashing each apart cost as much as a
// tenth of a webhook. At most 65,536 of them. Thread-safe.
void seal(const StateKey& key, const FlowVersion& version, std::span<const Sealing> sealings);

struct OpenedState {
    FlowVersion version{};
    std::string state{};
};
// Tries every key. Nothing for what none of them sealed for this binding: tampered, foreign, cut
// short or not a token at all. Thread-safe.
std::optional<OpenedState> open(const std::vector<StateKey>& keys, std::string_view token,
                                const Binding& binding);

}  // namespace server
