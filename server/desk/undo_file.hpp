// Where numbers pointed before `numbers set` changed them: a file of lines of JSON beside the
// configuration, newest last, 0600 since URLs may hold passwords. One operator at a time.
#pragma once

#include "server/desk/incoming_numbers.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace server {

struct UndoEntry {
    std::string at{};      // when, as RFC 3339 writes it
    std::string number{};  // E.164
    Pointing before{};
    bool operator==(const UndoEntry&) const = default;
};

class UndoFile {
public:
    explicit UndoFile(std::filesystem::path path) : path_{std::move(path)} {}

    // Empty, or what stands in the way; a file that is none of ours stays as it is.
    std::string add(const UndoEntry& entry);
    std::string drop_newest_of(const std::string& number);
    // Nothing where there is none, or none that can be read.
    std::optional<UndoEntry> newest_of(const std::string& number) const;

    const std::filesystem::path& path() const { return path_; }

private:
    using Entries = std::vector<UndoEntry>;
    std::optional<Entries> read() const;  // nothing: it is there and cannot be read
    std::string write(const Entries& entries) const;

    std::filesystem::path path_;
};

}  // namespace server
