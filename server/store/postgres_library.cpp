#include "server/store/postgres_library.hpp"

#include <dlfcn.h>

namespace server {
namespace {

// Its interface has kept this number since 2005.
constexpr auto library_file = "libpq.so.5";

template <class Function> bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

}  // namespace

Stored<std::shared_ptr<const PostgresLibrary>> PostgresLibrary::load() {
    void* const library = ::dlopen(library_file, RTLD_NOW | RTLD_LOCAL);
    const auto made = std::make_shared<PostgresLibrary>();
    const bool all =
        library && find(library, "PQconninfoParse", made->conninfo_parse) &&
        find(library, "PQconndefaults", made->conndefaults) &&
        find(library, "PQconninfoFree", made->conninfo_free) &&
        find(library, "PQfreemem", made->freemem) &&
        find(library, "PQconnectStartParams", made->connect_start_params) &&
        find(library, "PQconnectPoll", made->connect_poll) &&
        find(library, "PQfinish", made->finish) && find(library, "PQstatus", made->status) &&
        find(library, "PQsocket", made->socket) &&
        find(library, "PQerrorMessage", made->error_message) &&
        find(library, "PQsetnonblocking", made->setnonblocking) &&
        find(library, "PQsetNoticeProcessor", made->set_notice_processor) &&
        find(library, "PQenterPipelineMode", made->enter_pipeline_mode) &&
        find(library, "PQpipelineSync", made->pipeline_sync) &&
        find(library, "PQsendPrepare", made->send_prepare) &&
        find(library, "PQsendQueryPrepared", made->send_query_prepared) &&
        find(library, "PQflush", made->flush) &&
        find(library, "PQconsumeInput", made->consume_input) &&
        find(library, "PQisBusy", made->is_busy) &&
        find(library, "PQgetResult", made->get_result) &&
        find(library, "PQtransactionStatus", made->transaction_status) &&
        find(library, "PQclear", made->clear) &&
        find(library, "PQresultStatus", made->result_status) &&
        find(library, "PQresultErrorField", made->result_error_field) &&
        find(library, "PQcmdStatus", made->cmd_status) &&
        find(library, "PQntuples", made->ntuples) && find(library, "PQnfields", made->nfields) &&
        find(library, "PQftype", made->ftype) && find(library, "PQgetisnull", made->getisnull) &&
        find(library, "PQgetvalue", made->getvalue) &&
        find(library, "PQgetlength", made->getlength);
    if (!all) {
        return StoreError{.what = StoreFailure::unavailable,
                          .why = "PostgreSQL's client library, version 14 or newer, is not "
                                 "installed here (libpq.so.5, Debian's package libpq5)"};
    }
    return std::shared_ptr<const PostgresLibrary>{made};
}

}  // namespace server
