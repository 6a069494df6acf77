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

    // Who wants no texts, as it is now (consent.hpp).
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
};

constexpr Migration migrations[] = {{version_1}};

struct Word {
    std::string_view ours, theirs;
};
constexpr Word sqlite_words[] = {{"BIGINT", "INTEGER"}};
constexpr Word postgres_words[] = {{"BLOB", "BYTEA"}, {" STRICT", ""}};

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
