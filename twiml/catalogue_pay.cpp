// Payment by telephone. Everything its callbacks bring is sensitive.
#include "twiml/catalogue_rows.hpp"

namespace twiml::rows {
namespace {

constexpr auto pay_input_values = words("dtmf");
constexpr auto pay_payment_method_values = words("ach-debit", "credit-card");
constexpr auto pay_bank_account_type_values =
    words("consumer-checking", "consumer-savings", "commercial-checking", "commercial-savings");
constexpr auto pay_token_type_values = words("one-time", "reusable", "payment-method");
constexpr auto pay_language_values =
    words("de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-IE", "en-NZ", "en-PH", "en-ZA", "en-US",
          "es-ES", "es-US", "fr-CA", "fr-FR", "it-IT", "es-MX");
constexpr auto pay_valid_card_types_values = words(
    "visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute");
constexpr auto prompt_for_values =
    words("payment-card-number", "expiration-date", "security-code", "postal-code",
          "payment-processing", "bank-account-number", "bank-routing-number");
constexpr auto prompt_attempt_values = words("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
constexpr auto prompt_error_type_values =
    words("timeout", "invalid-card-number", "invalid-card-type", "invalid-date",
          "invalid-security-code", "invalid-postal-code", "invalid-bank-routing-number",
          "invalid-bank-account-number", "internal-error", "input-matching-failed");

constexpr std::array pay_attributes{
    A{.name = "input",
      .type = T::one_of,
      .values = pay_input_values,
      .otherwise = "dtmf",
      .error = 64020},
    A{.name = "action",
      .type = T::url,
      .otherwise = "current document URL",
      .error = 64020,
      .is_callback = true},
    A{.name = "statusCallback", .type = T::url, .error = 64020, .is_callback = true},
    A{.name = "statusCallbackMethod",
      .type = T::method,
      .otherwise = "POST",
      .error = 64020,
      .is_callback = true,
      .source = Source::library},
    A{.name = "paymentMethod",
      .type = T::one_of,
      .values = pay_payment_method_values,
      .otherwise = "credit-card",
      .error = 64020},
    A{.name = "bankAccountType",
      .type = T::one_of,
      .values = pay_bank_account_type_values,
      .otherwise = "consumer-checking",
      .error = 64020},
    A{.name = "timeout", .type = T::seconds, .at_least = 1, .otherwise = "5", .error = 64020},
    A{.name = "maxAttempts",
      .type = T::integer,
      .at_least = 1,
      .at_most = 3,
      .otherwise = "1",
      .error = 64020},
    A{.name = "securityCode", .type = T::boolean, .otherwise = "true", .error = 64020},
    A{.name = "postalCode", .otherwise = "true", .error = 64020},
    A{.name = "minPostalCodeLength", .type = T::integer, .at_least = 1, .error = 64020},
    A{.name = "paymentConnector", .otherwise = "Default", .error = 64020},
    A{.name = "tokenType",
      .type = T::one_of,
      .values = pay_token_type_values,
      .otherwise = "reusable",
      .error = 64020},
    A{.name = "chargeAmount",
      .type = T::decimal,
      .at_least = 0,
      .at_most = 1000000,
      .error = 64020},
    A{.name = "currency", .otherwise = "usd", .error = 64020},
    A{.name = "language",
      .type = T::one_of,
      .values = pay_language_values,
      .otherwise = "en-US",
      .error = 64020,
      .open = true},
    A{.name = "description", .error = 64020},
    A{.name = "validCardTypes",
      .type = T::list_of,
      .values = pay_valid_card_types_values,
      .separator = " ",
      .otherwise = "visa mastercard amex",
      .error = 64020},
};

constexpr std::array prompt_attributes{
    A{.name = "for",
      .type = T::one_of,
      .values = prompt_for_values,
      .error = 64020,
      .required = true},
    A{.name = "cardType",
      .type = T::list_of,
      .values = pay_valid_card_types_values,
      .separator = " ",
      .error = 64020},
    A{.name = "attempt",
      .type = T::list_of,
      .values = prompt_attempt_values,
      .separator = " ",
      .error = 64020},
    A{.name = "requireMatchingInputs", .type = T::boolean, .otherwise = "false", .error = 64020},
    A{.name = "errorType",
      .type = T::list_of,
      .values = prompt_error_type_values,
      .separator = " ",
      .error = 64020},
};

constexpr auto pay_children = words("Prompt", "Parameter");
constexpr auto prompt_children = words("Say", "Play", "Pause");

constexpr std::array pay{
    Element{.name = "Pay",
            .id = "Pay",
            .kind = ElementKind::verb,
            .attributes = pay_attributes,
            .children = pay_children},
    Element{.name = "Prompt",
            .id = "Prompt",
            .kind = ElementKind::noun,
            .attributes = prompt_attributes,
            .children = prompt_children},
};

}  // namespace

std::span<const CatalogueElement> pay_elements() { return pay; }

}  // namespace twiml::rows
