#include "server/store/consent.hpp"

#include "server/store/sql_values.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace server {
namespace {

// A text that comes again, perhaps after later ones, says nothing new: its sid (`once`) is in the
// history. Empty: of what may be said several times with the same evidence, as in a call.
constexpr std::string_view opt_out_sql = R"(
    INSERT INTO opt_outs (person, channel, scope, set_by, source, evidence, since, sealed_number)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8
    WHERE $9 = '' OR NOT EXISTS (SELECT 1 FROM consent_history
                                 WHERE person = $1 AND source = 'sms_word' AND evidence = $9)
    ON CONFLICT DO NOTHING RETURNING since)";

constexpr std::string_view opt_in_of_person_sql = R"(
    DELETE FROM opt_outs
    WHERE person = $1 AND channel = $2 AND scope IN ('', $3) AND set_by = 'person'
        AND ($4 = '' OR NOT EXISTS (SELECT 1 FROM consent_history
                                    WHERE person = $1 AND source = 'sms_word' AND evidence = $4))
    RETURNING since)";

constexpr std::string_view opt_in_of_operator_sql = R"(
    DELETE FROM opt_outs WHERE person = $1 AND channel = $2 AND scope = $3
    RETURNING since)";

constexpr std::string_view is_opted_out_sql = R"(
    SELECT since FROM opt_outs WHERE person = $1 AND channel = $2 AND scope IN ('', $3) LIMIT 1)";

constexpr std::string_view consent_history_sql = R"(
    INSERT INTO consent_history
        (is_out, person, channel, scope, source, evidence, at, sealed_number)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8
    WHERE $9 = '' OR NOT EXISTS (SELECT 1 FROM consent_history
                                 WHERE person = $2 AND source = 'sms_word' AND evidence = $9))";

constexpr std::string_view list_sql = R"(
    SELECT sealed_number, channel, scope, source, evidence, since, person, set_by FROM opt_outs
    WHERE (person, channel, scope, set_by) > ($1, $2, $3, $4)
    ORDER BY person, channel, scope, set_by LIMIT $5)";

constexpr std::string_view consent_history_of_sql = R"(
    SELECT sealed_number, channel, scope, source, evidence, at, is_out FROM consent_history
    WHERE person = $1 ORDER BY id)";

struct SourceWord {
    ConsentSource source;
    std::string_view word;
    bool of_operator;
};
constexpr std::array source_words{
    SourceWord{ConsentSource::sms_word, "sms_word", false},
    SourceWord{ConsentSource::voice_key, "voice_key", false},
    SourceWord{ConsentSource::seen_21610, "21610", false},
    SourceWord{ConsentSource::console, "console", true},
    SourceWord{ConsentSource::import, "import", true},
};
const SourceWord& row_of(ConsentSource source) {
    return *std::ranges::find(source_words, source, &SourceWord::source);
}

std::string text_of(ConsentSource source) { return std::string{to_text(source)}; }

std::string once(const ConsentChange& change) {
    return change.source == ConsentSource::sms_word ? change.evidence : std::string{};
}

SqlStatement history_statement(bool out, const PersonKey& person, const ConsentChange& change,
                               const std::string& sealed) {
    return {.sql = consent_history_sql,
            .values = {std::int64_t{out ? 1 : 0}, to_sql(person), change.channel, change.scope,
                       text_of(change.source), change.evidence, to_sql(change.at), Blob{sealed},
                       once(change)}};
}

OptOut to_opt_out(const SqlRow& row, const PersonCipher& cipher) {
    return {.number = cipher.open(to_bytes(row.at(0))).value_or(""),
            .channel = to_text(row.at(1)),
            .scope = to_text(row.at(2)),
            .source = consent_source(to_text(row.at(3))).value_or(ConsentSource::import),
            .evidence = to_text(row.at(4)),
            .since = to_time(row.at(5))};
}

// The last row's key, each part but the first without a line end in it.
std::string to_cursor(const SqlRow& row) {
    return to_text(row.at(1)) + '\n' + to_text(row.at(2)) + '\n' + to_text(row.at(7)) + '\n' +
           to_bytes(row.at(6));
}

std::vector<SqlValue> from_cursor(std::string_view cursor) {
    std::array<std::string, 3> texts;
    for (std::string& text : texts) {
        const std::size_t end = std::min(cursor.find('\n'), cursor.size());
        text = cursor.substr(0, end);
        cursor.remove_prefix(std::min(end + 1, cursor.size()));
    }
    return {Blob{std::string{cursor}}, texts[0], texts[1], texts[2]};
}

}  // namespace

std::string_view to_text(ConsentSource source) { return row_of(source).word; }

std::optional<ConsentSource> consent_source(std::string_view text) {
    const auto* const found = std::ranges::find(source_words, text, &SourceWord::word);
    if (found == source_words.end()) return std::nullopt;
    return found->source;
}

bool is_of_operator(ConsentSource source) { return row_of(source).of_operator; }

net::awaitable<Stored<bool>> Consent::opt_out(ConsentChange change) {
    const PersonKey person = cipher_.key_of(change.number);
    const std::string sealed = cipher_.seal(change.number);
    const std::string set_by = is_of_operator(change.source) ? "operator" : "person";
    Transaction transaction{
        .statements = {{.sql = opt_out_sql,
                        .values = {to_sql(person), change.channel, change.scope, set_by,
                                   text_of(change.source), change.evidence, to_sql(change.at),
                                   Blob{sealed}, once(change)}},
                       history_statement(true, person, change, sealed)}};
    const auto done = co_await database_.run(std::move(transaction));
    if (done.has_error()) co_return done.error();
    co_return !done->at(0).empty();
}

net::awaitable<Stored<OptedIn>> Consent::opt_in(ConsentChange change) {
    const PersonKey person = cipher_.key_of(change.number);
    const std::string sealed = cipher_.seal(change.number);
    const std::vector<SqlValue> which{to_sql(person), change.channel, change.scope};
    SqlStatement lift{.sql = opt_in_of_operator_sql, .values = which};
    if (!is_of_operator(change.source)) {
        lift.sql = opt_in_of_person_sql;
        lift.values.emplace_back(once(change));
    }
    Transaction transaction{.statements = {std::move(lift),
                                           {.sql = is_opted_out_sql, .values = which},
                                           history_statement(false, person, change, sealed)}};
    const auto done = co_await database_.run(std::move(transaction));
    if (done.has_error()) co_return done.error();
    co_return OptedIn{.lifted = static_cast<std::int64_t>(done->at(0).size()),
                      .still_blocked = !done->at(1).empty()};
}

net::awaitable<Stored<bool>> Consent::is_opted_out(std::string number, std::string channel,
                                                   std::string sender) {
    SqlStatement question{
        .sql = is_opted_out_sql,
        .values = {to_sql(cipher_.key_of(number)), std::move(channel), std::move(sender)}};
    const auto found = co_await run_one(database_, std::move(question));
    if (found.has_error()) co_return found.error();
    co_return !found->empty();
}

net::awaitable<Stored<Consent::Page>> Consent::list(std::string after, std::int64_t at_most) {
    SqlStatement question{.sql = list_sql, .values = from_cursor(after)};
    question.values.emplace_back(at_most);
    const auto found = co_await run_one(database_, std::move(question));
    if (found.has_error()) co_return found.error();
    Page page;
    for (const SqlRow& row : *found)
        page.opt_outs.push_back(to_opt_out(row, cipher_));
    if (static_cast<std::int64_t>(found->size()) == at_most) page.after = to_cursor(found->back());
    co_return page;
}

net::awaitable<Stored<std::vector<ConsentEvent>>> Consent::history(std::string number) {
    SqlStatement question{.sql = consent_history_of_sql,
                          .values = {to_sql(cipher_.key_of(number))}};
    const auto found = co_await run_one(database_, std::move(question));
    if (found.has_error()) co_return found.error();
    std::vector<ConsentEvent> events;
    for (const SqlRow& row : *found)
        events.push_back({.out = to_integer(row.at(6)) != 0, .what = to_opt_out(row, cipher_)});
    co_return events;
}

}  // namespace server
