#include "server/turn/sealed_state.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <set>

using namespace server;

namespace {

const Binding here{"acme/main/gather", "CA00000000000000000000000000000001"};
const FlowVersion version = version_of({{"acme.yaml", "flow: acme"}});

std::string sealed(const StateKey& key, std::string_view state = "a state",
                   const Binding& binding = here) {
    std::string token;
    seal(key, version, std::array{Sealing{state, binding, &token}});
    return token;
}

}  // namespace

TEST_CASE("what was sealed opens to the same state and version") {
    const StateKey key = StateKey::derive("token");
    for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1400U}) {
        const std::string state(size, 'x');
        const auto opened = open({key}, sealed(key, state), here);
        REQUIRE(opened);
        CHECK(opened->state == state);
        CHECK(opened->version == version);
    }
}

TEST_CASE("a duplicate webhook gets the same token, on any node with the same secret") {
    CHECK(sealed(StateKey::derive("token")) == sealed(StateKey::derive("token")));
    CHECK(sealed(StateKey::derive("token")) != sealed(StateKey::derive("another")));
}

TEST_CASE("the tokens of one reply share no nonce, and each opens at its own place") {
    const StateKey key = StateKey::derive("token");
    const auto seal_all = [&] {
        std::vector<std::string> tokens(300);
        std::vector<Sealing> sealings;
        for (std::string& token : tokens)
            sealings.push_back({"a state", here, &token});
        sealings[1].binding.path = "acme/main/noinput";
        sealings[2] = {"another", {here.path, "CA00000000000000000000000000000002"}, &tokens[2]};
        seal(key, version, sealings);
        return tokens;
    };
    const auto tokens = seal_all();
    CHECK(tokens == seal_all());
    std::set<std::string> nonces;
    for (const std::string& token : tokens)
        nonces.insert(token.substr(0, 16));  // 12 bytes
    CHECK(nonces.size() == tokens.size());
    CHECK(open({key}, tokens[0], here));
    CHECK_FALSE(open({key}, tokens[1], here));
    CHECK(open({key}, tokens[1], {"acme/main/noinput", here.sid}));
    CHECK(open({key}, tokens[2], {here.path, "CA00000000000000000000000000000002"})->state ==
          "another");
}

TEST_CASE("another state, path, call or version gets another nonce") {
    const StateKey key = StateKey::derive("token");
    const auto nonce = [](const std::string& token) { return token.substr(0, 16); };
    const std::string usual = nonce(sealed(key));
    CHECK(nonce(sealed(key, "b state")) != usual);
    CHECK(nonce(sealed(key, "a state", {"acme/main/noinput", here.sid})) != usual);
    CHECK(nonce(sealed(key, "a state", {here.path, "CA2"})) != usual);
    std::string token;
    seal(key, version_of({}), std::array{Sealing{"a state", here, &token}});
    CHECK(nonce(token) != usual);
}

TEST_CASE("a token is good for one path of one call only") {
    const StateKey key = StateKey::derive("token");
    const std::string token = sealed(key);
    CHECK_FALSE(open({key}, token, {"acme/main/noinput", here.sid}));
    CHECK_FALSE(open({key}, token, {here.path, "CA00000000000000000000000000000002"}));
    CHECK_FALSE(open({key}, token, {"acme/main/gatherCA0", here.sid.substr(3)}));
}

TEST_CASE("every configured key opens, whichever sealed") {
    const StateKey older = StateKey::derive("older");
    const StateKey newer = StateKey::derive("newer");
    CHECK(open({newer, older}, sealed(older), here));
    CHECK(open({newer, older}, sealed(newer), here));
    CHECK_FALSE(open({newer}, sealed(older), here));
    CHECK_FALSE(open({}, sealed(newer), here));
}

TEST_CASE("a token that was changed anywhere, cut or lengthened does not open") {
    const StateKey key = StateKey::derive("token");
    const std::string token = sealed(key);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(open({key}, changed, here));
        CHECK_FALSE(open({key}, token.substr(0, i), here));
    }
    CHECK_FALSE(open({key}, token + "A", here));
    CHECK_FALSE(open({key}, token + "=", here));
    CHECK_FALSE(open({key}, "", here));
}

TEST_CASE("a flow's version changes with any byte or name of its files") {
    CHECK(version_of({{"a", "b"}}) == version_of({{"a", "b"}}));
    CHECK(version_of({{"a", "b"}}) != version_of({{"a", "c"}}));
    CHECK(version_of({{"a", "b"}}) != version_of({{"ab", ""}}));
    CHECK(version_of({{"a", "b"}, {"c", "d"}}) != version_of({{"a", "b"}}));
    CHECK(to_hex(version_of({})).size() == 32);
}
