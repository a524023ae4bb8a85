#include <tessera/net/address.h>

#include <gtest/gtest.h>

namespace tessera::net {
namespace {

TEST(Address, ReadsNamesAndLiteralsAndPrintsThemBack) {
  for (const char* text : {"localhost:80", "node-1.example.org:65535", "127.0.0.1:0", "[::1]:7",
                           "[fe80::1%eth0]:9000"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->to_string(), text);
  }
  EXPECT_EQ(Address::parse("[::1]:7")->host, "::1");
  EXPECT_EQ(Address::parse("host:080")->port, 80);
}

TEST(Address, RefusesEverythingElseAndSaysWhy) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "empty"},
      {"localhost", "port is missing"},
      {"localhost:", "port is missing"},
      {":80", "host is missing"},
      {"localhost:http", "not a number"},
      {"localhost:-1", "not a number"},
      {"localhost:+1", "not a number"},
      {"localhost:65536", "above 65535"},
      {"localhost:99999999999", "not a number"},
      {"::1:80", "needs brackets"},
      {"[::1]80", "port is missing"},
      {"[::1", "']' is missing"},
      {"[host]:80", "no IPv6 address"},
      {"a b:80", "no host name has"},
      {"http://a:80", "needs brackets"},
  };
  for (const auto& [text, why] : cases) {
    const auto address = Address::parse(text);
    ASSERT_FALSE(address.has_value()) << text;
    EXPECT_TRUE(address.error().is(Errc::malformed));
    EXPECT_NE(address.error().message().find(why), std::string::npos)
        << text << ": " << address.error().message();
  }
  EXPECT_FALSE(Address::parse(std::string(300, 'a') + ":1").has_value());
}

TEST(Address, AnErrorShowsNoControlCharacters) {
  const auto address = Address::parse("a\x1b[31m\n");
  ASSERT_FALSE(address.has_value());
  EXPECT_EQ(address.error().message().find_first_of("\x1b\n"), std::string::npos);
}

}  // namespace
}  // namespace tessera::net
