#include <tessera/groups/shell/internal/member_strand.h>

#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace tessera::shell {
namespace {

/// Carries `task` out; a read brings its part.
Result<Bytes> carry_out(storage::SnapshotStore& store, GroupId group,
                        const core::SnapshotTask& task) {
  Result<void> done;
  Bytes part;
  std::visit(
      [&](const auto& work) {
        using Work = std::decay_t<decltype(work)>;
        if constexpr (std::is_same_v<Work, core::StageSnapshot>) {
          done = store.stage(group, work.snapshot, work.manifest);
        } else if constexpr (std::is_same_v<Work, core::PutSnapshotPart>) {
          done = store.put_part(group, work.part, work.data.view());
        } else if constexpr (std::is_same_v<Work, core::CompleteSnapshot>) {
          done = store.complete(group, work.snapshot, work.manifest);
        } else if constexpr (std::is_same_v<Work, core::DropSnapshots>) {
          done = store.drop_unused(group, work.keep);
        } else {
          auto read = store.part(group, work.part);
          if (read) {
            part = *std::move(read);
          } else {
            done = std::move(read).error();
          }
        }
      },
      task.work);
  if (!done) {
    return std::move(done).error();
  }
  return part;
}

[[nodiscard]] bool is_read(const core::SnapshotTask& task) {
  return std::holds_alternative<core::ReadSnapshotPart>(task.work);
}

}  // namespace

void MemberStrand::snapshot_task(core::SnapshotTask task) {
  const auto shared = std::make_shared<const core::SnapshotTask>(std::move(task));
  const auto work = [weak = weak_from_this(), group = group_, shared,
                     asker = cores_.load()](storage::Store& store) {
    auto done = carry_out(store.snapshots(), group, *shared);
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    const bool failed = !done && (!is_read(*shared) || done.error().is(Errc::storage_failed));
    if (failed) {
      self->store_failed(done.error());
      return;
    }
    self->post([id = shared->id, asker, done = std::move(done)](MemberStrand& on_strand) mutable {
      if (on_strand.cores_ != asker) {
        return;
      }
      on_strand.step([&](core::GroupCore& core, TimePoint now) {
        core.snapshot_done(now, id, std::move(done));
      });
    });
  };
  if (!is_read(*shared)) {
    home_.vault->run_in_order(work);
    return;
  }
  // Behind what was put before, then off the writer's thread, which has other groups' writes to do.
  home_.vault->run_in_order([home = &home_, weak = weak_from_this(), work](storage::Store&) {
    if (const auto self = weak.lock()) {
      boost::asio::post(home->offload, [vault = home->vault, work] { vault->use(work); });
    }
  });
}

}  // namespace tessera::shell
