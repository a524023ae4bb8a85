#include <tessera/net/identity.h>

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace tessera::net {
namespace {

namespace fs = std::filesystem;

class IdentityFile : public testing::Test {
 protected:
  IdentityFile() {
    std::string pattern = (fs::temp_directory_path() / "tessera-identity-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "identity.key";
  }
  ~IdentityFile() override { fs::remove_all(folder_); }

  std::string read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const std::string& content) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << content;
    ::chmod(path_.c_str(), 0600);
  }
  void expect_refused(Errc code) const {
    const auto loaded = Identity::load_or_create(path_);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_TRUE(loaded.error().is(code)) << loaded.error().message();
    EXPECT_NE(loaded.error().message().find(path_.string()), std::string::npos);
  }

  fs::path folder_;
  fs::path path_;
};

TEST(Identity, SignsWhatItsPeerIdVerifies) {
  const Identity identity = Identity::generate();
  Signature signature = identity.sign(as_bytes("message"));
  EXPECT_TRUE(verify(identity.peer(), as_bytes("message"), signature));
  EXPECT_FALSE(verify(identity.peer(), as_bytes("massage"), signature));
  EXPECT_FALSE(verify(Identity::generate().peer(), as_bytes("message"), signature));
  signature.bytes[0] ^= 1;
  EXPECT_FALSE(verify(identity.peer(), as_bytes("message"), signature));
}

TEST_F(IdentityFile, IsMadeOnceAndOnlyForItsOwner) {
  const auto made = Identity::load_or_create(path_);
  ASSERT_TRUE(made.has_value()) << made.error().message();
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  const auto loaded = Identity::load_or_create(path_);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->peer(), made->peer());
  EXPECT_EQ(loaded->sign(as_bytes("m")), made->sign(as_bytes("m")));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "no temporary file stays";
}

TEST_F(IdentityFile, ThatOthersCanReadOrWriteIsRefusedWithTheRemedy) {
  ASSERT_TRUE(Identity::load_or_create(path_).has_value());
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U}) {
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    expect_refused(Errc::not_allowed);
    EXPECT_NE(Identity::load_or_create(path_).error().message().find("chmod 600"),
              std::string::npos);
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  EXPECT_TRUE(Identity::load_or_create(path_).has_value());
}

TEST_F(IdentityFile, ThatIsSomethingElseIsForeignAndLeftAlone) {
  for (const std::string content : {"", "hello, this is not a key file at all", "x"}) {
    write(content);
    expect_refused(Errc::foreign);
    EXPECT_EQ(read(), content);
  }
  fs::remove(path_);
  fs::create_directory(path_);
  expect_refused(Errc::foreign);
}

TEST_F(IdentityFile, WithAnyBitFlippedOrAnyByteMissingOrAddedIsRefused) {
  ASSERT_TRUE(Identity::load_or_create(path_).has_value());
  const std::string good = read();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    write(bad);
    EXPECT_FALSE(Identity::load_or_create(path_).has_value()) << "bit " << bit;
  }
  for (std::size_t size = 1; size < good.size(); ++size) {
    write(good.substr(0, size));
    expect_refused(Errc::damaged);
  }
  write(good + "x");
  expect_refused(Errc::damaged);
  write(good);
  EXPECT_TRUE(Identity::load_or_create(path_).has_value());
}

TEST_F(IdentityFile, OfALaterVersionSaysSo) {
  ASSERT_TRUE(Identity::load_or_create(path_).has_value());
  std::string later = read();
  later[16] = 2;
  write(later);
  expect_refused(Errc::version_mismatch);
}

TEST_F(IdentityFile, InAFolderThatDoesNotExistNamesThePath) {
  path_ = folder_ / "missing" / "identity.key";
  expect_refused(Errc::io_failed);
}

TEST_F(IdentityFile, MadeByManyAtOnceIsOneIdentity) {
  std::vector<PeerId> peers(8);
  std::vector<std::thread> threads;
  for (PeerId& peer : peers) {
    threads.emplace_back([this, &peer] {
      const auto identity = Identity::load_or_create(path_);
      if (identity) peer = identity->peer();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(peers.front().is_none());
  for (const PeerId& peer : peers) EXPECT_EQ(peer, peers.front());
}

TEST(Secret, IsWipedWhenMovedFrom) {
  Secret<4> first(std::array<std::uint8_t, 4>{1, 2, 3, 4});
  const Secret<4> second = std::move(first);
  EXPECT_EQ(second.data()[3], 4);
  EXPECT_EQ(first.data()[3], 0);
}

}  // namespace
}  // namespace tessera::net
