// A line from a person at a terminal, with editing and a history; from a pipe as it comes. The one
// door to libedit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace server {

class LineEditor {
public:
    // Edits where stdin and stdout are terminals.
    LineEditor();
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    bool is_terminal() const { return terminal_ != nullptr; }

    // Without its line end; nothing at the end of what can be read. `prompt` is for terminals.
    std::optional<std::string> read(std::string_view prompt);

private:
    struct Terminal;
    std::unique_ptr<Terminal> terminal_;
};

}  // namespace server
