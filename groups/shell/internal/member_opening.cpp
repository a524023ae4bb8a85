#include <tessera/groups/shell/internal/link_table.h>
#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/groups/shell/internal/open_record.h>
#include <tessera/primitives/random.h>

#include <algorithm>
#include <utility>

namespace tessera::shell {

struct MemberStrand::Opened {
  GroupSecret secret;
  GroupComponents components;
  core::CoreRecord record;
};

void MemberStrand::open() {
  const auto read = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->open_blocking();
    }
  };
  // Behind the writes of a member that was closed before this one was made.
  const bool open = home_.vault->run_in_order(
      [offload = home_.offload, read](storage::Store&) { boost::asio::post(offload, read); });
  if (!open) {
    stop({Errc::group_closed, "the network has been closed"});
  }
}

void MemberStrand::open_blocking() {
  if (closing_) {
    return;
  }
  auto secret = home_.keys->secret(options_.key);
  if (!secret) {
    stop(secret.error());
    return;
  }
  GroupComponents components;
  components.network = home_.network;
  components.key = secret->digest();
  components.machine = options_.machine_signature;
  components.state_sync = options_.state_sync_signature;
  const GroupId group = components.id();
  post([group](MemberStrand& self) {
    self.group_ = group;
    self.component_ = "group " + group.brief();
    self.publish();
  });
  std::optional<Result<core::CoreRecord>> record;
  const bool open = home_.vault->use([&](storage::Store& store) {
    MachinePort& machine = *options_.ports.machine;
    // A machine that another core had in its care begins anew.
    auto ready = cores_ == 0 ? machine.keep_in(store.tables()) : machine.reset();
    const auto progress = [this](const RestoreStatus& restore) {
      post([restore](MemberStrand& self) {
        self.restore_ = restore;
        self.publish();
      });
    };
    if (ready) {
      record = open_group(store, group, core::CoreLimits{}.recent_max, *options_.ports.strategy,
                          progress);
    } else {
      record = std::move(ready).error();
    }
  });
  if (!open) {
    stop({Errc::group_closed, "the network has been closed"});
  } else if (!*record) {
    stop(record->error());
  } else {
    Opened opened{*std::move(secret), components, **std::move(record)};
    post([opened = std::move(opened)](MemberStrand& self) mutable {
      self.start(std::move(opened));
    });
  }
}

core::CoreOptions MemberStrand::core_options(const Opened& opened) const {
  core::CoreOptions options;
  options.self = home_.identity->peer();
  options.network = home_.network;
  options.group = opened.components.id();
  options.genesis = options_.genesis;
  options.settings = options_.settings;
  options.durability = home_.vault->durable() ? options_.durability : Durability::memory;
  options.settings.durability = std::min(options.settings.durability, options.durability);
  options.leadership = options_.leadership;
  options.store_repaired = home_.store_repaired;
  options.genesis_wait = home_.genesis_wait;
  options.operation_timeout = home_.operation_timeout;
  options.may_sleep = home_.may_sleep;
  options.limits.command_max = home_.command_max;
  options.limits.waiting_max = home_.waiting_max;
  options.limits.retention_max = home_.retention_max;
  options.start_count = home_.vault->run().starts;
  options.run = home_.vault->draw_run();
  options.seed = system_entropy();
  return options;
}

void MemberStrand::start(Opened opened) {
  if (ended_) {
    return;
  }
  if (auto valid = options_.settings.validate(); !valid) {
    stop_now(valid.error());
    return;
  }
  const Waker waker = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->wake();
    }
  };
  core_ = std::make_unique<core::GroupCore>(
      core_options(opened),
      core::GroupCore::Ports{*options_.ports.machine, *options_.ports.strategy, *home_.identity,
                             waker});
  ++cores_;
  encoder_ = {};
  damage_.reset();
  durable_ = 0;  // what was written for a core before this one is, and long since
  held_ = HeldSends();
  work_pending_ = true;
  room_ = true;
  step([&opened](core::GroupCore& core, TimePoint now) {
    core.start(now, std::move(opened.record));
  });
  if (shortage_) {
    step([this](core::GroupCore& core, TimePoint now) { core.space(now, shortage_); });
  }
  if (const auto links = home_.links.lock(); links && !ended_) {
    entered_ = true;
    links->enter({std::move(opened.secret), opened.components, shared_from_this()});
  }
  publish();
}

}  // namespace tessera::shell
