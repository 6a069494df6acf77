#include "server/net/connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <ctime>
#include <exception>

namespace server {
namespace {

constexpr std::size_t record_bytes = std::size_t{16} * 1024;  // what TLS sends at once
constexpr std::size_t most_pending = std::size_t{64} * 1024;  // pipelined answers before a write
constexpr std::size_t kept_bytes = std::size_t{16} * 1024;
constexpr std::size_t most_spare = 64;
constexpr int most_in_a_row = 64;  // requests of one client before others get their turn

std::array<Deadlines::Clock::duration, waits_for_kinds> durations_of(const Limits& limits) {
    return {limits.request, limits.idle,   limits.request,
            limits.write,   limits.linger, Deadlines::never};
}

}  // namespace

Neighbourhood::Neighbourhood(const Limits& granted, RequestHandler& answers,
                             ListenerCounters& shared)
    : limits{granted}, handler{answers}, counters{shared}, deadlines{durations_of(granted)} {
    spare.reserve(most_spare);
}

void Neighbourhood::set_limits(const Limits& granted) {
    limits = granted;
    deadlines.set_durations(durations_of(granted));
}

std::unique_ptr<Exchange> Neighbourhood::take_exchange() {
    if (spare.empty()) return std::make_unique<Exchange>(limits.read);
    std::unique_ptr<Exchange> exchange = std::move(spare.back());
    spare.pop_back();
    exchange->reader.set_limits(limits.read);
    return exchange;
}

void Neighbourhood::give_back(std::unique_ptr<Exchange> exchange) noexcept {
    if (!exchange || spare.size() == most_spare) return;
    exchange->reader.reset();
    exchange->response.clear();
    if (exchange->response.body.capacity() > kept_bytes) exchange->response.body = {};
    if (exchange->out.capacity() > 2 * kept_bytes) exchange->out = {};
    exchange->out.clear();
    exchange->sent = 0;
    exchange->tail = {};
    exchange->waiting.reset();
    spare.push_back(std::move(exchange));
}

// What a wait calls when it is over. It needs no ownership: see `Connection`.
struct Connection::Resume {
    Connection* connection;
    void operator()(boost::system::error_code /*aborted or not*/ = {}) const {
        connection->run_from_wait();
    }
};

Connection::Connection(Stream stream, std::string peer, Neighbourhood& neighbourhood,
                       Welcome welcome)
    : stream_{std::move(stream)}, neighbourhood_{neighbourhood}, peer_{std::move(peer)},
      phase_{stream_.is_tls() ? Phase::handshake : Phase::serve}, is_turned_away_{
                                                                      welcome ==
                                                                      Welcome::turn_away} {}

void Connection::start() {
    ListenerCounters& counters = neighbourhood_.counters;
    (is_turned_away_ ? counters.parting : counters.open).fetch_add(1, std::memory_order_relaxed);
    const bool shakes = phase_ == Phase::handshake;
    neighbourhood_.deadlines.enter(*this, shakes ? WaitsFor::handshake : WaitsFor::next_request);
    wait_for(IoStatus::wants_read);
}

void Connection::expire() {
    is_expired_ = true;
    nudge();
}

void Connection::nudge() {
    boost::system::error_code ignored;
    stream_.socket().cancel(ignored);
}

void Connection::abandon() {
    is_abandoned_ = true;
    nudge();
}

void Connection::run_from_wait() {
    may_read_ = true;
    run();
}

void Connection::run() {
    try {
        if (is_abandoned_)
            phase_ = Phase::end;
        else if (is_expired_)
            on_expired();
        while (true) {
            Go go = Go::on;
            switch (phase_) {
            case Phase::handshake:
                go = shake_hands();
                break;
            case Phase::serve:
                go = serve();
                break;
            case Phase::answer:
                go = start_waiting();
                break;
            case Phase::flush:
                go = flush();
                break;
            case Phase::linger:
                go = linger();
                break;
            case Phase::end:
                return end();
            }
            if (go == Go::wait) return;
        }
    } catch (...) {
        end();  // out of memory: this one goes, the others stay
    }
}

Connection::Go Connection::shake_hands() {
    const IoResult result = stream_.tls().handshake();
    ListenerCounters& counters = neighbourhood_.counters;
    switch (result.status) {
    case IoStatus::done:
        counters.handshakes.fetch_add(1, std::memory_order_relaxed);
        if (stream_.tls().is_resumed())
            counters.handshakes_resumed.fetch_add(1, std::memory_order_relaxed);
        if (is_turned_away_) {
            part_with(503);
            return Go::on;
        }
        phase_ = Phase::serve;
        may_read_ = stream_.has_buffered();
        return Go::on;
    case IoStatus::wants_read:
    case IoStatus::wants_write:
        if (neighbourhood_.is_draining && !stream_.tls().has_begun()) {
            phase_ = Phase::end;  // somebody who only looks whether the port is open
            return Go::on;
        }
        return wait_for(result.status);
    case IoStatus::plain_http:
        stream_.drop_tls();
        refuse(400, "HTTP on the HTTPS port", "This port speaks HTTPS.\n");
        return Go::on;
    case IoStatus::ended:
    case IoStatus::failed:
        break;
    }
    counters.handshake_failures.fetch_add(1, std::memory_order_relaxed);
    return fail();
}

Connection::Go Connection::serve() {
    if (!exchange_) {
        if (!may_read_) return rest();
        exchange_ = neighbourhood_.take_exchange();
    }
    Exchange& exchange = *exchange_;
    for (int answered = 0; answered < most_in_a_row; ++answered) {
        switch (exchange.reader.next()) {
        case RequestReader::Outcome::ready:
            if (answer_request() == Go::wait || phase_ != Phase::serve) return Go::on;
            continue;
        case RequestReader::Outcome::refused:
            refuse(exchange.reader.refusal_status(), exchange.reader.refusal_reason());
            return Go::on;
        case RequestReader::Outcome::need_more:
            break;
        }
        if (exchange.reader.takes_continue()) exchange.out.append("HTTP/1.1 100 Continue\r\n\r\n");
        if (!exchange.out.empty()) {
            phase_ = Phase::flush;
            return Go::on;
        }
        return read_more();
    }
    phase_ = exchange.out.empty() ? Phase::serve : Phase::flush;
    net::post(stream_.socket().get_executor(), [this] { run(); });
    return Go::wait;
}

// `wait` here means: the answer waits for the world.
Connection::Go Connection::answer_request() {
    Exchange& exchange = *exchange_;
    Request& request = exchange.reader.request();
    request.peer = peer_;
    request.is_tls = stream_.is_tls();
    exchange.response.clear();
    try {
        exchange.waiting = neighbourhood_.handler.answer(request, exchange.response);
    } catch (...) {
        exchange.waiting.reset();
        answer_failure(std::current_exception());
    }
    if (!exchange.waiting) {
        finish_answer();
        return Go::on;
    }
    // What was answered before it must not wait for it.
    phase_ = exchange.out.empty() ? Phase::answer : Phase::flush;
    return Go::wait;
}

Connection::Go Connection::start_waiting() {
    neighbourhood_.deadlines.enter(*this, WaitsFor::answer);
    net::awaitable<void> rest = std::move(*exchange_->waiting);
    exchange_->waiting.reset();
    // The coroutine's end owns what the coroutine uses: both go together if the loop is stopped.
    net::co_spawn(
        stream_.socket().get_executor(), std::move(rest),
        [this, exchange = std::move(exchange_)](const std::exception_ptr& failure) mutable {
            exchange_ = std::move(exchange);
            if (failure) answer_failure(failure);
            phase_ = Phase::serve;
            finish_answer();
            // Not at once: this may still be inside `co_spawn`.
            net::post(stream_.socket().get_executor(), [this] { run(); });
        });
    return Go::wait;
}

void Connection::answer_failure(const std::exception_ptr& failure) {
    std::string why = "an unknown exception";
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& known) {
        why = known.what();
    } catch (...) {
        why += ", not a std::exception";
    }
    answer_text(exchange_->response, 500, "Internal Server Error\n");
    neighbourhood_.handler.on_refusal({.status = 500, .why = why, .peer = peer_});
}

void Connection::finish_answer() {
    Exchange& exchange = *exchange_;
    const Response& response = exchange.response;
    const RequestReader& reader = exchange.reader;
    const Framing framing{
        .keep_alive =
            reader.keep_alive() && !response.close && !is_leaving_ && !neighbourhood_.is_draining,
        .is_http_1_0 = reader.is_http_1_0(),
        .is_head = exchange.reader.request().method == Method::head,
        .date = neighbourhood_.date.at(std::time(nullptr)),
    };
    append_head(exchange.out, response, framing);
    if (!framing.is_head) {
        const std::string_view content = content_of(response);
        if (content.size() > record_bytes)
            exchange.tail = content;
        else
            exchange.out.append(content);
    }
    exchange.reader.consume();
    is_new_request_ = true;
    ends_after_flush_ = !framing.keep_alive;
    if (ends_after_flush_ || !exchange.tail.empty() || exchange.out.size() > most_pending)
        phase_ = Phase::flush;
}

Connection::Go Connection::read_more() {
    if (!may_read_) return rest();
    RequestReader& reader = exchange_->reader;
    const std::span<char> space = reader.space();
    const IoResult result = stream_.read(space.data(), space.size());
    switch (result.status) {
    case IoStatus::done:
        reader.commit(result.bytes);
        // A short read has emptied the socket; waiting tells at once if it has not.
        may_read_ = stream_.is_tls() ? stream_.has_buffered() : result.bytes == space.size();
        return Go::on;
    case IoStatus::wants_read:
        may_read_ = false;
        return rest();
    case IoStatus::wants_write:
        return wait_for(result.status);
    case IoStatus::ended:
        if (reader.is_empty()) {
            ends_after_flush_ = true;
            phase_ = Phase::flush;
        } else {
            refuse(400, "ended within a request");
        }
        return Go::on;
    case IoStatus::plain_http:
    case IoStatus::failed:
        break;
    }
    return fail();
}

// Nothing to do until more comes. Without a request under way the buffers are for others.
Connection::Go Connection::rest() {
    if (!exchange_ || exchange_->reader.is_empty()) {
        neighbourhood_.give_back(std::move(exchange_));
        if (is_leaving_ || neighbourhood_.is_draining) {
            ends_after_flush_ = true;
            phase_ = Phase::flush;
            return Go::on;
        }
        neighbourhood_.deadlines.enter(*this, WaitsFor::next_request);
    } else if (is_new_request_) {
        is_new_request_ = false;
        neighbourhood_.deadlines.enter(*this, WaitsFor::rest_of_request);
    }
    return wait_for(IoStatus::wants_read);
}

Connection::Go Connection::flush() {
    if (exchange_) {
        Exchange& exchange = *exchange_;
        const std::size_t head = exchange.out.size();
        while (exchange.sent < head + exchange.tail.size()) {
            const std::string_view rest = exchange.sent < head
                                              ? std::string_view{exchange.out}.substr(exchange.sent)
                                              : exchange.tail.substr(exchange.sent - head);
            const IoResult result = stream_.write(rest.data(), rest.size());
            if (result.status == IoStatus::done) {
                exchange.sent += result.bytes;
                continue;
            }
            if (result.status != IoStatus::wants_write && result.status != IoStatus::wants_read)
                return fail();
            neighbourhood_.deadlines.enter(*this, WaitsFor::writing);
            return wait_for(result.status);
        }
        exchange.out.clear();
        exchange.sent = 0;
        exchange.tail = {};
        exchange.response.shared = {};
    }
    if (!ends_after_flush_) {
        phase_ = exchange_ && exchange_->waiting ? Phase::answer : Phase::serve;
        return Go::on;
    }
    stream_.end_writing();
    neighbourhood_.give_back(std::move(exchange_));
    phase_ = lingers_ ? Phase::linger : Phase::end;
    if (lingers_) neighbourhood_.deadlines.enter(*this, WaitsFor::lingering);
    return Go::on;
}

// A socket closed over unread input is reset, and a reset can overtake the refusal that was sent.
Connection::Go Connection::linger() {
    if (stream_.discard_input() == IoStatus::wants_read) return wait_for(IoStatus::wants_read);
    phase_ = Phase::end;
    return Go::on;
}

void Connection::on_expired() {
    is_expired_ = false;
    if (phase_ != Phase::serve)
        phase_ = Phase::end;
    else if (exchange_ && !exchange_->reader.is_empty())
        refuse(408, "too slow");
    else
        is_leaving_ = true;  // unless a request has come this very moment
}

void Connection::refuse(int status, std::string_view why, std::string_view text) {
    neighbourhood_.counters.refusals.fetch_add(1, std::memory_order_relaxed);
    neighbourhood_.handler.on_refusal({.status = status, .why = why, .peer = peer_});
    part_with(status, text);
}

// The last that it will hear.
void Connection::part_with(int status, std::string_view text) {
    if (!exchange_) exchange_ = neighbourhood_.take_exchange();
    Response response;
    answer_text(response, status, text.empty() ? reason_phrase(status) : text);
    if (text.empty()) response.body += '\n';
    if (status == 503) response.add("Retry-After", "1");
    append_head(exchange_->out, response,
                {.keep_alive = false, .date = neighbourhood_.date.at(std::time(nullptr))});
    exchange_->out.append(response.body);
    ends_after_flush_ = lingers_ = true;
    phase_ = Phase::flush;
}

Connection::Go Connection::fail() {
    phase_ = Phase::end;
    return Go::on;
}

Connection::Go Connection::wait_for(IoStatus direction) {
    stream_.socket().async_wait(
        direction == IoStatus::wants_write ? Socket::wait_write : Socket::wait_read, Resume{this});
    return Go::wait;
}

void Connection::end() {
    neighbourhood_.give_back(std::move(exchange_));
    ListenerCounters& counters = neighbourhood_.counters;
    (is_turned_away_ ? counters.parting : counters.open).fetch_sub(1);
    delete this;
}

}  // namespace server
