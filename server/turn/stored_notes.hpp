// What webhooks about messages leave behind, in the store.
#pragma once

#include "server/observe/effect_counts.hpp"
#include "server/store/claims.hpp"
#include "server/store/consent.hpp"
#include "server/store/message_receipts.hpp"
#include "server/store/message_windows.hpp"
#include "server/turn/message_notes.hpp"

#include <string>
#include <string_view>

namespace server {

// Thread-safe; all that it is made with outlives it.
class StoredNotes final : public MessageNotes {
public:
    // An effect's result as the store keeps it, of its outcome ("sent").
    using ResultOf = std::string (*)(std::string_view outcome);

    StoredNotes(Database& database, const PersonCipher& cipher, ResultOf result_of,
                EffectCounts* counts = nullptr)
        : cipher_{cipher}, result_of_{result_of}, counts_{counts}, claims_{database},
          consent_{database, cipher}, windows_{database}, receipts_{database} {}

    boost::asio::awaitable<bool> write(MessageNote note) override;

private:
    boost::asio::awaitable<bool> write_consent(ConsentNote note);
    boost::asio::awaitable<bool> write_window(WindowNote note);
    boost::asio::awaitable<bool> write_receipt(ReceiptNote note);

    const PersonCipher& cipher_;
    ResultOf result_of_;
    EffectCounts* counts_;  // null: nobody counts
    Claims claims_;
    Consent consent_;
    MessageWindows windows_;
    MessageReceipts receipts_;
};

}  // namespace server
