// A call's state as the token in its callback URLs: AES-256-GCM with a nonce derived from what is
// sealed, so that a duplicate webhook is answered with the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

// Which bytes of which files a call runs on: SHA-256 over them, cut to 16 bytes.
struct FlowVersion {
    std::array<unsigned char, 16> bytes{};
    auto operator<=>(const FlowVersion&) const = default;
};
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

// Appends the token (base64url) to `out`. `state` are the bytes of flows::encode. Equal arguments,
// equal token. Thread-safe.
void seal(const StateKey& key, const FlowVersion& version, std::string_view state,
          const Binding& binding, std::string& out);

struct OpenedState {
    FlowVersion version{};
    std::string state{};
};
// Tries every key. Nothing for what none of them sealed for this binding: tampered, foreign, cut
// short or not a token at all. Thread-safe.
std::optional<OpenedState> open(const std::vector<StateKey>& keys, std::string_view token,
                                const Binding& binding);

}  // namespace server
