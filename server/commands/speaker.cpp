#include "server/commands/speaker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

namespace server {
namespace {

constexpr const char* program = "espeak-ng";

struct Started {
    pid_t child = 0;
    int input = -1;  // what it says is written here
    int error = 0;
};

// Its own output is nobody's business: machines without a loudspeaker make it complain.
Started start(std::vector<std::string> arguments) {
    Started started;
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {0, -1, errno};
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[0], STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    started.error =
        ::posix_spawnp(&started.child, program, &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[0]);
    started.input = pipe[1];
    if (started.error != 0) {
        ::close(started.input);
        started.child = 0;
    }
    return started;
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// espeak-ng's names are BCP 47's in lower case; where it lacks a region, the language alone.
std::vector<std::string> voices_for(const std::string& language) {
    std::string voice = language;
    std::ranges::transform(voice, voice.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const bool is_tag = !voice.empty() && std::ranges::all_of(voice, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!is_tag || voice[0] == '-') return {};
    const std::string alone = voice.substr(0, voice.find('-'));
    if (alone == voice) return {voice};
    return {voice, alone};
}

}  // namespace

std::optional<std::string> Speaker::why_not() {
    const Started started = start({program, "--version"});
    if (started.error != 0) {
        return fmt::format("--speak needs {}, which cannot be started ({}): install the package "
                           "of that name",
                           program, std::strerror(started.error));  // NOLINT(concurrency-mt-unsafe)
    }
    ::close(started.input);
    (void)wait_for(started.child);
    return std::nullopt;
}

Speaker::Speaker() {
    std::signal(SIGPIPE, SIG_IGN);  // it may end before it has read all of it
    worker_ = std::thread{[this] { work(); }};
}

Speaker::~Speaker() {
    {
        const std::lock_guard lock{mutex_};
        over_ = true;
    }
    interrupt();
    worker_.join();
}

void Speaker::say(std::string text, std::string language) {
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back({std::move(text), std::move(language)});
    }
    changed_.notify_all();
}

void Speaker::interrupt() {
    {
        const std::lock_guard lock{mutex_};
        waiting_.clear();
        if (child_ > 0) ::kill(child_, SIGTERM);
    }
    changed_.notify_all();
}

void Speaker::finish() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waiting_.empty() && !speaking_; });
}

void Speaker::work() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return over_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        const Words words = std::move(waiting_.front());
        waiting_.pop_front();
        speaking_ = true;
        auto voices = voices_for(words.language);
        voices.emplace_back();  // its own
        for (const std::string& voice : voices) {
            std::vector<std::string> arguments{program, "--stdin"};
            if (!voice.empty()) arguments.insert(arguments.end(), {"-v", voice});
            const Started started = start(arguments);
            if (started.error != 0) break;
            child_ = started.child;
            lock.unlock();
            for (std::string_view rest = words.text; !rest.empty();) {
                const ssize_t written = ::write(started.input, rest.data(), rest.size());
                if (written <= 0) break;
                rest.remove_prefix(static_cast<std::size_t>(written));
            }
            ::close(started.input);
            // Not reaped before it is forgotten: its number cannot be another's meanwhile.
            siginfo_t info{};
            ::waitid(P_PID, static_cast<id_t>(started.child), &info, WEXITED | WNOWAIT);
            lock.lock();
            child_ = 0;
            const bool knows_no_voice = wait_for(started.child) > 0;
            if (!knows_no_voice) break;
        }
        speaking_ = false;
        changed_.notify_all();
    }
}

}  // namespace server
