#include <tessera/statesync/saved_state.h>

#include <utility>
#include <vector>

namespace tessera::statesync {
namespace {

constexpr std::size_t part_bytes = std::size_t{1} << 20U;

class SavedReader final : public StateReader {
 public:
  explicit SavedReader(Bytes saved) : saved_(std::move(saved)) {}

  Result<std::optional<Bytes>> next() override {
    if (read_ == saved_.size()) return std::optional<Bytes>();
    Bytes part = saved_.slice({read_, part_bytes});
    read_ += part.size();
    return std::optional(std::move(part));
  }
  [[nodiscard]] Bytes contents() const override { return {}; }

 private:
  Bytes saved_;
  std::size_t read_ = 0;
};

class SavedWriter final : public StateWriter {
 public:
  explicit SavedWriter(RestoreSaved restore) : restore_(std::move(restore)) {}

  Result<void> add(const Bytes& part) override {
    if (only_.empty() && joined_.empty()) {
      only_ = part;  // most often there is no other
      return {};
    }
    if (joined_.empty()) append(only_);
    append(part);
    return {};
  }
  Result<void> finish() override {
    return restore_(joined_.empty() ? only_ : Bytes(std::move(joined_)));
  }

 private:
  void append(const Bytes& part) {
    joined_.insert(joined_.end(), part.view().begin(), part.view().end());
  }

  RestoreSaved restore_;
  Bytes only_;
  std::vector<std::uint8_t> joined_;
};

}  // namespace

std::unique_ptr<StateReader> read_saved(Bytes saved) {
  return std::make_unique<SavedReader>(std::move(saved));
}

std::unique_ptr<StateWriter> write_saved(RestoreSaved restore) {
  return std::make_unique<SavedWriter>(std::move(restore));
}

}  // namespace tessera::statesync
