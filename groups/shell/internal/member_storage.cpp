#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/groups/shell/internal/open_record.h>

#include <utility>

namespace tessera::shell {

void MemberStrand::submit(core::Persist persist) {
  const core::Ticket ticket = persist.ticket;
  held_.submitted(ticket);
  if (persist.replaces) {
    give_up_data();
  }
  home_.vault->submit(std::move(persist.write),
                      [weak = weak_from_this(), ticket](const Result<void>& written) {
                        const auto self = weak.lock();
                        if (!self) {
                          return;
                        }
                        if (!written) {
                          self->store_failed(written.error());
                          return;
                        }
                        // A batch completes many writes in a row: one hop to the strand does for
                        // all of them.
                        self->durable_ = ticket.value();
                        if (!self->durable_posted_.exchange(true)) {
                          self->post([](MemberStrand& on_strand) { on_strand.note_durable(); });
                        }
                      });
}

void MemberStrand::note_durable() {
  durable_posted_ = false;
  if (ended_ || !core_) {
    return;
  }
  const HeldSends::Released released = held_.durable(core::Ticket{durable_.load()});
  for (const core::Send& each : released.sends) {
    send(each);
  }
  for (const core::Ticket ticket : released.tickets) {
    call_core([ticket](core::GroupCore& core, TimePoint now) { core.persisted(now, ticket); });
  }
  follow_up();
}

void MemberStrand::read_entries(const core::ReadEntries& read) {
  const auto answer = [weak = weak_from_this(), read,
                       asker = cores_.load()](Result<std::vector<RawEntry>> entries) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    if (!entries && entries.error().is(Errc::storage_failed)) {
      self->store_failed(entries.error());
      return;
    }
    self->post([read, asker, entries = std::move(entries)](MemberStrand& on_strand) mutable {
      if (on_strand.cores_ != asker) {
        return;
      }
      on_strand.step([&](core::GroupCore& core, TimePoint now) {
        core.entries_read(now, read.id, std::move(entries));
      });
    });
  };
  // First behind the writes that were submitted before, then off the writer's thread, which has
  // every other group's writes to do.
  home_.vault->run_in_order(
      [home = &home_, weak = weak_from_this(), group = group_, read, answer](storage::Store&) {
        const auto self = weak.lock();
        if (!self) {
          return;
        }
        boost::asio::post(home->offload, [vault = home->vault, group, read, answer] {
          vault->use([&](storage::Store& store) {
            answer(store.log().read(group, {read.from, read.upto, read.bytes_max}));
          });
        });
      });
}

void MemberStrand::store_failed(const Error& reason) {
  if (reason.is(Errc::storage_failed)) {
    home_.store_failed(reason);
  }
  // Any other refusal concerns this group's data alone.
  if (is_damage(reason)) {
    post([reason](MemberStrand& self) { self.start_over(reason); });
  } else {
    stop(reason);
  }
}

}  // namespace tessera::shell
