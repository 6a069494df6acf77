// Who wants no messages from us, and how that came about. Asked before each text in the transaction
// that claims it (claims.hpp). Source of the rules: Twilio's opt-out handling, and the carriers'.
//
// A person opts out and in again; an operator blocks, and only an operator lifts that. The same
// text message counts once, however often and late Twilio tells of it. The history is only ever
// appended to. Numbers are found by a keyed digest and kept sealed, for audits.
#pragma once

#include "server/store/database.hpp"
#include "server/store/person_cipher.hpp"
#include "server/store/store_time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace server {

// Where an opt-out or its end came from. What a person said or did, and what an operator did.
enum class ConsentSource {
    sms_word,    // STOP or START, in the person's language
    voice_key,   // the steps `opt_out` and `opt_in`
    seen_21610,  // Twilio knew before we did
    console,     // the operator's console or `switchboard optout`
    import,      // a list that the operator brought
};
std::string_view to_text(ConsentSource source);
std::optional<ConsentSource> consent_source(std::string_view text);
bool is_of_operator(ConsentSource source);

struct ConsentChange {
    std::string number{};        // E.164
    std::string channel{"sms"};  // class of channels: "sms" (with MMS and RCS) or "whatsapp"
    std::string scope{};  // empty: the whole installation; else a sender, as in OptOutQuestion
    ConsentSource source = ConsentSource::sms_word;
    std::string evidence{};  // MessageSid or CallSid, or who did it at the console
    StoreTime at{};
};

struct OptOut {
    std::string number{};  // empty where the key that sealed it is gone
    std::string channel{};
    std::string scope{};
    ConsentSource source{};
    std::string evidence{};
    StoreTime since{};
};

struct ConsentEvent {
    bool out = true;  // false: in again
    OptOut what{};
};

// What an opt-in brought about.
struct OptedIn {
    std::int64_t lifted = 0;     // opt-outs that ended
    bool still_blocked = false;  // by an operator, or for the whole installation
};

// Thread-safe; keeps nothing itself. Both have to outlive it.
class Consent {
public:
    Consent(Database& database, const PersonCipher& cipher)
        : database_{database}, cipher_{cipher} {}

    // True where it is new; an opt-out that is there keeps its beginning. Either is in the history.
    net::awaitable<Stored<bool>> opt_out(ConsentChange change);

    // By a person: ends what persons set, for that scope and for the whole installation. By an
    // operator: ends all of that scope.
    net::awaitable<Stored<OptedIn>> opt_in(ConsentChange change);

    // For this sender or altogether.
    net::awaitable<Stored<bool>> is_opted_out(std::string number, std::string channel,
                                              std::string sender);

    // All that stand, a page at a time: those behind the `after` of the page before.
    struct Page {
        std::vector<OptOut> opt_outs{};
        std::string after{};  // empty: that was the last one
    };
    net::awaitable<Stored<Page>> list(std::string after, std::int64_t at_most);

    // All that happened to a number, oldest first.
    net::awaitable<Stored<std::vector<ConsentEvent>>> history(std::string number);

private:
    Database& database_;
    const PersonCipher& cipher_;
};

}  // namespace server
