#include "server/store/schema.hpp"

#include <utility>

namespace server {
namespace {

constexpr std::string_view version_1[] = {
    // Effects that were claimed, and what came of them (claims.hpp).
    R"(CREATE TABLE claims (
        effect BLOB NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        call_sid TEXT NOT NULL,
        owner TEXT NOT NULL,
        attempt BIGINT NOT NULL,
        claimed_at BIGINT NOT NULL,
        lease_until BIGINT NOT NULL,
        result BLOB,
        is_final BIGINT NOT NULL
    ) STRICT)",
    "CREATE INDEX claims_by_call ON claims (call_sid, claimed_at)",
    "CREATE INDEX claims_by_age ON claims (claimed_at)",

    // What all nodes share and nobody configured (secrets.hpp).
    R"(CREATE TABLE secrets (
        name TEXT NOT NULL PRIMARY KEY,
        bytes BLOB NOT NULL
    ) STRICT)",

    // The files behind the versions of flows (flow_versions.hpp).
    R"(CREATE TABLE flow_versions (
        version BLOB NOT NULL PRIMARY KEY,
        flow TEXT NOT NULL,
        files BLOB NOT NULL,
        last_used BIGINT NOT NULL
    ) STRICT)",

    // Turns with nobody on the line (owed_turns.hpp).
    R"(CREATE TABLE owed_turns (
        turn BLOB NOT NULL PRIMARY KEY,
        call_sid TEXT NOT NULL,
        flow TEXT NOT NULL,
        state BLOB NOT NULL,
        event BLOB NOT NULL,
        owed_at BIGINT NOT NULL,
        owner TEXT NOT NULL,
        attempt BIGINT NOT NULL,
        lease_until BIGINT NOT NULL,
        is_done BIGINT NOT NULL
    ) STRICT)",
    "CREATE INDEX owed_turns_waiting ON owed_turns (owed_at) WHERE is_done = 0",
    "CREATE INDEX owed_turns_by_age ON owed_turns (owed_at)",

    // Where calls of flows with `hung_up` stood last (last_states.hpp).
    R"(CREATE TABLE last_states (
        call_sid TEXT NOT NULL PRIMARY KEY,
        flow TEXT NOT NULL,
        state BLOB,
        told_at BIGINT NOT NULL,
        is_over BIGINT NOT NULL
    ) STRICT)",
    "CREATE INDEX last_states_by_age ON last_states (told_at)",

    // Rates (limits.hpp); microseconds.
    R"(CREATE TABLE limits (
        key TEXT NOT NULL PRIMARY KEY,
        at_rest BIGINT NOT NULL
    ) STRICT)",
    "CREATE INDEX limits_by_age ON limits (at_rest)",

    // Who wants no texts, as it is now, and how it became so (consent.hpp).
    R"(CREATE TABLE opt_outs (
        person BLOB NOT NULL,
        channel TEXT NOT NULL,
        scope TEXT NOT NULL,
        set_by TEXT NOT NULL,
        source TEXT NOT NULL,
        evidence TEXT NOT NULL,
        since BIGINT NOT NULL,
        sealed_number BLOB NOT NULL,
        PRIMARY KEY (person, channel, scope, set_by)
    ) STRICT)",
    R"(CREATE TABLE consent_history (
        id COUNTED,
        is_out BIGINT NOT NULL,
        person BLOB NOT NULL,
        channel TEXT NOT NULL,
        scope TEXT NOT NULL,
        source TEXT NOT NULL,
        evidence TEXT NOT NULL,
        at BIGINT NOT NULL,
        sealed_number BLOB NOT NULL
    ) STRICT)",
    "CREATE INDEX consent_history_by_person ON consent_history (person, id)",

    // Requests of the step `callback` (callbacks.hpp).
    R"(CREATE TABLE callbacks (
        id TEXT NOT NULL PRIMARY KEY,
        call_sid TEXT NOT NULL,
        number TEXT NOT NULL,
        flow TEXT NOT NULL,
        state BLOB NOT NULL,
        queue TEXT NOT NULL,
        asked_at BIGINT NOT NULL,
        due BIGINT,
        until BIGINT NOT NULL,
        attempts BIGINT NOT NULL,
        status TEXT NOT NULL,
        attempt BIGINT NOT NULL,
        owner TEXT NOT NULL,
        lease_until BIGINT NOT NULL,
        may_be_placed BIGINT NOT NULL,
        placed_call_sid TEXT NOT NULL
    ) STRICT)",
    "CREATE INDEX callbacks_open ON callbacks (due) WHERE status IN ('waiting', 'placing')",
    "CREATE INDEX callbacks_by_call ON callbacks (placed_call_sid)",
    "CREATE INDEX callbacks_by_age ON callbacks (asked_at)",

    // Operators' words on hours, as they are now, and how they became so (hours_overrides.hpp).
    R"(CREATE TABLE hours_overrides (
        flow TEXT NOT NULL,
        name TEXT NOT NULL,
        is_open BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        said_by TEXT NOT NULL,
        said_at BIGINT NOT NULL,
        PRIMARY KEY (flow, name)
    ) STRICT)",
    R"(CREATE TABLE hours_history (
        id COUNTED,
        flow TEXT NOT NULL,
        name TEXT NOT NULL,
        is_open BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        said_by TEXT NOT NULL,
        said_at BIGINT NOT NULL,
        is_lifted BIGINT NOT NULL
    ) STRICT)",
    "CREATE INDEX hours_history_by_name ON hours_history (flow, name, id)",

    // How often something has changed, for those who would look whether it has.
    R"(CREATE TABLE changes (
        what TEXT NOT NULL PRIMARY KEY,
        counted BIGINT NOT NULL
    ) STRICT)",

    // What became of texts (message_receipts.hpp).
    R"(CREATE TABLE message_receipts (
        message_sid TEXT NOT NULL PRIMARY KEY,
        effect BLOB,
        status TEXT NOT NULL,
        status_rank BIGINT NOT NULL,
        error_code BIGINT NOT NULL,
        at BIGINT NOT NULL
    ) STRICT)",
    "CREATE INDEX message_receipts_by_effect ON message_receipts (effect)",
    "CREATE INDEX message_receipts_by_age ON message_receipts (at)",

    // When persons last wrote to our senders (message_windows.hpp).
    R"(CREATE TABLE message_windows (
        sender TEXT NOT NULL,
        person BLOB NOT NULL,
        last_inbound BIGINT NOT NULL,
        PRIMARY KEY (sender, person)
    ) STRICT)",
    "CREATE INDEX message_windows_by_age ON message_windows (last_inbound)",
};

constexpr std::string_view version_2[] = {
    // Whether one-time codes are used, by the numbers' prefix (verify_watch.hpp).
    R"(CREATE TABLE verify_watch (
        prefix BLOB NOT NULL PRIMARY KEY,
        starts BIGINT NOT NULL,
        approvals BIGINT NOT NULL,
        last_start BIGINT NOT NULL,
        closed_until BIGINT NOT NULL
    ) STRICT)",
};

constexpr Migration migrations[] = {{version_1}, {version_2}};

struct Word {
    std::string_view ours, theirs;
};
constexpr Word sqlite_words[] = {{"BIGINT", "INTEGER"}, {"COUNTED", "INTEGER PRIMARY KEY"}};
constexpr Word postgres_words[] = {
    {"BLOB", "BYTEA"},
    {" STRICT", ""},
    {"COUNTED", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"}};

}  // namespace

std::span<const Migration> schema_migrations() { return migrations; }

std::string in_dialect(std::string_view sql, SqlDialect dialect) {
    const std::span<const Word> words =
        dialect == SqlDialect::sqlite ? std::span<const Word>{sqlite_words} : postgres_words;
    std::string text{sql};
    for (const auto& [ours, theirs] : words) {
        for (std::size_t at = text.find(ours); at != std::string::npos;
             at = text.find(ours, at + theirs.size()))
            text.replace(at, ours.size(), theirs);
    }
    return text;
}

}  // namespace server
