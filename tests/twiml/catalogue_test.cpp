#include "twiml/catalogue.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

using namespace twiml;
namespace json = boost::json;

namespace {

// The collected reference: what Twilio's docs and helper libraries know, as data.
const json::object& reference() {
    static const json::value parsed = [] {
        std::ifstream file{SOURCE_DIR "/tests/twiml/twiml-catalogue.json"};
        return json::parse(std::string{std::istreambuf_iterator<char>{file}, {}});
    }();
    return parsed.as_object();
}

std::vector<std::string> texts(const json::object& object, std::string_view key) {
    std::vector<std::string> all;
    if (const json::value* found = object.if_contains(key))
        for (const json::value& text : found->as_array())
            all.emplace_back(text.as_string());
    return all;
}

std::string id_of(const json::object& element) {
    return std::string{
        (element.contains("id") ? element.at("id") : element.at("name")).as_string()};
}

const CatalogueAttribute& attribute(std::string_view element, std::string_view name) {
    const CatalogueElement* found = find_element(element);
    REQUIRE(found);
    const CatalogueAttribute* row = find_attribute(*found, name);
    REQUIRE(row);
    return *row;
}

bool allows(std::string_view element, std::string_view name, std::string_view value) {
    return why_not(attribute(element, name), value).empty();
}

}  // namespace

TEST_CASE("every documented element stands in the table with its nesting and text") {
    const json::array& elements = reference().at("elements").as_array();
    CHECK(catalogue().size() == elements.size());
    for (const json::value& value : elements) {
        const json::object& element = value.as_object();
        INFO(id_of(element));
        const CatalogueElement* row = find_element(id_of(element));
        REQUIRE(row);
        CHECK(row->name == element.at("name").as_string());
        CHECK(row->terminates == element.at("terminates").as_bool());
        CHECK(row->deprecated == element.at("deprecated").as_bool());
        const std::string use{element.at("text").as_object().at("use").as_string()};
        CHECK((row->text == CatalogueElement::Text::required) == (use == "required"));
        CHECK((row->text == CatalogueElement::Text::none) == (use == "none"));
        std::vector<std::string> children = texts(element, "children");
        for (const char* more : {"children_library_only", "children_docs_only"})
            for (std::string& id : texts(element, more))
                children.push_back(std::move(id));
        CHECK(std::vector<std::string>(row->children.begin(), row->children.end()) == children);
        for (const std::string& id : children) {
            const CatalogueElement* child = find_element(id);
            REQUIRE(child);
            CHECK(find_child(*row, child->name) == child);
        }
    }
}

TEST_CASE("every documented attribute stands in the table with its values, range and default") {
    const std::map<std::string, AttributeType> types{{"boolean", AttributeType::boolean},
                                                     {"method", AttributeType::method},
                                                     {"url", AttributeType::url},
                                                     {"integer", AttributeType::integer},
                                                     {"duration_seconds", AttributeType::seconds},
                                                     {"enum_list", AttributeType::list_of}};
    std::size_t count = 0;
    for (const json::value& value : reference().at("elements").as_array()) {
        const json::object& element = value.as_object();
        const CatalogueElement* owner = find_element(id_of(element));
        REQUIRE(owner);
        CHECK(owner->attributes.size() == element.at("attributes").as_array().size());
        for (const json::value& item : element.at("attributes").as_array()) {
            const json::object& known = item.as_object();
            const std::string name{known.at("name").as_string()};
            INFO(id_of(element) << " " << name);
            const CatalogueAttribute& row = attribute(id_of(element), name);
            ++count;
            const std::string type{known.at("type").as_string()};
            if (types.contains(type)) CHECK(row.type == types.at(type));
            const auto number = [&known](const char* key) {
                const json::value* found = known.if_contains(key);
                return found ? std::optional<long>{found->to_number<long>()} : std::nullopt;
            };
            CHECK(row.at_least == number("min"));
            CHECK(row.at_most == number("max"));
            CHECK(static_cast<long>(row.longest) == number("max_length").value_or(0));
            for (const char* key : {"values", "accepts_also"})
                for (const std::string& allowed : texts(known, key))
                    CHECK(why_not(row, allowed).empty());
            if (const json::value* pattern = known.if_contains("pattern"))
                CHECK(row.pattern == pattern->as_string());
        }
    }
    CHECK(count == 310);
}

TEST_CASE("every pattern of the table is a valid regular expression, anchored at its beginning") {
    for (const CatalogueElement& element : catalogue()) {
        for (const CatalogueAttribute& row : element.attributes) {
            if (row.pattern.empty()) continue;
            INFO(element.id << " " << row.name);
            CHECK(RE2{row.pattern}.ok());
            CHECK(row.pattern.starts_with('^'));
        }
    }
}

TEST_CASE("a value is allowed at the edges of its range and not behind them") {
    CHECK(allows("Dial", "timeout", "5"));
    CHECK(allows("Dial", "timeout", "600"));
    CHECK_FALSE(allows("Dial", "timeout", "4"));
    CHECK_FALSE(allows("Dial", "timeout", "601"));
    CHECK_FALSE(allows("Dial", "timeout", "30s"));
    CHECK_FALSE(allows("Dial", "timeout", ""));
    CHECK_FALSE(allows("Dial", "timeout", "-5"));
    CHECK_FALSE(allows("Dial", "timeout", " 30"));
    CHECK_FALSE(allows("Say", "loop", "99999999999999999999"));
    CHECK(allows("Say", "loop", "0"));
    CHECK(allows("Pay", "chargeAmount", "19.99"));
    CHECK(allows("Pay", "chargeAmount", "1000000"));
    CHECK_FALSE(allows("Pay", "chargeAmount", "1000000.01"));
    CHECK_FALSE(allows("Pay", "chargeAmount", "$20"));
    CHECK_FALSE(allows("Pay", "chargeAmount", "1e3"));
    CHECK(why_not(attribute("Dial", "timeout"), "4") == "a whole number of seconds from 5 to 600");
}

TEST_CASE("booleans, methods and keys are written exactly") {
    CHECK(allows("Dial", "answerOnBridge", "true"));
    CHECK_FALSE(allows("Dial", "answerOnBridge", "True"));
    CHECK_FALSE(allows("Dial", "answerOnBridge", "1"));
    CHECK(allows("Dial", "method", "GET"));
    CHECK_FALSE(allows("Dial", "method", "get"));
    CHECK_FALSE(allows("Dial", "method", "PUT"));
    CHECK(allows("Gather", "finishOnKey", ""));
    CHECK(allows("Gather", "finishOnKey", "*"));
    CHECK_FALSE(allows("Gather", "finishOnKey", "12"));
    CHECK_FALSE(allows("Gather", "finishOnKey", "A"));
    CHECK(allows("Record", "finishOnKey", "12#"));
    CHECK(allows("Number", "sendDigits", "wW1*#D"));
    CHECK_FALSE(allows("Number", "sendDigits", "1,2"));
    CHECK(allows("Gather", "speechTimeout", "auto"));
    CHECK_FALSE(allows("Gather", "speechTimeout", "0"));
}

TEST_CASE("a list holds known words, each once, one blank between them") {
    CHECK(allows("Gather", "input", "dtmf speech"));
    CHECK(allows("Gather", "input", "speech dtmf"));
    CHECK_FALSE(allows("Gather", "input", "dtmf,speech"));
    CHECK_FALSE(allows("Gather", "input", "dtmf  speech"));
    CHECK_FALSE(allows("Gather", "input", "dtmf dtmf"));
    CHECK_FALSE(allows("Gather", "input", ""));
}

TEST_CASE("a URL has no blanks, and a callback's host no underscore") {
    CHECK(allows("Gather", "action", "/next?a=1#rc=2"));
    CHECK(allows("Gather", "action", "next"));
    CHECK(allows("Gather", "action", ""));
    CHECK(allows("Gather", "action", "https://ivr.example.com/a_b"));
    CHECK(allows("Gather", "action", "/next?to=https://x"));
    CHECK_FALSE(allows("Gather", "action", "https://my_host.example.com/"));
    CHECK_FALSE(allows("Gather", "action", "https:///path"));
    CHECK_FALSE(allows("Gather", "action", "ftp://ivr.example.com/"));
    CHECK_FALSE(allows("Gather", "action", "/a b"));
    CHECK(allows("ConversationRelay", "url", "wss://ivr.example.com/a"));
    CHECK_FALSE(allows("ConversationRelay", "url", "https://ivr.example.com/a"));
    CHECK_FALSE(allows("Stream", "statusCallback", "/status"));
    CHECK(allows("Stream", "statusCallback", "https://ivr.example.com/status"));
}

TEST_CASE("a name with two meanings is told apart by where it stands") {
    CHECK(find_child(*find_element("Refer"), "Sip")->id == "ReferSip");
    CHECK(find_child(*find_element("Dial"), "Sip")->id == "Sip");
    CHECK(find_child(*find_element("Response"), "Sip") == nullptr);
    CHECK(find_child(*find_element("Response"), "say") == nullptr);
    CHECK(find_element("Nothing") == nullptr);
}

TEST_CASE("a flow writes attributes in snake case") {
    CHECK(snake_case("bargeIn") == "barge_in");
    CHECK(snake_case("interpret-as") == "interpret_as");
    CHECK(find_attribute_by_flow_name(*find_element("Gather"), "barge_in")->name == "bargeIn");
    CHECK(find_attribute_by_flow_name(*find_element("Gather"), "bargeIn") == nullptr);
    for (const CatalogueElement& element : catalogue())
        for (const CatalogueAttribute& row : element.attributes)
            CHECK(find_attribute_by_flow_name(element, snake_case(row.name)) == &row);
}

TEST_CASE("what the server fills in is marked, and what a designer gives is not") {
    CHECK(attribute("Gather", "action").is_callback);
    CHECK(attribute("Gather", "method").is_callback);
    CHECK(attribute("Number", "url").is_callback);
    CHECK_FALSE(attribute("Stream", "url").is_callback);
    CHECK_FALSE(attribute("Gather", "timeout").is_callback);
}

TEST_CASE("voices and languages are those the reference lists") {
    for (const json::value& value : reference().at("say_voices").as_array()) {
        const json::object& group = value.as_object();
        for (const char* key : {"voices", "library_only", "docs_only"}) {
            for (const std::string& voice : texts(group, key)) {
                INFO(voice);
                CHECK(is_known_voice(voice));
                for (const std::string& language : texts(group, "languages"))
                    CHECK(voice_speaks(voice, language));
            }
        }
    }
    for (const json::value& code : reference().at("say_languages").as_array())
        CHECK(is_say_language(std::string{code.as_string()}));
    for (const json::value& code : reference().at("gather_languages").as_array())
        CHECK(is_gather_language(std::string{code.as_string()}));
    CHECK_FALSE(is_known_voice("Polly.Nobody"));
    CHECK_FALSE(is_known_voice("polly.Joanna"));
    CHECK_FALSE(is_known_voice("Polly."));
    CHECK_FALSE(is_known_voice(""));
    CHECK_FALSE(voice_speaks("Polly.Joanna", "de-DE"));
    CHECK(voice_speaks("Polly.Aditi", "hi-IN"));
    CHECK(voice_speaks("Polly.Nobody", "de-DE"));
    CHECK_FALSE(is_say_language("en"));
    CHECK_FALSE(is_gather_language("xx-XX"));
}
