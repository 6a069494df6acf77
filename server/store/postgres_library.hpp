// libpq, loaded when a PostgreSQL is asked for. Linked, it and the eighteen libraries behind it
// (Kerberos, LDAP and theirs) would double the time every command of ours takes to start, most of
// which never see a PostgreSQL.
#pragma once

#include "server/store/store_error.hpp"

#include <libpq-fe.h>

#include <memory>

namespace server {

// Its functions, by the names it gives them, less the `PQ`. Stays loaded until the process ends.
struct PostgresLibrary {
    static Stored<std::shared_ptr<const PostgresLibrary>> load();

    decltype(&PQconninfoParse) conninfo_parse{};
    decltype(&PQconndefaults) conndefaults{};
    decltype(&PQconninfoFree) conninfo_free{};
    decltype(&PQfreemem) freemem{};
    decltype(&PQconnectStartParams) connect_start_params{};
    decltype(&PQconnectPoll) connect_poll{};
    decltype(&PQfinish) finish{};
    decltype(&PQstatus) status{};
    decltype(&PQsocket) socket{};
    decltype(&PQerrorMessage) error_message{};
    decltype(&PQsetnonblocking) setnonblocking{};
    decltype(&PQsetNoticeProcessor) set_notice_processor{};
    decltype(&PQenterPipelineMode) enter_pipeline_mode{};
    decltype(&PQpipelineSync) pipeline_sync{};
    decltype(&PQsendPrepare) send_prepare{};
    decltype(&PQsendQueryPrepared) send_query_prepared{};
    decltype(&PQflush) flush{};
    decltype(&PQconsumeInput) consume_input{};
    decltype(&PQisBusy) is_busy{};
    decltype(&PQgetResult) get_result{};
    decltype(&PQtransactionStatus) transaction_status{};
    decltype(&PQclear) clear{};
    decltype(&PQresultStatus) result_status{};
    decltype(&PQresultErrorField) result_error_field{};
    decltype(&PQcmdStatus) cmd_status{};
    decltype(&PQntuples) ntuples{};
    decltype(&PQnfields) nfields{};
    decltype(&PQftype) ftype{};
    decltype(&PQgetisnull) getisnull{};
    decltype(&PQgetvalue) getvalue{};
    decltype(&PQgetlength) getlength{};
};

}  // namespace server
