#pragma once

#include <tessera/groups/core/founding/certificate.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>
#include <tessera/primitives/signature.h>
#include <tessera/storage/member_id.h>
#include <tessera/storage/raw_entry.h>
#include <tessera/storage/store.h>

#include <cstdint>

/// How a copy of a group's data becomes the data of another store (docs/decisions/0501).
namespace tessera::core {

/// What a store keeps as its founding record when a copy begins a life of its own as a *new group*,
/// of which `self` is the first and only member: its machine's state, its client sessions and its
/// settings go on, its members and its genesis do not. Members of the old group refuse it.
///
/// A value. Entry and snapshot are rewritten where they say who the members are, at the positions
/// they have: client sessions are numbered by positions.
class Refounding {
 public:
  struct Terms {
    GroupId group;
    MemberId self;  ///< with a storage id that was drawn for this
    GroupSettings settings;
    std::uint64_t nonce = 0;  ///< above zero, as `Proposal` says
  };
  /// `invalid_argument` or `malformed` if such a group could not be founded.
  [[nodiscard]] static Result<Refounding> begin(const Terms& terms, const Signer& signer);

  [[nodiscard]] GenesisId genesis() const { return certificate_.proposal.id(); }
  [[nodiscard]] const Bytes& founding_record() const { return record_; }

  /// The snapshot as one of the new group's; its parts stay as they are. `damaged` if the runtime's
  /// part of it does not decode.
  [[nodiscard]] Result<storage::SnapshotManifest> rewritten(
      const storage::SnapshotManifest& snapshot) const;
  /// The entry as one of the new group's. `needs_upgrade` if its kind is not known.
  [[nodiscard]] Result<RawEntry> rewritten(const RawEntry& entry) const;

 private:
  Certificate certificate_;
  Bytes record_;
};

/// The founding record of a store that is to be one more member of the group that `certificate`
/// founded: `self`, whose storage id was drawn for this, acts in no founding set and is in no
/// configuration until the group takes it in. `malformed` if the certificate is not genuine.
[[nodiscard]] Result<Bytes> joining_record(const MemberId& self, const Certificate& certificate);

/// The certificate in a founding record of the store `self`. `not_found` if its group has not been
/// founded; `damaged`, `foreign` or `version_mismatch` as the record is.
[[nodiscard]] Result<Certificate> certificate_in(const Bytes& record, const MemberId& self);

/// The settings in force where a copy begins: at its snapshot, or in the first entry of its log.
[[nodiscard]] Result<GroupSettings> settings_in(const storage::SnapshotManifest& snapshot);
[[nodiscard]] Result<GroupSettings> settings_in(const RawEntry& first);

}  // namespace tessera::core
