#include "server/commands/line_editor.hpp"

#include <histedit.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace server {
namespace {

struct EndEditing {
    void operator()(EditLine* edit) const { ::el_end(edit); }
};
struct EndHistory {
    void operator()(History* history) const { ::history_end(history); }
};

constexpr int most_lines_remembered = 200;

// libedit reads bytes by the locale: words in any language need UTF-8.
void use_utf8() {
    std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): at start
    if (MB_CUR_MAX > 1) return;
    std::setlocale(LC_CTYPE, "C.UTF-8");  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

struct LineEditor::Terminal {
    std::string prompt{};
    std::unique_ptr<History, EndHistory> history{};
    std::unique_ptr<EditLine, EndEditing> edit{};

    static char* prompt_of(EditLine* edit) {
        void* self = nullptr;
        ::el_get(edit, EL_CLIENTDATA, &self);
        return static_cast<Terminal*>(self)->prompt.data();
    }

    Terminal() : history{::history_init()}, edit{::el_init("switchboard", stdin, stdout, stderr)} {
        HistEvent event{};
        ::history(history.get(), &event, H_SETSIZE, most_lines_remembered);
        ::history(history.get(), &event, H_SETUNIQUE, 1);
        ::el_set(edit.get(), EL_CLIENTDATA, static_cast<void*>(this));
        ::el_set(edit.get(), EL_PROMPT, &prompt_of);
        ::el_set(edit.get(), EL_EDITOR, "emacs");
        ::el_set(edit.get(), EL_SIGNAL, 1);  // gives the terminal back before a signal acts
        ::el_set(edit.get(), EL_HIST, ::history, history.get());
    }
};

LineEditor::LineEditor() {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1) return;
    use_utf8();
    terminal_ = std::make_unique<Terminal>();
}

LineEditor::~LineEditor() = default;

std::optional<std::string> LineEditor::read(std::string_view prompt) {
    if (!terminal_) {
        std::string line;
        if (!std::getline(std::cin, line)) return std::nullopt;
        if (line.ends_with('\r')) line.pop_back();
        return line;
    }
    terminal_->prompt = prompt;
    int count = 0;
    const char* got = ::el_gets(terminal_->edit.get(), &count);
    if (got == nullptr || count <= 0) return std::nullopt;
    std::string line{got, static_cast<std::size_t>(count)};
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.pop_back();
    if (!line.empty()) {
        HistEvent event{};
        ::history(terminal_->history.get(), &event, H_ENTER, line.c_str());
    }
    return line;
}

}  // namespace server
