#include <tessera/groups/core/entry_data.h>
#include <tessera/groups/core/founding/ledger.h>
#include <tessera/groups/core/founding/refounding.h>
#include <tessera/primitives/codec.h>

#include <string>
#include <utility>

namespace tessera::core {
namespace {

struct Decoded {
  Anchor anchor;
  RuntimePart part;
};

[[nodiscard]] Result<Decoded> decoded(const storage::SnapshotManifest& snapshot) {
  auto anchor = decode_anchor(snapshot.anchor);
  if (!anchor) return anchor.error().within("the snapshot's anchor");
  auto part = decode_runtime_part(anchor->runtime());
  if (!part) return part.error().within("the snapshot's runtime part");
  return Decoded{*std::move(anchor), *std::move(part)};
}

}  // namespace

Result<Refounding> Refounding::begin(const Terms& terms, const Signer& signer) {
  Refounding refounding;
  Proposal& proposal = refounding.certificate_.proposal;
  proposal.group = terms.group;
  proposal.members.voters = {terms.self};
  proposal.settings = terms.settings;
  proposal.nonce = terms.nonce;
  if (auto valid = proposal.validate(); !valid) return std::move(valid).error();
  refounding.certificate_.promises = {
      {terms.self, signer.sign(promise_text(proposal.id(), terms.self))}};
  if (auto genuine = refounding.certificate_.verify(); !genuine) return std::move(genuine).error();
  FoundingLedger ledger(terms.self);
  ledger.promise(proposal);
  ledger.store(refounding.certificate_);
  refounding.record_ = ledger.encoded();
  return refounding;
}

Result<storage::SnapshotManifest> Refounding::rewritten(
    const storage::SnapshotManifest& snapshot) const {
  auto held = decoded(snapshot);
  if (!held) return std::move(held).error();
  held->part.genesis = genesis();
  held->part.configuration = certificate_.proposal.members;
  storage::SnapshotManifest manifest = snapshot;
  manifest.anchor = encode_anchor(
      Anchor({held->anchor.position(), held->anchor.time(), encode_runtime_part(held->part)}));
  return manifest;
}

Result<RawEntry> Refounding::rewritten(const RawEntry& entry) const {
  RawEntry kept = entry;
  switch (entry.kind) {
    case EntryKind::noop:
    case EntryKind::command:
    case EntryKind::settings:
    case EntryKind::marker:
    case EntryKind::session:
      return kept;
    case EntryKind::membership:
      // It would put the old members in force.
      kept.kind = EntryKind::noop;
      kept.data = Bytes();
      return kept;
    case EntryKind::genesis:
      kept.data = encode_proposal(certificate_.proposal);
      return kept;
  }
  return Error(Errc::needs_upgrade, "the entry at " + entry.position.to_string() +
                                        " has the unknown kind " +
                                        std::to_string(static_cast<unsigned>(entry.kind)));
}

Result<Bytes> joining_record(const MemberId& self, const Certificate& certificate) {
  if (auto genuine = certificate.verify(); !genuine) return std::move(genuine).error();
  if (certificate.proposal.members.voters.contains(self)) {
    return Error(Errc::invalid_argument,
                 "a store that joins a group has a storage id that its founders do not");
  }
  FoundingLedger ledger(self);
  ledger.adopt(certificate, nullptr);
  return ledger.encoded();
}

Result<Certificate> certificate_in(const Bytes& record, const MemberId& self) {
  const auto ledger = FoundingLedger::restore(self, record);
  if (!ledger) return ledger.error();
  if (!ledger->certificate()) {
    return Error(Errc::not_found, "the group has not been founded, as far as this store knows");
  }
  return *ledger->certificate();
}

Result<GroupSettings> settings_in(const storage::SnapshotManifest& snapshot) {
  auto held = decoded(snapshot);
  if (!held) return std::move(held).error();
  return held->part.settings;
}

Result<GroupSettings> settings_in(const RawEntry& first) {
  if (first.kind != EntryKind::genesis) {
    return Error(Errc::damaged, "the log does not begin with the founding of the group");
  }
  const auto proposal = decode_proposal(first.data);
  if (!proposal) return proposal.error().within("the log's first entry");
  return proposal->settings;
}

}  // namespace tessera::core
