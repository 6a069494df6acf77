// The load generator of scripts/bench. Prints `name value` lines; times in microseconds.
//   closed     so many webhooks as fast as the answers come back
//   open       at a fixed rate, whatever the server does; latency counts from when a webhook was
//   due handshake  full TLS handshakes, one after the other on each of the connections idle opens
//   connections and holds them until stdin ends cold       runs the command behind `--` and prints
//   the time until its first good answer
// With --pid, closed, open and handshake print the CPU time that this process spent meanwhile.

#include "tests/bench/tls_client.hpp"
#include "tests/bench/webhooks.hpp"

#include <CLI/CLI.hpp>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

using namespace bench;
using Clock = std::chrono::steady_clock;

struct Options {
    int port = 8443;
    std::string base = "https://localhost:8443", path = "/voice/acme",
                token_env = "TWILIO_AUTH_TOKEN";
    int connections = 16, pid = 0;
    std::uint64_t count = 10000, first_call = 0;
    double rate = 15000, seconds = 5;
    bool first_only = false;
    std::vector<std::string> command;
};

double microseconds(Clock::duration d) {
    return std::chrono::duration<double, std::micro>(d).count();
}

// On-CPU nanoseconds of all threads of a process (proc(5), schedstat); 0 without a process.
double cpu_nanoseconds(int pid) {
    if (pid == 0) return 0;
    double sum = 0;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
        double on_cpu = 0;
        std::ifstream{task.path() / "schedstat"} >> on_cpu;
        sum += on_cpu;
    }
    return sum;
}

class Load {
public:
    explicit Load(const Options& options)
        : options_{options}, context_{client_context()}, epoll_{epoll_create1(EPOLL_CLOEXEC)},
          caller_{options.base, token(options)}, next_call_{options.first_call} {}
    ~Load() { close(epoll_); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void connect() {
        while (lines_.size() < static_cast<std::size_t>(options_.connections)) {
            // In small batches: a full accept queue would hold handshakes up for a second.
            for (int i = 0;
                 i < 64 && lines_.size() < static_cast<std::size_t>(options_.connections); ++i)
                open_line();
            turn_until([&] {
                return std::ranges::all_of(
                    lines_, [](auto& l) { return l.client.state() == TlsClient::State::ready; });
            });
        }
    }

    void closed() {
        connect();
        answers_.reserve(options_.count);
        measure([&] {
            std::uint64_t sent = 0;
            on_answer_ = [&](Line& line) {
                if (sent < options_.count) {
                    ++sent;
                    send(line, Clock::now());
                }
            };
            for (auto& line : lines_)
                on_answer_(line);
            turn_until([&] { return answers_.size() >= options_.count; });
        });
    }

    void open() {
        connect();
        const auto total = static_cast<std::uint64_t>(options_.rate * options_.seconds);
        answers_.reserve(total);
        std::deque<Line*> free;
        for (auto& line : lines_)
            free.push_back(&line);
        on_answer_ = [&](Line& line) { free.push_back(&line); };
        measure([&] {
            const auto start = Clock::now();
            const auto due = [&](std::uint64_t i) {
                return start + std::chrono::nanoseconds(static_cast<std::int64_t>(
                                   1e9 * static_cast<double>(i) / options_.rate));
            };
            std::uint64_t sent = 0;
            spin_ = true;
            turn_until([&] {
                while (sent < total && !free.empty() && due(sent) <= Clock::now()) {
                    auto& line = *free.front();
                    free.pop_front();
                    send(line, due(sent++));
                }
                return answers_.size() >= total;
            });
        });
    }

    void handshake() {
        measure(
            [&] {
                for (std::uint64_t done = 0; done < options_.count; done += lines_.size()) {
                    lines_.clear();
                    connect();
                }
            },
            static_cast<double>(options_.count));
    }

    void idle() {
        connect();
        // One webhook each, so that the connections are as they are in service, not merely greeted.
        std::uint64_t answered = 0;
        on_answer_ = [&](Line&) { ++answered; };
        for (auto& line : lines_)
            send(line, Clock::now());
        turn_until([&] { return answered >= lines_.size(); });
        std::cout << "ready" << std::endl;
        std::string rest;
        while (std::getline(std::cin, rest)) {
        }
    }

    void print() {
        connect();
        bool answered = false;
        on_answer_ = [&](Line& line) {
            std::cout << line.client.answer().body;
            answered = true;
        };
        send(lines_.front(), Clock::now());
        turn_until([&] { return answered; });
    }

    int cold() {
        const auto start = Clock::now();
        const pid_t child = fork();
        if (child == 0) {
            if (!std::freopen("/dev/null", "w", stdout)) _exit(127);  // stdout is for our numbers
            std::vector<char*> arguments;
            for (auto& word : options_.command)
                arguments.push_back(const_cast<char*>(word.c_str()));
            arguments.push_back(nullptr);
            execvp(arguments[0], arguments.data());
            _exit(127);
        }
        const auto deadline = start + std::chrono::seconds{30};
        for (bool answered = false; !answered && Clock::now() < deadline;) {
            try {
                lines_.clear();
                open_line();
                auto& line = lines_.front();
                on_answer_ = [&](Line&) { answered = true; };
                turn_until([&] { return line.client.state() == TlsClient::State::ready; });
                send(line, Clock::now());
                turn_until([&] { return answered; });
                std::cout << "cold_ms " << microseconds(Clock::now() - start) / 1000 << '\n';
            } catch (const std::exception&) {
                if (waitpid(child, nullptr, WNOHANG) == child)
                    throw std::runtime_error{"the server has ended"};
                std::this_thread::sleep_for(std::chrono::microseconds{500});
            }
        }
        kill(child, SIGTERM);
        waitpid(child, nullptr, 0);
        return 0;
    }

private:
    struct Line {
        TlsClient client;
        std::uint64_t call = 0;
        std::string path{};  // where the call goes on; empty: a new call
        Clock::time_point due{};
    };

    static twiml::AuthToken token(const Options& options) {
        const char* value = std::getenv(options.token_env.c_str());
        auto parsed = twiml::AuthToken::parse(value ? value : "");
        if (!parsed) throw std::runtime_error{options.token_env + " holds no token"};
        return std::move(*parsed);
    }

    void open_line() {
        auto& line = lines_.emplace_back(Line{.client = TlsClient{context_.get(), options_.port}});
        epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.ptr = &line}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, line.client.socket(), &event);
    }

    // A call is its first webhook and one of what it keys; then the next call comes in.
    void send(Line& line, Clock::time_point due) {
        line.due = due;
        if (line.path.empty()) {
            line.call = next_call_++;
            line.client.send(caller_.webhook(line.call, options_.path, ""));
        } else {
            line.client.send(caller_.webhook(line.call, line.path, "1"));
        }
        if (line.client.advance() == TlsClient::State::answered) take_answer(line);
    }

    void take_answer(Line& line) {
        const auto answer = line.client.answer();
        if (answer.status != 200)
            throw std::runtime_error{"status " + std::to_string(answer.status) + ": " +
                                     std::string{answer.body}};
        const bool was_first = line.path.empty();
        line.path.clear();
        if (was_first && !options_.first_only)
            if (auto next = next_path(answer.body, options_.base))
                line.path = std::move(*next), ++followed_;
        answers_.push_back(static_cast<float>(microseconds(Clock::now() - line.due)));
        on_answer_(line);
    }

    template <class Done> void turn_until(const Done& done) {
        std::array<epoll_event, 64> events;
        while (!done()) {
            const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                         spin_ ? 0 : 1000);
            for (int i = 0; i < count; ++i) {
                auto& line = *static_cast<Line*>(events[static_cast<std::size_t>(i)].data.ptr);
                const auto before = line.client.state();
                const auto after = line.client.advance();
                if (after == TlsClient::State::failed)
                    throw std::runtime_error{"the connection broke"};
                if (before == TlsClient::State::waiting && after == TlsClient::State::answered)
                    take_answer(line);
            }
        }
    }

    void measure(const std::function<void()>& work, double units = 0) {
        const double cpu = cpu_nanoseconds(options_.pid);
        const auto start = Clock::now();
        work();
        const auto took = Clock::now() - start;
        const double spent = cpu_nanoseconds(options_.pid) - cpu;
        if (units == 0) units = static_cast<double>(answers_.size());
        std::cout << "count " << units << "\nper_second " << units / microseconds(took) * 1e6
                  << '\n';
        if (options_.pid != 0) std::cout << "cpu_us " << spent / 1000 / units << '\n';
        if (answers_.empty()) return;
        std::ranges::sort(answers_);
        const auto at = [&](double share) {
            return answers_[static_cast<std::size_t>(share *
                                                     static_cast<double>(answers_.size() - 1))];
        };
        std::cout << "p50 " << at(0.5) << "\np99 " << at(0.99) << "\np999 " << at(0.999)
                  << "\nfollowed " << followed_ << '\n';
    }

    const Options& options_;
    Context context_;
    int epoll_;
    Caller caller_;
    std::uint64_t next_call_, followed_ = 0;
    bool spin_ = false;
    std::deque<Line> lines_;
    std::vector<float> answers_;
    std::function<void(Line&)> on_answer_;
};

}  // namespace

int main(int count, char** arguments) try {
    Options options;
    CLI::App app{"The load generator of scripts/bench"};
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--port", options.port);
    app.add_option("--base", options.base, "the server's public URL");
    app.add_option("--path", options.path, "the first webhook of a call");
    app.add_option("--token-env", options.token_env);
    app.add_option("--connections", options.connections);
    app.add_option("--count", options.count);
    app.add_option("--first-call", options.first_call, "its number; CallSids count from there");
    app.add_option("--rate", options.rate);
    app.add_option("--seconds", options.seconds);
    app.add_option("--pid", options.pid, "whose CPU time to print");
    app.add_flag("--first-only", options.first_only,
                 "calls stay where they are after their first webhook");
    auto* closed = app.add_subcommand("closed");
    auto* open = app.add_subcommand("open");
    auto* handshake = app.add_subcommand("handshake");
    auto* idle = app.add_subcommand("idle");
    auto* print = app.add_subcommand("print");
    auto* cold = app.add_subcommand("cold");
    cold->add_option("command", options.command)->required();
    CLI11_PARSE(app, count, arguments);

    std::signal(SIGPIPE, SIG_IGN);
    Load load{options};
    if (*closed) load.closed();
    if (*open) load.open();
    if (*handshake) load.handshake();
    if (*idle) load.idle();
    if (*print) load.print();
    if (*cold) return load.cold();
    return 0;
} catch (const std::exception& error) {
    std::cerr << "webhook_load: " << error.what() << '\n';
    return 1;
}
