#include <tessera/conformance/snapshot_tape.h>

#include <utility>

namespace tessera::sim {
namespace {

/// Rows are long enough for a state of several parts.
constexpr std::size_t row_bytes = 100;

}  // namespace

SnapshotTape::StateSync SnapshotTape::state_sync() const {
  // Small parts and short waits: a simulated state is small and a run is short.
  return StateSync{}
      .part_bytes(1U << 10U)
      .chunk_bytes(1U << 10U)
      .in_flight_bytes(2U << 10U)
      .request_timeout(std::chrono::milliseconds{300})
      .anchor_wait(std::chrono::milliseconds{100})
      .lease(std::chrono::seconds{5});
}

SnapshotTape::Result SnapshotTape::apply(const Append& append, const ApplyContext& context) {
  const Bytes command = encode(append);
  notes_->push_back({context.position(), append.id, fingerprint(command.view())});
  std::string& row = rows_[append.id % row_count];
  row = std::to_string(append.id) + '@' + context.position().to_string();
  row.resize(row_bytes, '.');
  if (garbles_ && std::exchange(*garbles_, false)) row.back() = '!';
  return tape_.apply(command.view(), context.position().index);
}

std::optional<SnapshotTape::Snapshot::Item> SnapshotTape::Snapshot::next() {
  Item item;
  if (tape_) {
    item.tape = std::exchange(tape_, std::nullopt);
    return item;
  }
  if (rows_.empty()) return std::nullopt;
  auto first = rows_.extract(rows_.begin());
  item.row = first.key();
  item.text = std::move(first.mapped());
  return item;
}

void SnapshotTape::install_snapshot(std::vector<Snapshot::Item> items) {
  for (Snapshot::Item& item : items) {
    if (item.tape) {
      tape_ = *item.tape;
    } else {
      rows_[item.row] = std::move(item.text);
    }
  }
}

}  // namespace tessera::sim
