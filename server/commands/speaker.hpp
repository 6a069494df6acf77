// Says words aloud by espeak-ng, a program of its own, started without a shell.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace server {

class Speaker {
public:
    // Null with a reason where espeak-ng cannot be started.
    static std::optional<std::string> why_not();

    Speaker();
    ~Speaker();
    Speaker(const Speaker&) = delete;
    Speaker& operator=(const Speaker&) = delete;

    // Behind what is being said; `language` is a BCP 47 tag, or empty.
    void say(std::string text, std::string language);
    // Somebody has something to say: no more of it.
    void interrupt();
    // Until all of it is said.
    void finish();

private:
    struct Words {
        std::string text{};
        std::string language{};
    };
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Words> waiting_{};
    bool speaking_ = false;
    bool over_ = false;
    pid_t child_ = 0;
    std::thread worker_;
};

}  // namespace server
