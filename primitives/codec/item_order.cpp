#include <tessera/primitives/codec/item_order.h>

#include <algorithm>

namespace tessera::codec {

void ItemSorter::sort() {
  const std::vector<std::uint8_t> written = writer_.cut(begin_);
  std::vector<ByteView> items;
  items.reserve(ends_.size());
  std::size_t item_begin = begin_;
  for (const std::size_t item_end : ends_) {
    items.push_back(ByteView(written).subspan(item_begin - begin_, item_end - item_begin));
    item_begin = item_end;
  }
  std::ranges::sort(items, {}, [](ByteView item) { return as_text(item); });
  for (const ByteView item : items) writer_.raw(item);
}

void ItemOrder::end_item() {
  const ByteView item = reader_.since(begin_);
  if (as_text(item) < as_text(last_)) {
    reader_.fail("the items of a hashed container are not in the order of their bytes");
  }
  last_ = item;
  begin_ = reader_.position();
}

}  // namespace tessera::codec
