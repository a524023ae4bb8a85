# The one library, the tree under its installed names, and the functions the folders use.

# `#include <tessera/groups/genesis.h>` means the same file in the tree as after installation.
set(TESSERA_INCLUDE_TREE "${PROJECT_BINARY_DIR}/include")
set(tree "${TESSERA_INCLUDE_TREE}/tessera")
file(MAKE_DIRECTORY "${tree}")
foreach(module IN LISTS TESSERA_MODULES)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${module}" "${tree}/${module}" SYMBOLIC)
endforeach()
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/tests/sim" "${tree}/conformance" SYMBOLIC)
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/runtime/tessera.h" "${tree}/tessera.h" SYMBOLIC)
configure_file("${PROJECT_SOURCE_DIR}/scripts/cmake/version.h.in" "${tree}/version.h" @ONLY)

# Asio is compiled once, here, instead of into every file that uses it (docs/decisions/0002).
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/asio.cpp"
     CONTENT "#include <boost/asio/impl/src.hpp>\n" @ONLY)
add_library(tessera STATIC "${PROJECT_BINARY_DIR}/asio.cpp")
add_library(tessera::tessera ALIAS tessera)
target_compile_features(tessera PUBLIC cxx_std_20)
target_compile_definitions(tessera PUBLIC "$<BUILD_INTERFACE:BOOST_ASIO_SEPARATE_COMPILATION>")
target_include_directories(tessera PUBLIC
  "$<BUILD_INTERFACE:${TESSERA_INCLUDE_TREE}>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(tessera
  PUBLIC Boost::headers Threads::Threads cereal::cereal tl::expected
  PRIVATE RocksDB::rocksdb-shared PkgConfig::sodium)
set_target_properties(tessera PROPERTIES POSITION_INDEPENDENT_CODE ON)

if(TESSERA_BUILD_TESTS)
  include(GoogleTest)
endif()

# tessera_sources(FILE...): adds the folder's sources to the library.
function(tessera_sources)
  target_sources(tessera PRIVATE ${ARGN})
endfunction()

# tessera_alone(FILE...): these of the folder's sources are compiled by themselves also where several
# are compiled as one: what is private to them has names that others use.
function(tessera_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  set_source_files_properties(${ARGN} TARGET_DIRECTORY tessera
                              PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# tessera_test(NAME SOURCES FILE... [LIBRARIES TARGET...] [LABELS LABEL...] [TIMEOUT SECONDS]): one
# GoogleTest program, each of its cases a ctest test. The label `threaded` puts it into the
# ThreadSanitizer run, `slow` keeps it out of both sanitizer runs.
function(tessera_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  if(test_UNPARSED_ARGUMENTS OR NOT test_SOURCES)
    message(FATAL_ERROR "tessera_test(${name}): expected SOURCES, then optionally LIBRARIES, "
                        "LABELS, TIMEOUT; got also '${test_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()
  add_executable(${name} ${test_SOURCES})
  if(TESSERA_SANITIZE STREQUAL "thread")
    # Debian's RocksDB is not instrumented: what happens inside of it looks like races.
    target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/scripts/cmake/tsan_suppressions.cpp")
  endif()
  target_link_libraries(${name} PRIVATE tessera::tessera ${test_LIBRARIES} GTest::gtest_main
                                        RocksDB::rocksdb-shared PkgConfig::sodium)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT ${test_TIMEOUT})
  # The function above would take a list of labels apart, so they are set when ctest reads the tests.
  if(test_LABELS)
    set(labels_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
    file(WRITE "${labels_file}"
         "set_tests_properties(\${${name}_TESTS} PROPERTIES LABELS \"${test_LABELS}\")\n")
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels_file}")
  endif()
endfunction()

# tessera_bench(NAME SOURCES FILE... [LIBRARIES TARGET...]): one Google Benchmark program.
function(tessera_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 bench "" "" "SOURCES;LIBRARIES")
  if(bench_UNPARSED_ARGUMENTS OR NOT bench_SOURCES)
    message(FATAL_ERROR "tessera_bench(${name}): expected SOURCES, then optionally LIBRARIES; "
                        "got also '${bench_UNPARSED_ARGUMENTS}'")
  endif()
  add_executable(${name} ${bench_SOURCES})
  target_link_libraries(${name} PRIVATE tessera::tessera ${bench_LIBRARIES}
                                        benchmark::benchmark_main RocksDB::rocksdb-shared
                                        PkgConfig::sodium)
endfunction()
