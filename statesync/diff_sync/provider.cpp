#include <tessera/primitives/codec.h>
#include <tessera/statesync/diff_sync/provider.h>

#include <algorithm>
#include <utility>

namespace tessera::diff_sync {

using statesync::NestedProviderContext;

std::optional<Message> Provider::receive(Message message, const PeerId& sender, ProviderContext& cx,
                                         const KeyedPort& machine) {
  if (auto* inner = std::get_if<snapshot_sync::Message>(&message)) {
    NestedProviderContext nested(cx, wrap_);
    auto back = snapshots_.receive(std::move(*inner), sender, nested);
    if (!back) return std::nullopt;
    return Message(*std::move(back));
  }
  if (const auto* ask = std::get_if<Ask>(&message)) {
    cx.send_to(sender, encode(Message(offer(*ask, cx, machine))));
  } else if (const auto* fetch = std::get_if<Fetch>(&message)) {
    cx.send_to(sender, encode(Message(portion(*fetch, cx, machine))));
  } else {
    return message;
  }
  return std::nullopt;
}

Offer Provider::offer(const Ask& ask, ProviderContext& cx, const KeyedPort& machine) {
  Offer offer;
  if (!cx.diverged()) offer.diff_bytes = machine.bytes_behind(ask.have);
  offer.newest = machine.update_id();
  offer.applied = cx.applied();
  offer.committed = cx.committed();
  offer.log_base = cx.log().base();
  offer.log_bytes = cx.snapshots().log_bytes_behind(ask.committed.index);
  return offer;
}

Portion Provider::portion(const Fetch& fetch, ProviderContext& cx, const KeyedPort& machine) const {
  if (cx.diverged()) {
    Portion none;
    none.after = fetch.after;
    return none;
  }
  KeyedPort::Changes found = machine.changes(fetch.after, settings_.portion_bytes);
  if (found.all) found.portion.at = cx.anchor();
  return std::move(found.portion);
}

std::optional<std::uint64_t> Provider::estimate(const SyncGap& gap, ProviderContext& cx,
                                                const KeyedPort& machine) {
  std::optional<std::uint64_t> least = snapshot_sync::Provider::estimate(gap, cx);
  const auto have = decode<UpdateId>(gap.details);
  const auto changes = have ? machine.bytes_behind(*have) : std::nullopt;
  if (changes) least = std::min(least.value_or(*changes), *changes);
  return least;
}

bool Provider::poll(ProviderContext& cx) {
  NestedProviderContext nested(cx, wrap_);
  return snapshots_.poll(nested);
}

void Provider::marker(const Bytes& marker, ProviderContext& cx) {
  NestedProviderContext nested(cx, wrap_);
  snapshots_.marker(marker, nested);
}

void Provider::entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) {
  NestedProviderContext nested(cx, wrap_);
  snapshots_.entries_read(from, std::move(entries), nested);
}

void Provider::part_read(const storage::SnapshotPart& part, const std::optional<Bytes>& data,
                         ProviderContext& cx) {
  NestedProviderContext nested(cx, wrap_);
  snapshots_.part_read(part, data, nested);
}

}  // namespace tessera::diff_sync
