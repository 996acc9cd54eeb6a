# One call for a unit test binary whose every TEST is a ctest test of its own:
#   suture_add_test(NAME source... [LIBRARIES target...])

find_package(GTest REQUIRED)
include(GoogleTest)

function(suture_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" LIBRARIES)
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
    # Compiled anew more often than run for long: optimising takes half of the compiler's time.
    target_compile_options(${name} PRIVATE -O0)
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
    suture_precompile(${name} <gmock/gmock.h> <gtest/gtest.h>)
    gtest_discover_tests(${name} TEST_PREFIX ${name}. NO_PRETTY_VALUES PROPERTIES TIMEOUT 60)
endfunction()
