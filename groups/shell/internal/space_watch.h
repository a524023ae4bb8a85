#pragma once

#include <tessera/groups/shell/disk_space.h>
#include <tessera/primitives/error.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace tessera::shell {

/// How short of space a disk is, judged so that it does not go back and forth.
///
/// Pure; used by one thread at a time.
class SpaceJudge {
 public:
  /// With less than `reserve` bytes free, or less than a twentieth of a small disk, it is short,
  /// until there is a quarter more than that.
  explicit SpaceJudge(std::uint64_t reserve) : reserve_(reserve) {}

  /// Why the disk is short of space now, if it is.
  [[nodiscard]] std::optional<Error> judge(const DiskSpace& space);

 private:
  std::uint64_t reserve_;
  bool short_ = false;
};

/// Looks at the room on the disk every so often and tells when that matters.
///
/// Owned by the node; runs on its executor, and probes where blocking is allowed. It does not keep
/// itself alive: with its owner it ends.
class SpaceWatch : public std::enable_shared_from_this<SpaceWatch> {
 public:
  struct Options {
    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor offload;
    SpaceProbe probe;
    std::uint64_t reserve = 0;
    std::chrono::milliseconds interval{0};
    /// Why the disk is short of space, or that it no longer is. One call at a time, any thread.
    std::function<void(std::optional<Error>)> changed;
  };
  explicit SpaceWatch(Options options);

  /// Probes here and now, which may block; then every interval.
  void begin();
  void end();

 private:
  void arm();
  void probe();

  const Options options_;
  boost::asio::strand<boost::asio::any_io_executor> strand_;
  boost::asio::steady_timer timer_;  // used on the strand
  SpaceJudge judge_;
  bool was_short_ = false;
  bool ended_ = false;  // used on the strand
};

}  // namespace tessera::shell
