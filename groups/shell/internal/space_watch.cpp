#include <tessera/groups/shell/internal/space_watch.h>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace tessera::shell {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t share_of_disk = 20;

}  // namespace

std::optional<Error> SpaceJudge::judge(const DiskSpace& space) {
  const std::uint64_t reserve = std::min(reserve_, space.capacity / share_of_disk);
  short_ = space.free < (short_ ? reserve + reserve / 4 : reserve);
  if (!short_) {
    return std::nullopt;
  }
  return Error(Errc::disk_full, "the disk of this node has " +
                                    std::to_string(space.free / mebibyte) +
                                    " MiB left, less than the reserve of " +
                                    std::to_string(reserve / mebibyte) + " MiB; make room");
}

SpaceWatch::SpaceWatch(Options options)
    : options_(std::move(options)),
      strand_(boost::asio::make_strand(options_.executor)),
      timer_(strand_),
      judge_(options_.reserve) {}

void SpaceWatch::begin() {
  probe();
  boost::asio::post(strand_, [self = shared_from_this()] { self->arm(); });
}

void SpaceWatch::end() {
  boost::asio::post(strand_, [self = shared_from_this()] {
    self->ended_ = true;
    self->timer_.cancel();
  });
}

void SpaceWatch::arm() {
  if (ended_) {
    return;
  }
  timer_.expires_after(options_.interval);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self) {
      return;
    }
    // The next one is armed when this one is done: probes do not pile up on a slow disk.
    boost::asio::post(self->options_.offload, [weak] {
      const auto probing = weak.lock();
      if (!probing) {
        return;
      }
      probing->probe();
      boost::asio::post(probing->strand_, [probing] { probing->arm(); });
    });
  });
}

void SpaceWatch::probe() {
  const auto space = options_.probe();
  if (!space) {
    return;
  }
  auto shortage = judge_.judge(*space);
  if (shortage.has_value() != std::exchange(was_short_, shortage.has_value())) {
    options_.changed(std::move(shortage));
  }
}

}  // namespace tessera::shell
