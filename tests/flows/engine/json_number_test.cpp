#include "flows/engine/json_number.hpp"

#include <catch2/catch.hpp>

using flows::without_exponent;

TEST_CASE("a number with an exponent is written out, digit for digit") {
    CHECK(without_exponent("1e2") == "100");
    CHECK(without_exponent("1.0E+2") == "100");
    CHECK(without_exponent("1.25E7") == "12500000");
    CHECK(without_exponent("-1.2345e2") == "-123.45");
    CHECK(without_exponent("1.5e-3") == "0.0015");
    CHECK(without_exponent("12.50e0") == "12.5");
    CHECK(without_exponent("0e5") == "0");
    CHECK(without_exponent("0.001E3") == "1");
}

TEST_CASE("what has no exponent, or one out of proportion, stays as it is") {
    for (const char* same : {"", "7", "-0.50", "1.000", "1e400", "1e-400", "e5", "1e", "1e5x"})
        CHECK(without_exponent(same) == same);
}
