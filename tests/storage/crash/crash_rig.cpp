#include "crash_rig.h"

#include "recording_file_system.h"

#include <utility>

namespace tessera::storage::testing {

CrashRig::CrashRig(const Options& options) : options_(options) {
  const auto path = folder_ / "recorded";
  std::filesystem::create_directories(path);
  const auto env = recording_environment(path, operations_);
  Workload workload(path, env.get(), operations_, options.seed);
  if (!workload.run(options.steps)) {
    misstep_ = "the recorded run failed: " + workload.misstep();
  }
  history_ = workload.history();
}

const SimulatedDisk& CrashRig::disk_behind(std::size_t count) {
  if (count < applied_) {
    disk_ = SimulatedDisk();
    applied_ = 0;
  }
  for (; applied_ < count; ++applied_) {
    disk_.apply(operations_.all()[applied_]);
  }
  return disk_;
}

std::string CrashRig::told(std::string wrong, std::size_t count) const {
  if (wrong.empty()) {
    return wrong;
  }
  const std::string last = count == 0 ? "none" : to_string(operations_.all()[count - 1]);
  return "after a crash behind operation " + std::to_string(count) + " (" + last + "), " +
         history_.under_way_at(count) + ": " + std::move(wrong);
}

std::string CrashRig::check(const DiskImage& image, std::size_t count) {
  const auto path = folder_ / "crashed";
  image.write_to(path);
  const auto opened = open_small_store(path, rocksdb::Env::Default());
  if (!opened) {
    return opened.error().message();
  }
  if (auto wrong = violation(**opened, history_.allowed_at(count)); !wrong.empty()) {
    return wrong;
  }
  // It goes on.
  const GroupId group = group_named("behind the crash");
  const auto entries = commands({1, 1, 3});
  if (auto written = (*opened)->log().write(std::vector{write_of(group, entries)}); !written) {
    return written.error().message();
  }
  const auto read = (*opened)->log().read(group, everything());
  return read && *read == entries ? std::string() : "what is written afterwards cannot be read";
}

std::string CrashRig::crash_behind(std::size_t count, std::uint64_t draw) {
  Random random(draw);
  return told(check(disk_behind(count).after_power_loss(random), count), count);
}

std::string CrashRig::crash_twice_behind(std::size_t count, std::uint64_t draw,
                                         std::size_t& crashes) {
  Random random(draw);
  const DiskImage first = disk_behind(count).after_power_loss(random);
  const auto path = folder_ / "started";
  DiskOperations start;
  if (auto wrong = record_start(first, path, start); !wrong.empty()) {
    return told(std::move(wrong), count);
  }
  SimulatedDisk disk(first);
  for (std::size_t i = 0; i <= start.size(); ++i) {
    ++crashes;
    if (auto wrong = check(disk.after_power_loss(random), count); !wrong.empty()) {
      return told("and a second one behind operation " + std::to_string(i) +
                      " of the start: " + std::move(wrong),
                  count);
    }
    if (i < start.size()) {
      disk.apply(start.all()[i]);
    }
  }
  return {};
}

std::string record_start(const DiskImage& before, const std::filesystem::path& path,
                         DiskOperations& operations) {
  before.write_to(path);
  const auto env = recording_environment(path, operations);
  const auto opened = open_small_store(path, env.get());
  return opened ? std::string() : opened.error().message();
}

}  // namespace tessera::storage::testing
