#include <tessera/primitives/codec.h>
#include <tessera/statesync/adaptive/provider.h>

#include <algorithm>
#include <utility>

namespace tessera::adaptive {

statesync::Wrap wrap_of(std::size_t part) {
  return [part](const Bytes& message) {
    return encode(Message(Inner{static_cast<std::uint8_t>(part), message}));
  };
}

/// What a part is called with. Remembers which part reads the log.
class Provider::Context final : public statesync::NestedProviderContext {
 public:
  Context(Provider& owner, ProviderContext& outer, std::size_t part)
      : NestedProviderContext(outer, owner.wraps_[part]), owner_(owner), part_(part) {}

  void read_log(Index from, std::size_t bytes_max) override {
    owner_.reading_.emplace(from, part_);
    outer().read_log(from, bytes_max);
  }

 private:
  Provider& owner_;
  std::size_t part_;
};

Provider::Provider(Options options, ProviderContext& cx) : options_(std::move(options)) {
  for (std::size_t part = 0; part < options_.parts; ++part) wraps_.push_back(wrap_of(part));
  for (std::size_t part = 0; part < options_.parts; ++part) {
    Context nested(*this, cx, part);
    parts_.push_back(options_.create(part, nested));
  }
}

std::optional<Message> Provider::receive(Message message, const PeerId& sender,
                                         ProviderContext& cx) {
  if (const auto* ask = std::get_if<Ask>(&message)) {
    cx.send_to(sender, encode(Message(offer(*ask, cx))));
    return std::nullopt;
  }
  auto* inner = std::get_if<Inner>(&message);
  if (inner == nullptr) return message;
  if (inner->part >= parts_.size()) return std::nullopt;
  Context nested(*this, cx, inner->part);
  auto back = parts_[inner->part]->receive(std::move(inner->message), sender, nested);
  if (!back) return std::nullopt;
  return Inner{inner->part, *std::move(back)};
}

Offer Provider::offer(const Ask& ask, ProviderContext& cx) const {
  Offer offer;
  for (std::size_t part = 0; part < std::min(parts_.size(), ask.gaps.size()); ++part) {
    offer.estimates.push_back(options_.estimate(part, ask.gaps[part], cx));
    // What has diverged is no state to bring anybody to.
    if (cx.diverged()) offer.estimates.back().bytes.reset();
  }
  return offer;
}

bool Provider::poll(ProviderContext& cx) {
  bool again = false;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    Context nested(*this, cx, part);
    again |= parts_[part]->poll(nested);
  }
  return again;
}

void Provider::committed(Cursor position, ProviderContext& cx) {
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    Context nested(*this, cx, part);
    parts_[part]->committed(position, nested);
  }
}

void Provider::marker(Cursor position, const Bytes& marker, ProviderContext& cx) {
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    Context nested(*this, cx, part);
    parts_[part]->marker(position, marker, nested);
  }
}

void Provider::entries_read(Index from, std::vector<LogEntry> entries, ProviderContext& cx) {
  const auto asked = reading_.find(from);
  if (asked == reading_.end()) return;
  const std::size_t part = asked->second;
  reading_.erase(asked);
  Context nested(*this, cx, part);
  parts_[part]->entries_read(from, std::move(entries), nested);
}

void Provider::part_read(const storage::SnapshotPart& part, const std::optional<Bytes>& data,
                         ProviderContext& cx) {
  // One part at most keeps snapshots; the others have asked for none.
  for (std::size_t each = 0; each < parts_.size(); ++each) {
    Context nested(*this, cx, each);
    parts_[each]->part_read(part, data, nested);
  }
}

std::optional<Index> Provider::safe_to_prune(ProviderContext& cx) const {
  std::optional<Index> most;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    statesync::NestedProviderContext nested(cx, wraps_[part]);
    const auto safe = parts_[part]->safe_to_prune_prefix(nested);
    if (safe) most = std::max(most.value_or(Index()), *safe);
  }
  return most;
}

}  // namespace tessera::adaptive
