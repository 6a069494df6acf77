#include "server/store/migrated_database.hpp"
#include "server/store/sqlite_database.hpp"
#include "server/turn/stored_notes.hpp"
#include "tests/support/temporary_folder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <exception>
#include <optional>

using namespace server;
using namespace std::chrono_literals;

namespace {

const StoreTime noon{1'800'000'000'000ms};
const std::string message = "SM0123456789abcdef0123456789abcdef";
const std::string person = "+12025550123";
const std::string sender = "+12025550100";

std::string result_of(std::string_view outcome) { return "result: " + std::string{outcome}; }

EffectKey some_effect() {
    EffectKey key;
    key.bytes.fill(7);
    return key;
}

// A store of SQLite, and what is written into it.
struct Notes {
    support::TemporaryFolder folder{};
    MigratedDatabase database{std::make_unique<SqliteDatabase>(folder.path() / "store.db")};
    PersonCipher cipher{"a secret of this installation"};
    StoredNotes notes{database, cipher, &result_of};
    net::io_context loop{1};

    template <class T> T wait(net::awaitable<T> work) {
        std::optional<T> result;
        net::co_spawn(loop, std::move(work), [&](const std::exception_ptr& failure, T value) {
            if (failure) std::rethrow_exception(failure);
            result = std::move(value);
        });
        loop.restart();
        loop.run_for(std::chrono::seconds{30});
        REQUIRE(result);
        return *std::move(result);
    }
    void write(MessageNote note) { CHECK(wait(notes.write(std::move(note)))); }

    void says(bool stop, twiml::MessageChannel channel = twiml::MessageChannel::sms) {
        write(ConsentNote{.person = *twiml::E164::parse(person),
                          .channel = channel,
                          .sender = sender,
                          .opts_out = stop,
                          .evidence = "SM" + std::to_string(++messages),
                          .at = noon});
    }
    int messages = 0;
    bool is_opted_out(const std::string& channel, const std::string& from) {
        Consent consent{database, cipher};
        return *wait(consent.is_opted_out(person, channel, from));
    }
    void tells(twiml::MessageStatus status, std::optional<EffectKey> effect = std::nullopt,
               std::string_view outcome = "sent") {
        write(ReceiptNote{.message_sid = message,
                          .status = status,
                          .error_code = std::nullopt,
                          .effect = effect,
                          .outcome = outcome,
                          .at = noon});
    }
};

}  // namespace

TEST_CASE("a STOP to one number gives peace from all, a START lifts it") {
    Notes store;
    CHECK_FALSE(store.is_opted_out("sms", sender));
    store.says(true);
    CHECK(store.is_opted_out("sms", sender));
    CHECK(store.is_opted_out("sms", "+12025550199"));
    CHECK_FALSE(store.is_opted_out("whatsapp", sender));
    store.says(false);
    CHECK_FALSE(store.is_opted_out("sms", sender));
}

TEST_CASE("an opt-out that Twilio knew of is kept, and a START lifts it") {
    Notes store;
    store.write(ConsentNote{.person = *twiml::E164::parse(person),
                            .sender = sender,
                            .twilio_knew = true,
                            .evidence = message,
                            .at = noon});
    CHECK(store.is_opted_out("sms", sender));
    store.says(false);
    CHECK_FALSE(store.is_opted_out("sms", sender));
}

TEST_CASE("a START never lifts what an operator set") {
    Notes store;
    Consent consent{store.database, store.cipher};
    ConsentChange block{
        .number = person, .source = ConsentSource::console, .evidence = "ops", .at = noon};
    REQUIRE(store.wait(consent.opt_out(std::move(block))).has_value());
    store.says(true);
    store.says(false);
    CHECK(store.is_opted_out("sms", sender));
}

TEST_CASE("who stops us on WhatsApp may still be texted") {
    Notes store;
    store.says(true, twiml::MessageChannel::whatsapp);
    CHECK(store.is_opted_out("whatsapp", sender));
    CHECK_FALSE(store.is_opted_out("sms", sender));
}

TEST_CASE("a WhatsApp message opens its person's window with that sender") {
    Notes store;
    store.write(WindowNote{.person = *twiml::E164::parse(person), .sender = sender, .at = noon});
    MessageWindows windows{store.database};
    const PersonKey key = store.cipher.key_of(person);
    CHECK(*store.wait(windows.is_open(sender, key, noon + 23h)));
    CHECK_FALSE(*store.wait(windows.is_open(sender, key, noon + 24h)));
    CHECK_FALSE(*store.wait(windows.is_open("+12025550199", key, noon + 1h)));
}

TEST_CASE("receipts in any order leave the furthest") {
    using enum twiml::MessageStatus;
    Notes store;
    for (const auto status : {sent, delivered, queued, sending, delivered})
        store.tells(status);
    MessageReceipts receipts{store.database};
    const auto kept = *store.wait(receipts.find(message));
    REQUIRE(kept);
    CHECK(kept->status == "delivered");
}

TEST_CASE("a receipt resolves the text whose answer was lost, once") {
    Notes store;
    Claims claims{store.database};
    const EffectKey key = some_effect();
    ClaimRequest request{.key = key, .kind = "sms", .owner = "me", .now = noon};
    REQUIRE(store.wait(claims.claim(std::move(request))).has_value());
    REQUIRE(store.wait(claims.finish(key, {.result = result_of("unknown"), .is_final = false}))
                .has_value());

    store.tells(twiml::MessageStatus::sent, key, "sent");
    auto row = *store.wait(claims.find(key));
    REQUIRE(row);
    REQUIRE(row->finished);
    CHECK(row->finished->result == "result: sent");
    CHECK(row->finished->is_final);

    // What the caller was told stays what they were told.
    store.tells(twiml::MessageStatus::failed, key, "failed");
    row = *store.wait(claims.find(key));
    CHECK(row->finished->result == "result: sent");
}

TEST_CASE("a store that is away is said, not hidden") {
    Notes store;
    MigratedDatabase away{std::make_unique<SqliteDatabase>("/proc/no-place/such.db")};
    StoredNotes notes{away, store.cipher, &result_of};
    MessageNote note =
        WindowNote{.person = *twiml::E164::parse(person), .sender = sender, .at = noon};
    CHECK_FALSE(store.wait(notes.write(std::move(note))));
}
