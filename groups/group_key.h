#pragma once

#include <tessera/primitives/ids.h>
#include <tessera/primitives/result.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

/// What the members of a group share and nobody else knows.
///
/// Values whose copies share one buffer, which is overwritten when the last copy goes. They may be
/// used from any thread, and nothing prints them.
namespace tessera {

/// A group's key in the form proofs are made with: 32 bytes that cannot be guessed.
class GroupSecret {
 public:
  static constexpr std::size_t size = 32;

  explicit GroupSecret(const std::array<std::uint8_t, size>& bytes);

  [[nodiscard]] ByteView view() const;
  /// What the group id contains of it: tells nothing about the secret.
  [[nodiscard]] UniqueId digest() const;

  /// Compares in a time that tells nothing about where they differ.
  bool operator==(const GroupSecret& other) const;

 private:
  class Kept;
  std::shared_ptr<const Kept> kept_;
};

/// A group's key as the user has it: 32 secret bytes, or a passphrase.
class GroupKey {
 public:
  static constexpr std::size_t size = GroupSecret::size;

  /// Keeps `passphrase` as it is. Whoever completes a handshake with a member can try guesses
  /// against it, at Argon2id's price for each: use `random()` where strangers can connect.
  [[nodiscard]] static GroupKey from(std::string_view passphrase);
  /// Exactly these bytes; they must be secret and random.
  [[nodiscard]] static GroupKey from(const std::array<std::uint8_t, size>& bytes);
  /// 32 bytes from the operating system; share `bytes()` with the other members.
  [[nodiscard]] static GroupKey random();

  /// The secret bytes; `invalid_argument` if this is a passphrase.
  [[nodiscard]] Result<std::array<std::uint8_t, size>> bytes() const;

  /// The secret that this key stands for in `network`. A passphrase is stretched with Argon2id,
  /// which takes tenths of a second and 64 MiB: call it on a thread that may block, once. Keys made
  /// of bytes are not stretched. Fails only if the memory cannot be had (`io_failed`).
  [[nodiscard]] Result<GroupSecret> stretch(const NetworkId& network) const;

  /// The same kind of key with the same contents; compared in constant time.
  bool operator==(const GroupKey& other) const;

 private:
  class Kept;
  explicit GroupKey(std::shared_ptr<const Kept> kept);

  std::shared_ptr<const Kept> kept_;
};

}  // namespace tessera
