#include "server/commands/csv.hpp"

namespace server {
namespace {

char separator_of(std::string_view text) {
    const std::string_view first = text.substr(0, text.find('\n'));
    return first.find(';') != first.npos && first.find(',') == first.npos ? ';' : ',';
}

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    const char separator = separator_of(text);
    std::vector<CsvRow> rows;
    CsvRow row;
    std::string field;
    bool quoted = false;
    bool begun = false;  // the row holds something, if only a separator or a quote
    int line = 1;
    const auto end_row = [&] {
        if (begun) {
            row.fields.push_back(std::move(field));
            rows.push_back(std::move(row));
        }
        field.clear();
        row = {{}, line};
        begun = false;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                field += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"' && field.empty()) {
            quoted = begun = true;
        } else if (c == separator) {
            row.fields.push_back(std::move(field));
            field.clear();
            begun = true;
        } else if (c == '\n') {
            end_row();
        } else if (c != '\r') {
            field += c;
            begun = true;
        }
    }
    end_row();
    return rows;
}

std::string csv_line(const std::vector<std::string>& fields) {
    std::string line;
    for (const std::string& field : fields) {
        if (&field != &fields.front()) line += ',';
        if (field.find_first_of(",;\"\r\n") == field.npos) {
            line += field;
            continue;
        }
        line += '"';
        for (const char c : field) {
            if (c == '"') line += '"';
            line += c;
        }
        line += '"';
    }
    return line + "\r\n";
}

}  // namespace server
