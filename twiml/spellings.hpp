// How else a request may be spelled: what frameworks and proxies make of URLs and fields on their
// way. For explain_refusal alone; nothing here takes part in deciding about a signature.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace twiml {

// A URL taken apart, without user, password and fragment.
struct Url {
    std::string scheme{};
    std::string host{};  // with its port
    std::string path{};
    std::string query{};  // without the question mark
    bool has_query = false;

    std::string text() const;
};

Url take_apart(std::string_view text);

// Other spellings of a path and of a query: sorted, decoded, encoded anew, tidied. May hold the
// given one.
std::vector<std::string> rebuilt_paths(const std::string& path);
std::vector<std::string> rebuilt_queries(const std::string& query);

std::string trim(std::string_view text);

}  // namespace twiml
