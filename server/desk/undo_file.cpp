#include "server/desk/undo_file.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string line_of(const UndoEntry& entry) {
    json::object before;
    for (const auto& [name, value] : entry.before)
        before[name] = value;
    return json::serialize(
               json::object{{"at", entry.at}, {"number", entry.number}, {"before", before}}) +
           '\n';
}

std::optional<UndoEntry> read_line(const std::string& line) {
    boost::system::error_code no_json;
    const json::value value = json::parse(line, no_json);
    if (no_json || !value.is_object()) return std::nullopt;
    UndoEntry entry;
    for (const auto& [name, each] : value.get_object()) {
        if (name == "before" && each.is_object()) {
            for (const auto& [field, text] : each.get_object())
                if (text.is_string())
                    entry.before[std::string{std::string_view{field}}] = text.get_string().c_str();
        } else if (each.is_string()) {
            (name == "at" ? entry.at : entry.number) = each.get_string().c_str();
        }
    }
    if (entry.number.empty() || entry.before.empty()) return std::nullopt;
    return entry;
}

// Whole, or not at all.
std::string replace_file(const fs::path& path, const std::string& text) {
    const std::string beside = path.string() + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return fmt::format("{}: {}", beside, std::strerror(errno));
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    const bool is_whole = done == text.size() && ::fsync(file) == 0;
    const int why = errno;
    ::close(file);
    if (!is_whole) return fmt::format("{}: {}", beside, std::strerror(why));
    std::error_code error;
    fs::rename(beside, path, error);
    return error ? fmt::format("{}: {}", path.string(), error.message()) : std::string{};
}

}  // namespace

std::string UndoFile::add(const UndoEntry& entry) {
    auto entries = read();
    if (!entries) return path_.string() + " is there and cannot be read";
    entries->push_back(entry);
    return write(*entries);
}

std::string UndoFile::drop_newest_of(const std::string& number) {
    auto entries = read();
    if (!entries) return path_.string() + " cannot be read";
    for (std::size_t n = entries->size(); n-- > 0;) {
        if ((*entries)[n].number != number) continue;
        entries->erase(entries->begin() + static_cast<std::ptrdiff_t>(n));
        break;
    }
    return write(*entries);
}

std::optional<UndoEntry> UndoFile::newest_of(const std::string& number) const {
    const auto entries = read();
    if (!entries) return std::nullopt;
    for (std::size_t n = entries->size(); n-- > 0;) {
        if ((*entries)[n].number == number) return (*entries)[n];
    }
    return std::nullopt;
}

std::optional<UndoFile::Entries> UndoFile::read() const {
    std::error_code error;
    if (!fs::exists(path_, error)) return Entries{};
    std::ifstream in{path_};
    if (!in) return std::nullopt;
    Entries entries;
    for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        auto entry = read_line(line);
        if (!entry) return std::nullopt;
        entries.push_back(std::move(*entry));
    }
    return entries;
}

std::string UndoFile::write(const Entries& entries) const {
    std::string text;
    for (const UndoEntry& entry : entries)
        text += line_of(entry);
    return replace_file(path_, text);
}

}  // namespace server
