// The table of settings. Reader, errors, `config print` and the reference follow from it: a new
// setting is a new row, and a line in switchboard.example.yaml.
#pragma once

#include "config/settings.hpp"
#include "config/yaml_reader.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace config {

enum class SettingType {
    text,
    address,  // numeric host and port
    network,  // numeric host, or network/bits
    url,      // http or https, with an optional path prefix
    path,
    store,
    count,
    duration,
    size,
    choice,  // one of the words in `range`, split at `|`
    count_or_off,
    account_sid,
    service_sid,
    messaging_sid,
    phone,
    phone_prefix,
    host,  // a name or number with an optional port, `*.` and a name, or network/bits
    country,
    secret,     // {env}, {file} or {credential} only
    any_value,  // a text, or such a reference
};

enum class SettingShape { one, list, one_or_list };

// A setting's value once it is checked; what the type says is filled in.
struct SettingValue {
    std::vector<std::string> texts{};
    std::vector<Secret> secrets{};
    std::int64_t number = 0;  // a count, bytes or milliseconds; -1 for `off`
};

struct SettingRow {
    std::string_view name{};  // dotted; `[]` stands for each item of a list
    SettingType type = SettingType::text;
    SettingShape shape = SettingShape::one;
    std::string_view otherwise{};  // the default as it would be written; empty: none
    std::int64_t least = 0;        // of counts, bytes, milliseconds; of a list its fewest items
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    bool required = false;     // where the map that holds it is written at all
    std::string_view range{};  // for people; of a choice its words
    std::string_view meaning{};
    void (*assign)(Settings&, const SettingValue&) = nullptr;
};

std::span<const SettingRow> setting_rows();

// Why `text` is no value of the row's type, in words that go on after `"…" is `; empty: it is one,
// and is added to `value`. Secrets are not for this.
std::string check_value(const SettingRow& row, std::string_view text, SettingValue& value);

// The type for people: "duration, 1s to 14s".
std::string describe_type(const SettingRow& row);

// The configuration with what stands above it laid over it, and who laid what.
struct LaidSettings {
    YamlNode root{};
    std::map<std::string, std::string, std::less<>> origins{};  // by path
};
LaidSettings lay_over(YamlNode root, const Overrides& overrides);

// Of a path or the nearest one above it; empty: the file.
std::string_view origin_of(const LaidSettings& laid, std::string_view path);

}  // namespace config
