#include "server/turn/messages_webhook.hpp"

#include <fmt/format.h>

#include <chrono>

namespace server {
namespace {

constexpr std::string_view empty_response = R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)";

std::string_view word_of(twiml::OptOutWord word) {
    switch (word) {
    case twiml::OptOutWord::stop:
        return "stop";
    case twiml::OptOutWord::start:
        return "start";
    case twiml::OptOutWord::help:
        return "help";
    }
    return {};
}

}  // namespace

std::vector<MessageNote> MessagesWebhook::read(Route route, std::string_view query,
                                               const twiml::Params& params,
                                               TurnRecord& record) const {
    const twiml::MessageRequest request = twiml::read_message_request(params);
    if (route == Route::sms_status) {
        record.event = "receipt";
        record.state = twiml::to_text(request.status);
        record.from = masked(request.to.address);  // whom it was for
        if (request.error_code.value_or(0) != 0)
            record.detail = fmt::format("error {}", *request.error_code);
    } else {
        record.event = "message";
        record.from = masked(request.from.address);
        if (const auto word = request.opt_out()) record.state = word_of(*word);
    }
    return notes_of(route, query, request,
                    std::chrono::floor<std::chrono::milliseconds>(record.at));
}

boost::asio::awaitable<void> MessagesWebhook::answer(Route route, std::vector<MessageNote> notes,
                                                     TurnRecord& record, Response& response) {
    bool kept = true;
    for (MessageNote& note : notes) {
        const bool written = co_await notes_.write(std::move(note));
        kept = kept && written;
    }
    if (!kept) {
        record.reason = "store-away";
        answer_text(response, 503, "try again\n");
    } else if (route == Route::sms_status) {
        response.status = 204;
    } else {
        response.status = 200;
        response.content_type = twiml_type;
        response.body = empty_response;
        response.add("Cache-Control", "no-store");
    }
}

}  // namespace server
