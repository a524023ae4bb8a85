#include <tessera/groups/shell/internal/member_strand.h>
#include <tessera/groups/shell/member.h>

#include <utility>

namespace tessera::shell {

Member::Member(std::shared_ptr<MemberStrand> strand) : strand_(std::move(strand)) {}

Member::~Member() { strand_->abandon(); }

core::RequestId Member::execute(Bytes command, OnFull on_full, Completion completion,
                                core::ClientId client) {
  return strand_->begin({Operation::Kind::execute,
                         std::move(command),
                         Consistency::weak,
                         on_full,
                         std::move(completion),
                         {},
                         client});
}

core::ClientId Member::open_client() { return strand_->draw_client(); }

void Member::close_client(core::ClientId client) {
  // Behind the client's commands, which may still wait for room.
  strand_->begin({Operation::Kind::close_client,
                  Bytes(),
                  Consistency::weak,
                  OnFull::wait,
                  [](const core::Reply& /*reply*/) {},
                  {},
                  client});
}

core::RequestId Member::feed(Bytes command, OnFull on_full, Completion completion) {
  return strand_->begin({Operation::Kind::feed, std::move(command), Consistency::weak, on_full,
                         std::move(completion)});
}

core::RequestId Member::read(Consistency consistency, Completion completion) {
  return strand_->begin(
      {Operation::Kind::read, Bytes(), consistency, OnFull::wait, std::move(completion)});
}

core::RequestId Member::admin(core::AdminAction action, Completion completion) {
  return strand_->begin({Operation::Kind::admin, Bytes(), Consistency::weak, OnFull::wait,
                         std::move(completion), std::move(action)});
}

void Member::cancel(core::RequestId request) { strand_->cancel(request); }

void Member::on_capacity(std::function<void()> callback) {
  strand_->on_capacity(std::move(callback));
}

MemberStatus Member::status() const { return strand_->status(); }

Member::WatchId Member::watch(Watcher watcher) { return strand_->watch(std::move(watcher)); }

void Member::unwatch(WatchId watch) { strand_->unwatch(watch); }

void Member::close(std::function<void()> closed) { strand_->close(std::move(closed)); }

void Member::leave(std::function<void(std::optional<Error>)> left) {
  strand_->leave(std::move(left));
}

boost::asio::any_io_executor Member::executor() const { return strand_->executor(); }

}  // namespace tessera::shell
