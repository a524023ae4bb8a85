#include <tessera/net/identity.h>
#include <tessera/net/internal/key_file.h>
#include <tessera/net/internal/require_sodium.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/hash.h>

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

namespace tessera::net {
namespace {

// The file: magic, version, seed, public key, and a checksum over all of these.
constexpr std::string_view magic = "tessera identity";
constexpr std::uint8_t version = 1;
constexpr std::size_t version_at = magic.size();
constexpr std::size_t seed_at = version_at + 1;
constexpr std::size_t peer_at = seed_at + 32;
constexpr std::size_t checksum_at = peer_at + 32;
constexpr std::size_t file_size = checksum_at + UniqueId::size;

using Image = Secret<file_size>;

UniqueId checksum_of(const Image& image) {
  return Hasher("tessera/identity-file").add(image.view().first(checksum_at)).digest();
}

Error bad_file(Errc code, const std::filesystem::path& path, std::string_view why) {
  return {code, "the key file " + path.string() + " " + std::string(why)};
}

Result<void> check_image(const std::filesystem::path& path, const KeyFileContent& content,
                         const Image& image) {
  const std::size_t recognised = std::min(content.size, magic.size());
  if (recognised == 0 || std::memcmp(image.data(), magic.data(), recognised) != 0) {
    return bad_file(Errc::foreign, path,
                    "is not a tessera identity; name another file, or move this one away");
  }
  if (content.size > version_at && image.data()[version_at] > version) {
    return bad_file(Errc::version_mismatch, path,
                    "was written by a later version of tessera; upgrade this node");
  }
  const UniqueId checksum = checksum_of(image);
  if (content.size != file_size || !content.is_whole || image.data()[version_at] != version ||
      std::memcmp(image.data() + checksum_at, checksum.view().data(), UniqueId::size) != 0) {
    return bad_file(Errc::damaged, path,
                    "is damaged; restore it from a backup, or remove it to become a new peer");
  }
  return {};
}

}  // namespace

Identity::Identity(const Seed& seed) {
  require_sodium();
  UniqueId::Array public_key;
  check(crypto_sign_seed_keypair(public_key.data(), key_.data(), seed.data()) == 0,
        "Ed25519 did not make a key pair");
  peer_ = PeerId(UniqueId(public_key));
}

Identity Identity::generate() {
  require_sodium();
  Seed seed;
  randombytes_buf(seed.data(), Seed::size());
  return Identity(seed);
}

Signature Identity::sign(ByteView message) const {
  Signature signature;
  check(crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                             key_.data()) == 0,
        "Ed25519 did not sign");
  return signature;
}

Result<Identity> Identity::load_or_create(const std::filesystem::path& path) {
  auto loaded = load(path);
  if (loaded || !loaded.error().is(Errc::not_found)) return loaded;
  const Identity made = generate();
  const auto stored = made.store(path);
  if (!stored && !stored.error().is(Errc::foreign)) return stored.error();
  // What was written is read back; and if another process was quicker, its identity counts.
  return load(path);
}

Result<Identity> Identity::load(const std::filesystem::path& path) {
  Image image;
  const auto content = read_key_file(path, image.span());
  if (!content) return content.error();
  const auto good = check_image(path, *content, image);
  if (!good) return good.error();
  const Seed seed(std::span<const std::uint8_t, 32>(image.data() + seed_at, 32));
  Identity identity(seed);
  if (std::memcmp(identity.peer_.view().data(), image.data() + peer_at, 32) != 0) {
    return bad_file(Errc::damaged, path, "holds a public key that is not its secret key's");
  }
  return identity;
}

Result<void> Identity::store(const std::filesystem::path& path) const {
  Image image;
  std::uint8_t* out = image.data();
  std::copy(magic.begin(), magic.end(), out);
  out[version_at] = version;
  std::copy_n(key_.data(), 32, out + seed_at);
  std::copy_n(peer_.view().data(), 32, out + peer_at);
  std::copy_n(checksum_of(image).view().data(), UniqueId::size, out + checksum_at);
  return write_key_file(path, image.view());
}

}  // namespace tessera::net
