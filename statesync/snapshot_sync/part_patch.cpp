#include <tessera/statesync/snapshot_sync/part_cutter.h>
#include <tessera/statesync/snapshot_sync/part_patch.h>

#include <utility>

namespace tessera::snapshot_sync {
namespace {

bool bit(const Bytes& bits, std::size_t at) {
  return at / 8 < bits.size() && ((bits.view()[at / 8] >> (at % 8)) & 1U) != 0;
}

}  // namespace

PartPatch::PartPatch(std::vector<std::optional<OwnItems::Place>> places)
    : places_(std::move(places)), items_(places_.size()), missing_(places_.size()) {
  for (const auto& place : places_) {
    if (place) {
      to_read_.insert(place->part);
    } else {
      ++wanted_;
    }
  }
}

bool PartPatch::pointless() const { return wanted_ * 8 > places_.size() * 7; }

Bytes PartPatch::wanted() const {
  if (wanted_ == 0) return {};
  std::vector<std::uint8_t> bits((places_.size() + 7) / 8);
  for (std::size_t item = 0; item < places_.size(); ++item) {
    if (!places_[item]) bits[item / 8] |= static_cast<std::uint8_t>(1U << (item % 8));
  }
  return Bytes(std::move(bits));
}

Result<void> PartPatch::sent(const Bytes& items) {
  auto sent = items_of(items);
  if (!sent) return std::move(sent).error();
  if (sent->size() != wanted_) return Error(Errc::malformed, "other items than were asked for");
  auto next = sent->begin();
  for (std::size_t item = 0; item < places_.size(); ++item) {
    if (places_[item] || items_[item]) continue;
    items_[item] = *next++;
    --missing_;
  }
  return {};
}

std::optional<std::uint32_t> PartPatch::next_to_read() {
  if (to_read_.empty()) return std::nullopt;
  return to_read_.extract(to_read_.begin()).value();
}

Result<void> PartPatch::read(std::uint32_t own_part, const Bytes& data) {
  auto own = items_of(data);
  if (!own) return std::move(own).error();
  for (std::size_t item = 0; item < places_.size(); ++item) {
    const auto& place = places_[item];
    if (!place || place->part != own_part || items_[item]) continue;
    if (place->item >= own->size()) return Error(Errc::malformed, "an own part has fewer items");
    items_[item] = (*own)[place->item];
    --missing_;
  }
  return {};
}

Bytes PartPatch::whole() const {
  std::vector<std::uint8_t> part;
  for (const auto& item : items_) append_item(part, item->view());
  return Bytes(std::move(part));
}

Result<Bytes> chosen_items(const Bytes& part, const Bytes& wanted) {
  auto items = items_of(part);
  if (!items) return std::move(items).error();
  std::vector<std::uint8_t> chosen;
  for (std::size_t item = 0; item < items->size(); ++item) {
    if (bit(wanted, item)) append_item(chosen, (*items)[item].view());
  }
  return Bytes(std::move(chosen));
}

}  // namespace tessera::snapshot_sync
