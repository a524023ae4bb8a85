#include <tessera/groups/shell/internal/member_strand.h>

#include <utility>

namespace tessera::shell {
namespace {

/// Operations handed to the core in one step, at most.
constexpr std::size_t batch_max = 512;

/// Below this the core has room for whatever comes, so that it need not be asked one by one.
constexpr std::size_t bytes_surely_free = core::CoreLimits{}.waiting_max / 2;

}  // namespace

core::RequestId MemberStrand::begin(Operation operation) {
  const core::RequestId name = requests_.draw();
  if (operations_.put({name, std::move(operation)})) {
    post([](MemberStrand& self) { self.take_operations(); });
  }
  return name;
}

void MemberStrand::take_operations() {
  auto taken = operations_.take();
  if (taken.empty()) {
    return;  // Whoever tells of commits has taken them already.
  }
  std::vector<core::RequestId> names;
  for (auto& [name, operation] : taken) {
    if (requests_.add(name, std::move(operation))) {
      names.push_back(name);
    }
  }
  if (ended_) {
    requests_.fail_all(*ended_);
    return;
  }
  if (!core_) {
    return;  // They begin when the core does.
  }
  fresh_ = true;
  follow_up();
  settle_what_does_not_wait(names);
}

void MemberStrand::settle_what_does_not_wait(const std::vector<core::RequestId>& names) {
  bool read = false;
  for (const core::RequestId name : names) {
    if (ended_ || !requests_.is_waiting(name)) {
      continue;
    }
    const Operation& operation = requests_.operation(name);
    if (operation.kind == Operation::Kind::read || operation.kind == Operation::Kind::admin) {
      // It overtakes the commands that wait for room: it needs none.
      const Requests::Begun begun = requests_.begin(name);
      call_core([&begun](core::GroupCore& core, TimePoint now) {
        if (begun.kind == Operation::Kind::read) {
          core.read(now, begun.inner, begun.consistency);
        } else {
          core.admin(now, begun.inner, begun.action);
        }
      });
      read = true;
    } else if (operation.on_full == OnFull::fail) {
      requests_.fail(name, {Errc::would_block, "this member has no room for another command"});
    }
  }
  if (read) {
    follow_up();
  }
}

void MemberStrand::cancel(core::RequestId name) {
  post([name](MemberStrand& self) {
    const auto inner = self.requests_.cancel(name);
    if (inner) {
      self.step([&inner](core::GroupCore& core, TimePoint now) { core.cancel(now, *inner); });
    }
  });
}

void MemberStrand::begin_waiting() {
  const bool room = std::exchange(room_, false);
  if (!std::exchange(fresh_, false) && !room) {
    return;
  }
  if (room) {
    for (auto& callback : std::exchange(capacity_, {})) {
      callback();
    }
  }
  while (!ended_) {
    const auto first = requests_.first_waiting();
    if (!first) {
      return;
    }
    begin_batch();
    if (requests_.is_waiting(*first)) {
      return;  // Refused: there is no room yet.
    }
  }
}

void MemberStrand::begin_batch() {
  std::vector<Requests::Begun> batch;
  do {
    batch.push_back(requests_.begin(*requests_.first_waiting()));
  } while (requests_.first_waiting() && batch.size() < batch_max &&
           requests_.bytes_begun() < bytes_surely_free);
  if (home_.vault->bytes_waiting() > home_.writer_bytes_max) {
    for (const Requests::Begun& begun : batch) {
      core::Reply refusal;
      refusal.request = begun.inner;
      refusal.error = Error(Errc::would_block, "too much waits for the disk");
      requests_.answer(std::move(refusal));
    }
    return;
  }
  call_with(batch);
}

void MemberStrand::call_with(std::vector<Requests::Begun>& batch) {
  call_core([&batch](core::GroupCore& core, TimePoint now) {
    for (Requests::Begun& begun : batch) {
      switch (begun.kind) {
        case Operation::Kind::execute:
          core.execute(now, begun.inner, std::move(begun.command), begun.client);
          break;
        case Operation::Kind::feed:
          core.feed(now, begun.inner, std::move(begun.command));
          break;
        case Operation::Kind::read:
          core.read(now, begun.inner, begun.consistency);
          break;
        case Operation::Kind::admin:
          core.admin(now, begun.inner, begun.action);
          break;
        case Operation::Kind::close_client:
          core.close_client(now, begun.client);
          break;
      }
    }
  });
  for (const Requests::Begun& begun : batch) {
    if (begun.kind != Operation::Kind::close_client) continue;
    core::Reply done;
    done.request = begun.inner;
    requests_.answer(std::move(done));
  }
}

}  // namespace tessera::shell
