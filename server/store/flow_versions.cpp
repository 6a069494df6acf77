#include "server/store/flow_versions.hpp"

#include "server/store/sql_values.hpp"

#include <boost/endian/conversion.hpp>

#include <string_view>
#include <utility>

namespace server {
namespace {

constexpr std::string_view put_sql = R"(
    INSERT INTO flow_versions (version, flow, files, last_used) VALUES ($1, $2, $3, $4)
    ON CONFLICT (version) DO UPDATE SET last_used = excluded.last_used
        WHERE flow_versions.last_used <= $5)";
constexpr std::string_view get_version_sql =
    "SELECT flow, files FROM flow_versions WHERE version = $1";
constexpr std::string_view touch_sql =
    "UPDATE flow_versions SET last_used = $2 WHERE version = $1 AND last_used < $2";
constexpr std::string_view forget_versions_sql =
    "DELETE FROM flow_versions WHERE last_used < $1 RETURNING flow";

SqlValue to_sql(const FlowVersion& version) {
    return Blob{{version.bytes.begin(), version.bytes.end()}};
}

// Names and texts in turn, each behind its length.
void append(std::string& bytes, std::string_view piece) {
    std::array<char, 4> size{};
    boost::endian::endian_store<std::uint32_t, 4, boost::endian::order::big>(
        reinterpret_cast<unsigned char*>(size.data()), static_cast<std::uint32_t>(piece.size()));
    bytes.append(size.data(), size.size()).append(piece);
}

std::optional<std::string> next(std::string_view& bytes) {
    if (bytes.size() < 4) return std::nullopt;
    const auto size = boost::endian::endian_load<std::uint32_t, 4, boost::endian::order::big>(
        reinterpret_cast<const unsigned char*>(bytes.data()));
    if (bytes.size() - 4 < size) return std::nullopt;
    std::string piece{bytes.substr(4, size)};
    bytes.remove_prefix(4 + size);
    return piece;
}

std::string pack(const std::vector<StoredFlow::File>& files) {
    std::string bytes;
    for (const auto& [name, text] : files) {
        append(bytes, name);
        append(bytes, text);
    }
    return bytes;
}

std::optional<std::vector<StoredFlow::File>> unpack(std::string_view bytes) {
    std::vector<StoredFlow::File> files;
    while (!bytes.empty()) {
        auto name = next(bytes);
        auto text = next(bytes);
        if (!name || !text) return std::nullopt;
        files.push_back({.name = *std::move(name), .text = *std::move(text)});
    }
    return files;
}

}  // namespace

net::awaitable<Stored<void>> FlowVersions::put(FlowVersion version, StoredFlow flow,
                                               StoreTime now) {
    SqlStatement statement{.sql = put_sql,
                           .values = {to_sql(version), std::move(flow.flow), Blob{pack(flow.files)},
                                      server::to_sql(now), server::to_sql(now - use_lags)}};
    const auto put = co_await run_one(database_, std::move(statement));
    if (put.has_error()) co_return put.error();
    co_return Stored<void>{};
}

net::awaitable<Stored<std::optional<StoredFlow>>> FlowVersions::get(FlowVersion version) {
    SqlStatement statement{.sql = get_version_sql, .values = {to_sql(version)}};
    const auto found = co_await run_one(database_, std::move(statement));
    if (found.has_error()) co_return found.error();
    if (found->empty()) co_return std::optional<StoredFlow>{};
    const SqlRow& row = found->at(0);
    auto files = unpack(to_bytes(row.at(1)));
    if (!files) {
        co_return StoreError{.what = StoreFailure::broken,
                             .why = "a stored flow cannot be read: its row is damaged"};
    }
    StoredFlow flow{.flow = to_text(row.at(0)), .files = *std::move(files)};
    co_return std::optional{std::move(flow)};
}

net::awaitable<Stored<void>> FlowVersions::touch(std::vector<FlowVersion> versions, StoreTime now) {
    Transaction transaction;
    for (const FlowVersion& version : versions)
        transaction.statements.push_back(
            {.sql = touch_sql, .values = {to_sql(version), server::to_sql(now)}});
    const auto touched = co_await database_.run(std::move(transaction));
    if (touched.has_error()) co_return touched.error();
    co_return Stored<void>{};
}

net::awaitable<Stored<std::int64_t>> FlowVersions::forget(StoreTime before) {
    SqlStatement statement{.sql = forget_versions_sql,
                           .values = {server::to_sql(before - use_lags)}};
    co_return co_await run_and_count(database_, std::move(statement));
}

}  // namespace server
