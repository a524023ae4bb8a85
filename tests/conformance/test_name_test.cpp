#include <tessera/conformance/kit/test_name.h>

#include <gtest/gtest.h>

namespace tessera::conformance {
namespace {

TEST(TestName, SpeaksOfTheTypeAlone) { EXPECT_EQ(name_of_type<int>(), "int"); }

TEST(TestName, IsTheSameForBothCompilers) {
  EXPECT_EQ(test_name("std::string name_of_type() [with T = {anonymous}::Sync<Ledger>; "
                      "std::string = std::basic_string<char>]"),
            "Sync_Ledger");
  EXPECT_EQ(test_name("std::string name_of_type() [T = (anonymous namespace)::Sync<Ledger>]"),
            "Sync_Ledger");
}

}  // namespace
}  // namespace tessera::conformance
