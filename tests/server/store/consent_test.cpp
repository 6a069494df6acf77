#include "server/store/claims.hpp"
#include "server/store/consent.hpp"
#include "tests/server/store/test_store.hpp"

#include <fmt/format.h>

#include <set>

using namespace server;
using namespace server::testing;
using namespace std::chrono_literals;

namespace {

const std::string ada = "+12025550142";
const std::string bob = "+12025550143";
const std::string sender = "+12025550100";

struct Registry {
    TestStore store{GENERATE(each_engine())};
    PersonCipher cipher{"a secret that is hard to guess"};
    Consent consent{store.database(), cipher};

    // Each a message of its own.
    static ConsentChange change(std::string number, ConsentSource source, std::string scope = "",
                                StoreTime at = noon) {
        static int messages = 0;
        return {.number = std::move(number),
                .scope = std::move(scope),
                .source = source,
                .evidence = fmt::format("SM{}", ++messages),
                .at = at};
    }
    bool out(ConsentChange what) { return store.must(consent.opt_out(std::move(what))); }
    OptedIn in(ConsentChange what) { return store.must(consent.opt_in(std::move(what))); }
    bool is_out(const std::string& number, const char* channel = "sms",
                const std::string& from = sender) {
        return store.must(consent.is_opted_out(number, channel, from));
    }
};

}  // namespace

TEST_CASE("STOP ends texts from every sender of the installation, START begins them again") {
    Registry registry;
    CHECK_FALSE(registry.is_out(ada));
    CHECK(registry.out(Registry::change(ada, ConsentSource::sms_word)));
    CHECK(registry.is_out(ada));
    CHECK(registry.is_out(ada, "sms", "+12025550101"));
    CHECK_FALSE(registry.is_out(ada, "whatsapp"));
    CHECK_FALSE(registry.is_out(bob));
    const OptedIn in = registry.in(Registry::change(ada, ConsentSource::sms_word));
    CHECK(in.lifted == 1);
    CHECK_FALSE(in.still_blocked);
    CHECK_FALSE(registry.is_out(ada));
}

TEST_CASE("an opt-out from one sender leaves the others, and START to it ends both kinds") {
    Registry registry;
    registry.out(Registry::change(ada, ConsentSource::sms_word, sender));
    CHECK(registry.is_out(ada));
    CHECK_FALSE(registry.is_out(ada, "sms", "+12025550101"));
    registry.out(Registry::change(ada, ConsentSource::voice_key));
    CHECK(registry.is_out(ada, "sms", "+12025550101"));
    CHECK(registry.in(Registry::change(ada, ConsentSource::sms_word, sender)).lifted == 2);
    CHECK_FALSE(registry.is_out(ada));
}

TEST_CASE("a person cannot lift what an operator has set, and an operator lifts everything") {
    Registry registry;
    const auto source = GENERATE(ConsentSource::console, ConsentSource::import);
    registry.out(Registry::change(ada, ConsentSource::seen_21610));
    registry.out(Registry::change(ada, source));
    const OptedIn in = registry.in(Registry::change(ada, ConsentSource::sms_word));
    CHECK(in.lifted == 1);
    CHECK(in.still_blocked);
    CHECK(registry.is_out(ada));
    registry.out(Registry::change(ada, ConsentSource::voice_key));
    CHECK(registry.in(Registry::change(ada, ConsentSource::console)).lifted == 2);
    CHECK_FALSE(registry.is_out(ada));
}

TEST_CASE("who opts out again keeps the first time, and all of it is in the history") {
    Registry registry;
    const ConsentChange first = Registry::change(ada, ConsentSource::sms_word);
    CHECK(registry.out(first));
    CHECK_FALSE(registry.out(Registry::change(ada, ConsentSource::voice_key, "", noon + 1h)));
    registry.in(Registry::change(ada, ConsentSource::sms_word, "", noon + 2h));
    registry.out(Registry::change(bob, ConsentSource::import));

    const auto history = registry.store.must(registry.consent.history(ada));
    REQUIRE(history.size() == 3);
    CHECK(history[0].out);
    CHECK(history[0].what.number == ada);
    CHECK(history[0].what.source == ConsentSource::sms_word);
    CHECK(history[0].what.evidence == first.evidence);
    CHECK(history[0].what.since == noon);
    CHECK(history[1].what.source == ConsentSource::voice_key);
    CHECK_FALSE(history[2].out);
    CHECK(history[2].what.since == noon + 2h);
}

TEST_CASE("a text message that comes again says nothing new, whatever came in between") {
    Registry registry;
    const ConsentChange stop = Registry::change(ada, ConsentSource::sms_word);
    const ConsentChange start = Registry::change(ada, ConsentSource::sms_word);
    registry.out(stop);
    registry.in(start);
    registry.out(stop);  // old
    CHECK_FALSE(registry.is_out(ada));
    registry.out(Registry::change(ada, ConsentSource::sms_word));
    CHECK(registry.in(start).lifted == 0);  // old
    CHECK(registry.is_out(ada));
    CHECK(registry.store.must(registry.consent.history(ada)).size() == 3);
}

TEST_CASE("in a call people may change their minds") {
    Registry registry;
    ConsentChange in_call = Registry::change(ada, ConsentSource::voice_key);
    in_call.evidence = "CA1";
    for (int i = 0; i < 2; ++i) {
        CHECK(registry.out(in_call));
        CHECK(registry.in(in_call).lifted == 1);
    }
}

TEST_CASE("the whole list is told page by page, with numbers only the cipher can read") {
    Registry registry;
    std::multiset<std::string> expected;
    for (int i = 10; i < 17; ++i) {
        const std::string number = "+120255501" + std::to_string(i);
        registry.out(Registry::change(number, ConsentSource::import, i % 2 == 0 ? "" : sender));
        expected.insert(number);
    }
    registry.out(Registry::change("+12025550110", ConsentSource::sms_word));
    expected.insert("+12025550110");

    std::multiset<std::string> told;
    std::string after;
    int pages = 0;
    do {
        const auto page = registry.store.must(registry.consent.list(after, 3));
        for (const OptOut& each : page.opt_outs)
            told.insert(each.number);
        after = page.after;
        ++pages;
    } while (!after.empty());
    CHECK(told == expected);
    CHECK(pages == 3);

    const PersonCipher other{"another secret"};
    Consent stranger{registry.store.database(), other};
    CHECK(registry.store.must(stranger.list("", 1)).opt_outs.at(0).number.empty());
    for (const SqlRow& row : registry.store.rows("SELECT sealed_number FROM consent_history"))
        CHECK(std::get<Blob>(row[0]).bytes.find("2025550") == std::string::npos);
}

TEST_CASE("a text is not claimed for whoever is in the registry") {
    Registry registry;
    registry.out(Registry::change(ada, ConsentSource::sms_word));
    Claims claims{registry.store.database()};
    const auto claim = [&](unsigned char which, const std::string& number) {
        return registry.store.must(claims.claim(
            {.key = {.bytes = {which}},
             .owner = "node",
             .now = noon,
             .unless_opted_out = OptOutQuestion{.person = registry.cipher.key_of(number),
                                                .channel = "sms",
                                                .sender = sender,
                                                .result_if_opted_out = "opted_out"}}));
    };
    CHECK(std::holds_alternative<OptedOut>(claim(1, ada)));
    CHECK(std::holds_alternative<Claimed>(claim(2, bob)));
}

TEST_CASE("sources have words that can be read back") {
    for (const auto source :
         {ConsentSource::sms_word, ConsentSource::voice_key, ConsentSource::seen_21610,
          ConsentSource::console, ConsentSource::import})
        CHECK(consent_source(to_text(source)) == source);
    CHECK_FALSE(consent_source("hearsay"));
}

TEST_CASE("a number is found by its digest and read only from its seal, unspoilt") {
    const PersonCipher cipher{"secret"};
    const PersonCipher same{"secret"};
    const PersonCipher other{"Secret"};
    CHECK(cipher.key_of(ada) == same.key_of(ada));
    CHECK(cipher.key_of(ada) != cipher.key_of(bob));
    CHECK(cipher.key_of(ada) != other.key_of(ada));

    std::string sealed = cipher.seal(ada);
    CHECK(same.open(sealed) == ada);
    CHECK(sealed != cipher.seal(ada));
    CHECK_FALSE(other.open(sealed));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string spoilt = sealed;
        spoilt[i] ^= 1;
        CHECK_FALSE(cipher.open(spoilt));
        CHECK_FALSE(cipher.open(sealed.substr(0, i)));
    }
    CHECK(cipher.open(cipher.seal("")) == "");
}
