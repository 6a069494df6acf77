#include "server/store/pending_run.hpp"

#include "server/awaitable.hpp"
#include "twiml/utf8.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <utility>

namespace server {
namespace {

bool is_text(std::string_view text) {
    while (!text.empty()) {
        const auto character = twiml::decode_utf8(text);
        if (!character.valid || character.character == 0) return false;
        text.remove_prefix(character.size);
    }
    return true;
}

}  // namespace

PendingRun::PendingRun(Transaction transaction, net::any_io_executor executor)
    : transaction_{std::move(transaction)}, executor_{std::move(executor)},
      deadline_{Clock::now() + transaction_.within} {}

net::awaitable<DatabaseResult> PendingRun::wait() {
    const auto self = shared_from_this();
    net::steady_timer timer{executor_, deadline_};
    waiter_ = &timer;
    co_await timer.async_wait(quietly);
    waiter_ = nullptr;
    if (result_) co_return std::move(*result_);
    const bool begun = stage_.exchange(Stage::given_up) == Stage::running;
    co_return StoreError{.what = StoreFailure::timed_out,
                         .may_be_done = begun,
                         .why = "the store did not answer in time"};
}

bool PendingRun::begin() {
    Stage expected = Stage::waiting;
    return stage_.compare_exchange_strong(expected, Stage::running);
}

void PendingRun::put_back() {
    Stage expected = Stage::running;
    stage_.compare_exchange_strong(expected, Stage::waiting);
}

void PendingRun::complete(DatabaseResult result) {
    // As one object with its reference, so that it goes with the loop if that never runs it.
    net::post(executor_, [self = shared_from_this(), result = std::move(result)]() mutable {
        self->result_ = std::move(result);
        if (self->waiter_) self->waiter_->cancel();
    });
}

std::optional<StoreError> refuse_bad_text(const Transaction& transaction) {
    for (const SqlStatement& statement : transaction.statements) {
        for (const SqlValue& value : statement.values) {
            const auto* const text = std::get_if<std::string>(&value);
            if (text && !is_text(*text))
                return StoreError{.what = StoreFailure::constraint,
                                  .why =
                                      fmt::format("a text that is no UTF-8 for {}", statement.sql)};
        }
    }
    return std::nullopt;
}

}  // namespace server
