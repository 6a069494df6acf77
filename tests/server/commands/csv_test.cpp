#include "server/commands/csv.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace server;
using Fields = std::vector<std::string>;

namespace {

std::vector<Fields> fields_of(std::string_view text) {
    std::vector<Fields> all;
    for (const CsvRow& row : read_csv(text))
        all.push_back(row.fields);
    return all;
}

}  // namespace

TEST_CASE("rows end with a line, fields with a comma; empty lines are no rows") {
    CHECK(fields_of("number,since\r\n+12025550123,2026-11-24\r\n\r\n") ==
          std::vector<Fields>{{"number", "since"}, {"+12025550123", "2026-11-24"}});
    CHECK(fields_of("a,,c\n,\n\nlast") == std::vector<Fields>{{"a", "", "c"}, {"", ""}, {"last"}});
    CHECK(fields_of("").empty());
    CHECK(fields_of("\n\r\n").empty());
}

TEST_CASE("quotes hold commas, line ends and doubled quotes") {
    CHECK(fields_of("\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\nnext") ==
          std::vector<Fields>{{"a,b", "say \"no\"", "two\nlines"}, {"next"}});
    CHECK(fields_of("\"\"\n") == std::vector<Fields>{{""}});
    CHECK(fields_of("\"never closed,\nat all") == std::vector<Fields>{{"never closed,\nat all"}});
    CHECK(fields_of("5\" pipe,x") == std::vector<Fields>{{"5\" pipe", "x"}});
}

TEST_CASE("spreadsheets write a byte order mark, and semicolons in half of Europe") {
    CHECK(fields_of("\xef\xbb\xbfnumber;since\n+49301;1,5\n") ==
          std::vector<Fields>{{"number", "since"}, {"+49301", "1,5"}});
    CHECK(fields_of("a;b,c\n") == std::vector<Fields>{{"a;b", "c"}});
}

TEST_CASE("a row knows on which line it begins") {
    const auto rows = read_csv("a\n\n\"b\nc\"\nd");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].line == 1);
    CHECK(rows[1].line == 3);
    CHECK(rows[2].line == 5);
}

TEST_CASE("what is written is read again") {
    rc::check([](Fields fields) {
        RC_PRE(!fields.empty());
        for (std::string& field : fields)
            std::erase(field, '\r');  // outside quotes it is a line's end alone
        const std::string text = "head,line\r\n" + csv_line(fields);
        const auto rows = read_csv(text);
        const bool is_blank_line = fields.size() == 1 && fields[0].empty();
        RC_ASSERT(rows.size() == (is_blank_line ? 1U : 2U));
        if (!is_blank_line) RC_ASSERT(rows[1].fields == fields);
    });
}
