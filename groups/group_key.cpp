#include <tessera/groups/group_key.h>
#include <tessera/primitives/check.h>
#include <tessera/primitives/hash.h>

#include <sodium.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

namespace tessera {
namespace {

// Argon2id's parameters are part of wire version 1: members with others could never meet.
constexpr unsigned long long stretch_passes_v1 = 2;
constexpr std::size_t stretch_memory_v1 = 64U << 20U;
constexpr int stretch_algorithm_v1 = crypto_pwhash_ALG_ARGON2ID13;

/// Overwritten when it dies. Never copied.
class WipedBytes {
 public:
  explicit WipedBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  ~WipedBytes() { sodium_memzero(bytes_.data(), bytes_.size()); }
  WipedBytes(const WipedBytes&) = delete;
  WipedBytes& operator=(const WipedBytes&) = delete;

  [[nodiscard]] ByteView view() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

bool equal_in_constant_time(ByteView left, ByteView right) {
  return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

class GroupSecret::Kept : public WipedBytes {
 public:
  using WipedBytes::WipedBytes;
};

GroupSecret::GroupSecret(const std::array<std::uint8_t, size>& bytes)
    : kept_(std::make_shared<const Kept>(bytes)) {}

ByteView GroupSecret::view() const { return kept_->view(); }

UniqueId GroupSecret::digest() const {
  return Hasher(Hasher::Keyed{view(), "tessera/group-key/digest/1"}).digest();
}

bool GroupSecret::operator==(const GroupSecret& other) const {
  return equal_in_constant_time(view(), other.view());
}

class GroupKey::Kept : public WipedBytes {
 public:
  enum class Form : std::uint8_t { secret, passphrase };
  Kept(Form form, ByteView bytes) : WipedBytes(bytes), form_(form) {}
  [[nodiscard]] Form form() const { return form_; }

 private:
  Form form_;
};

GroupKey::GroupKey(std::shared_ptr<const Kept> kept) : kept_(std::move(kept)) {}

GroupKey GroupKey::from(std::string_view passphrase) {
  return GroupKey(std::make_shared<const Kept>(Kept::Form::passphrase, as_bytes(passphrase)));
}

GroupKey GroupKey::from(const std::array<std::uint8_t, size>& bytes) {
  return GroupKey(std::make_shared<const Kept>(Kept::Form::secret, bytes));
}

GroupKey GroupKey::random() {
  check(sodium_init() >= 0, "libsodium did not initialise");
  std::array<std::uint8_t, size> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  GroupKey key = from(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

Result<std::array<std::uint8_t, GroupKey::size>> GroupKey::bytes() const {
  if (kept_->form() != Kept::Form::secret) {
    return {Errc::invalid_argument, "a group key made from a passphrase has no bytes of its own"};
  }
  std::array<std::uint8_t, size> bytes{};
  std::copy_n(kept_->view().begin(), size, bytes.begin());
  return bytes;
}

Result<GroupSecret> GroupKey::stretch(const NetworkId& network) const {
  check(sodium_init() >= 0, "libsodium did not initialise");
  std::array<std::uint8_t, size> stretched{};
  if (kept_->form() == Kept::Form::secret) {
    std::copy_n(kept_->view().begin(), size, stretched.begin());
  } else {
    const UniqueId salt = Hasher("tessera/group-key/salt/1").add(network.view()).digest();
    static_assert(crypto_pwhash_SALTBYTES <= UniqueId::size);
    const std::string_view phrase = as_text(kept_->view());
    if (crypto_pwhash(stretched.data(), stretched.size(), phrase.data(), phrase.size(),
                      salt.bytes().data(), stretch_passes_v1, stretch_memory_v1,
                      stretch_algorithm_v1) != 0) {
      return {Errc::io_failed, "the group key could not be stretched: it takes 64 MiB of memory"};
    }
  }
  GroupSecret secret(stretched);
  sodium_memzero(stretched.data(), stretched.size());
  return secret;
}

bool GroupKey::operator==(const GroupKey& other) const {
  return kept_->form() == other.kept_->form() &&
         equal_in_constant_time(kept_->view(), other.kept_->view());
}

}  // namespace tessera
