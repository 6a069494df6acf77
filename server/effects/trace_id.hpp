// Everything a call does has one trace id: the 32 hexadecimal digits of its CallSid, which are a
// valid one (design.md, chapter 8; W3C Trace Context, 3.2).
#pragma once

#include <string>
#include <string_view>

namespace server {

// Empty where it is no CallSid.
inline std::string trace_id_of(std::string_view call_sid) {
    return call_sid.size() == 34 && call_sid.starts_with("CA") ? std::string{call_sid.substr(2)}
                                                               : std::string{};
}

}  // namespace server
