// One connection, from its first byte to its last: handshake, requests one after the other, their
// answers, goodbye. Written as a state machine rather than a coroutine: between two requests
// nothing is left of it but this object and OpenSSL's, and an answered webhook passes through one
// function.
#pragma once

#include "server/http/handler.hpp"
#include "server/http/request_reader.hpp"
#include "server/http/response_writer.hpp"
#include "server/net/deadlines.hpp"
#include "server/net/limits.hpp"
#include "server/net/stream.hpp"

#include <atomic>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace server {

// What a connection needs while something is under way, and gives back when it rests.
struct Exchange {
    explicit Exchange(ReadLimits limits) : reader{limits} {}

    RequestReader reader;
    Response response;
    std::string out;                  // to be sent; answers to pipelined requests gather here
    std::size_t sent = 0;             // of `out`, then of `tail`
    std::string_view tail;            // a large body behind `out`, still in `response`
    RequestHandler::Waiting waiting;  // an answer to be waited for
};

// Counted over all loops of a listener; for metrics.
struct ListenerCounters {
    std::atomic<std::uint64_t> accepted = 0;
    std::atomic<std::uint64_t> open = 0;                // now
    std::atomic<std::uint64_t> shed = 0;                // turned away: too many connections
    std::atomic<std::uint64_t> parting = 0;             // of these, still being told so; now
    std::atomic<std::uint64_t> evicted = 0;             // idle ones closed to make room
    std::atomic<std::uint64_t> accept_failures = 0;     // mostly: out of descriptors
    std::atomic<std::uint64_t> handshakes = 0;          // completed
    std::atomic<std::uint64_t> handshakes_resumed = 0;  // of these, with a ticket
    std::atomic<std::uint64_t> handshake_failures = 0;
    std::atomic<std::uint64_t> refusals = 0;  // 400, 408, 413, 417, 431, see `Refusal`
};

// What the connections of one listener on one loop share. Not thread-safe but for `counters`.
struct Neighbourhood {
    Neighbourhood(const Limits& granted, RequestHandler& answers, ListenerCounters& shared);

    std::unique_ptr<Exchange> take_exchange();
    void give_back(std::unique_ptr<Exchange> exchange) noexcept;
    // For all that begins from now on: a connection, a request, a wait.
    void set_limits(const Limits& granted);

    Limits limits;
    RequestHandler& handler;
    ListenerCounters& counters;
    Deadlines deadlines;
    HttpDate date;
    bool is_draining = false;
    std::vector<std::unique_ptr<Exchange>> spare;
};

// Owns itself, in that every connection stands in one queue of `deadlines` and ends by `delete`:
// either by itself, or by whoever empties the queues after the loop has stopped.
class Connection final : public Timed {
public:
    enum class Welcome { serve, turn_away };  // the latter: shake hands, 503, goodbye
    Connection(Stream stream, std::string peer, Neighbourhood& neighbourhood,
               Welcome welcome = Welcome::serve);
    ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) = delete;
    Connection& operator=(Connection&&) = delete;

    void start();

    // Its time is up: 408 where a request has begun, else goodbye.
    void expire();
    // Looks again at how things stand: an idle one leaves when its neighbourhood is draining.
    void nudge();
    // Ends it without another word; a waiting answer is dropped when it comes.
    void abandon();

private:
    enum class Phase { handshake, serve, answer, flush, linger, end };
    enum class Go { on, wait };  // `wait`: something has been armed that will call `run`

    struct Resume;
    void run();
    void run_from_wait();
    Go shake_hands();
    Go serve();
    Go answer_request();
    Go start_waiting();
    void answer_failure(const std::exception_ptr& failure);
    void finish_answer();
    Go read_more();
    Go rest();
    Go flush();
    Go linger();
    void on_expired();
    void refuse(int status, std::string_view why, std::string_view text = {});
    void part_with(int status, std::string_view text = {});
    Go fail();
    Go wait_for(IoStatus direction);
    void end();

    Stream stream_;
    Neighbourhood& neighbourhood_;
    std::unique_ptr<Exchange> exchange_;  // only while something is under way
    std::string peer_;
    Phase phase_;
    bool may_read_ = false;       // a read is worth a try before waiting
    bool is_new_request_ = true;  // its time has not begun to run
    bool ends_after_flush_ = false;
    bool lingers_ = false;  // after the flush: there may be unread input
    bool is_expired_ = false;
    bool is_leaving_ = false;  // as soon as it is idle
    bool is_abandoned_ = false;
    bool is_turned_away_;
};

}  // namespace server
