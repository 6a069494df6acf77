// POST /sms and /sms/status: messages that people send us, and receipts of those we sent.
#pragma once

#include "server/http/message.hpp"
#include "server/observe/turn_record.hpp"
#include "server/turn/message_notes.hpp"
#include "twiml/form.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>
#include <vector>

namespace server {

// Answers what came in with <Response/> and nothing else: to STOP, START and HELP Twilio itself has
// replied, and a second reply would be one too many; a text that is no such word is not answered by
// a voice menu. Receipts get 204. Where the store cannot write it is 503 for both, so that Twilio
// asks again where its URL says so (`#rc=3&rp=5xx,ct,rt`), and its console shows the failure.
class MessagesWebhook {
public:
    explicit MessagesWebhook(MessageNotes& notes) : notes_{notes} {}

    // The first half of an answer: what a request that is verified, and whose method and form are
    // right, has to leave behind. Fills `record` for log and metrics. Keeps no view of `params`.
    std::vector<MessageNote> read(Route route, std::string_view query, const twiml::Params& params,
                                  TurnRecord& record) const;

    // The second half. `record` and `response` live until it has ended.
    boost::asio::awaitable<void> answer(Route route, std::vector<MessageNote> notes,
                                        TurnRecord& record, Response& response);

private:
    MessageNotes& notes_;
};

}  // namespace server
