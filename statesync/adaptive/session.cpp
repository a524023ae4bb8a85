#include <tessera/primitives/codec.h>
#include <tessera/statesync/adaptive/provider.h>
#include <tessera/statesync/adaptive/session.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace tessera::adaptive {

/// What the session of a part is called with. That it fails is not yet the end.
class Session::Context final : public statesync::NestedSessionContext {
 public:
  Context(Session& owner, SessionContext& outer, std::size_t part)
      : NestedSessionContext(outer, owner.wraps_[part]), owner_(owner) {}

  void fail(std::string reason) override {
    if (!owner_.failure_) owner_.failure_ = std::move(reason);
  }

 private:
  Session& owner_;
};

Session::Session(Options options, SessionStart start, SessionContext& cx)
    : options_(std::move(options)), start_(std::move(start)) {
  for (std::size_t part = 0; part < options_.installs.size(); ++part)
    wraps_.push_back(wrap_of(part));
  ask(cx);
}

void Session::ask(SessionContext& cx) {
  Ask ask;
  for (std::size_t part = 0; part < options_.installs.size(); ++part) {
    Context nested(*this, cx, part);
    ask.gaps.push_back({cx.committed(), start_.target, options_.describe(part, nested)});
  }
  cx.broadcast(encode(Message(ask)));
  next_at_ = cx.now() + options_.wait;
}

std::optional<Cursor> Session::poll(SessionContext& cx) {
  if (!part_ && cx.now() >= next_at_) choose(cx);
  std::optional<Cursor> done;
  if (part_) {
    Context nested(*this, cx, order_[tried_ - 1]);
    if (!failure_) done = part_->poll(nested);
    if (failure_) {
      done.reset();
      begin_next(cx);
    }
  } else {
    cx.wake_at(next_at_);
  }
  return done;
}

void Session::choose(SessionContext& cx) {
  if (offers_.empty()) {
    ask(cx);
    return;
  }
  order_ = cheapest_first(cx.diverged());
  begin_next(cx);
}

std::vector<std::size_t> Session::cheapest_first(bool diverged) const {
  // First what can say what it costs, by that; then what cannot say; then what nobody can serve
  // now, as that may change.
  enum class Rank : std::uint8_t { costs, unknown, nobody };
  std::vector<std::tuple<Rank, std::uint64_t, std::size_t>> ranks;
  for (std::size_t part = 0; part < options_.installs.size(); ++part) {
    auto rank = Rank::nobody;
    std::uint64_t bytes = 0;
    const bool helps = !diverged || options_.installs[part];
    for (const auto& [peer, offer] : offers_) {
      if (part >= offer.estimates.size() || !helps) continue;
      const Estimate& estimate = offer.estimates[part];
      if (!estimate.known) rank = std::min(rank, Rank::unknown);
      if (!estimate.known || !estimate.bytes) continue;
      rank = Rank::costs;
      // Who was started lately knows less of what its log holds.
      bytes = std::max(bytes, *estimate.bytes);
    }
    ranks.emplace_back(rank, bytes, part);
  }
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::size_t> order;
  for (const auto& [rank, bytes, part] : ranks) order.push_back(part);
  return order;
}

void Session::begin_next(SessionContext& cx) {
  part_.reset();
  if (failure_) {
    failures_ += (failures_.empty() ? "" : "; then ") + *std::exchange(failure_, std::nullopt);
  }
  if (tried_ == order_.size()) {
    cx.fail(failures_);
    return;
  }
  const std::size_t part = order_[tried_++];
  Context nested(*this, cx, part);
  SessionStart start = start_;
  start_.entries.clear();
  part_ = options_.create(part, std::move(start), nested);
  cx.wake();
}

void Session::receive(const Message& message, const PeerId& sender, SessionContext& cx) {
  if (const auto* offer = std::get_if<Offer>(&message)) {
    offers_[sender] = *offer;
    // Everybody has answered: nobody is waited for.
    if (!part_ && offers_.size() >= cx.bonds().peers.size()) next_at_ = cx.now();
  } else if (const auto* inner = std::get_if<Inner>(&message)) {
    if (!part_ || inner->part != order_[tried_ - 1]) return;
    Context nested(*this, cx, inner->part);
    part_->receive(inner->message, sender, nested);
  }
}

void Session::buffer(Cursor preceding, std::vector<LogEntry> entries, SessionContext& cx) {
  if (part_) {
    Context nested(*this, cx, order_[tried_ - 1]);
    part_->buffer(preceding, std::move(entries), nested);
    return;
  }
  // What does not fit is ordinary replication's business afterwards.
  for (LogEntry& entry : entries) {
    live_bytes_ += entry.entry.size();
    if (live_bytes_ > live_bytes_max) return;
    start_.entries.push_back(std::move(entry));
  }
}

void Session::entries_read(Index from, std::vector<LogEntry> entries, SessionContext& cx) {
  if (!part_) return;
  Context nested(*this, cx, order_[tried_ - 1]);
  part_->entries_read(from, std::move(entries), nested);
}

void Session::part_read(const storage::SnapshotPart& part, std::optional<Bytes> data,
                        SessionContext& cx) {
  if (!part_) return;
  Context nested(*this, cx, order_[tried_ - 1]);
  part_->part_read(part, std::move(data), nested);
}

}  // namespace tessera::adaptive
