#include "../storage/temporary_folder.h"
#include <tessera/runtime/tool/demo/data_set.h>

#include <gtest/gtest.h>

#include <fstream>

namespace tessera::tool::demo {
namespace {

constexpr const char* heading = "Registry,Assignment,Organization Name,Organization Address\n";

class DataSets : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) {
    std::ofstream(folder / "data") << text;
    return folder / "data";
  }
  storage::testing::TemporaryFolder folder;
};

TEST_F(DataSets, RegistryMapsPrefixesToMakers) {
  const auto data =
      read_registry(file(std::string(heading) + "MA-L,00000C,\"Cisco Systems, Inc\",170 West \n"
                                                "MA-L,000000,XEROX CORPORATION,Webster\n"));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->rows, (Rows{{"00000C", "Cisco Systems, Inc | 170 West"},
                              {"000000", "XEROX CORPORATION | Webster"}}));
  EXPECT_EQ(data->lookups, (std::vector<std::string>{"000000"}));
}

TEST_F(DataSets, PrefixGivenOutTwiceIsOneRow) {
  const auto data =
      read_registry(file(std::string(heading) + "MA-L,080030,A,x\nMA-L,080030,B,y\n"));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->rows, (Rows{{"080030", "A | x ; B | y"}}));
}

TEST_F(DataSets, RegistryWithShortOrNoRowsIsRefused) {
  EXPECT_FALSE(read_registry(file(std::string(heading) + "MA-L,080030\n")));
  EXPECT_FALSE(read_registry(file(heading)));
  EXPECT_FALSE(read_registry(folder / "absent"));
}

TEST_F(DataSets, PackageListIsKeyedByLine) {
  const auto data = read_package_list(file("Package: a\n\nPackage: b"));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->rows, (Rows{{"1", "Package: a"}, {"2", ""}, {"3", "Package: b"}}));
}

}  // namespace
}  // namespace tessera::tool::demo
