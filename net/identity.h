#pragma once

#include <tessera/net/secret.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/signature.h>

#include <filesystem>

/// Who a node is: an Ed25519 key pair, made once and kept in a file that only its owner can read.
///
/// Immutable after construction, so it is shared by `std::shared_ptr<const Identity>` and called
/// from any thread. The secret half is wiped when the object dies and never leaves it.
namespace tessera::net {

class Identity final : public Signer {
 public:
  /// A new identity that is kept nowhere.
  [[nodiscard]] static Identity generate();

  /// The identity in the file at `path`; if there is no such file, a new one is made and written
  /// there, readable by its owner only, whole or not at all, and durable when this returns.
  ///
  /// The folder must exist. Errors name the file: `not_allowed` if others may read or write it,
  /// `foreign` if it is something else, `version_mismatch` if a later version wrote it, `damaged`
  /// if it was altered or cut, `io_failed` with the operating system's reason. It blocks on the
  /// disk.
  [[nodiscard]] static Result<Identity> load_or_create(const std::filesystem::path& path);

  Identity(Identity&&) noexcept = default;
  Identity& operator=(Identity&&) noexcept = default;
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  [[nodiscard]] PeerId peer() const override { return peer_; }
  [[nodiscard]] Signature sign(ByteView message) const override;

 private:
  using Seed = Secret<32>;
  explicit Identity(const Seed& seed);

  [[nodiscard]] static Result<Identity> load(const std::filesystem::path& path);
  [[nodiscard]] Result<void> store(const std::filesystem::path& path) const;

  PeerId peer_;
  Secret<64> key_;  // libsodium's form: the seed, then the public key.
};

}  // namespace tessera::net
