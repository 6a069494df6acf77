// Comma-separated values, as spreadsheets write and read them. Source: RFC 4180. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace server {

struct CsvRow {
    std::vector<std::string> fields{};
    int line = 1;  // on which it begins
};

// Rows in order; lines that hold nothing are none. A byte order mark in front is skipped, quotes
// may hold commas, line ends and doubled quotes, and `;` parts fields where the first line holds
// one and no comma, as spreadsheets write it in half of Europe. Never fails: what follows a closing
// quote belongs to the field, and a quote that is never closed ends with the text.
std::vector<CsvRow> read_csv(std::string_view text);

// One line with its end, fields quoted where they need it.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace server
