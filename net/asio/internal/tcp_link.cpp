#include <tessera/net/asio/internal/tcp_link.h>
#include <tessera/primitives/check.h>

#include <boost/asio/post.hpp>

namespace tessera::net {

namespace asio = boost::asio;

namespace {

constexpr unsigned bulk_attempts_max = 8;

}  // namespace

std::shared_ptr<TcpLink> TcpLink::make(Parts parts) {
  noise::CipherState send = std::move(parts.introduction.send);
  noise::CipherState receive = std::move(parts.introduction.receive);
  auto link = std::shared_ptr<TcpLink>(new TcpLink(parts));
  Connection::Parts control{link->context_,     std::move(parts.socket), std::move(send),
                            std::move(receive), Lane::control,           link->control_queue_};
  link->control_ = std::make_shared<Connection>(std::move(control));
  return link;
}

TcpLink::TcpLink(Parts& parts)
    : context_(parts.context),
      introduction_(parts.introduction),
      began_(parts.began),
      owner_(parts.owner),
      control_queue_(
          std::make_shared<FrameQueue>(context_->options.limits.control_queue_bytes_max)),
      bulk_queue_(std::make_shared<FrameQueue>(context_->options.limits.bulk_queue_bytes_max)) {
  boost::system::error_code gone;
  remote_ = parts.socket.remote_endpoint(gone);
}

const std::shared_ptr<FrameQueue>& TcpLink::queue(Lane lane) const {
  return lane == Lane::control ? control_queue_ : bulk_queue_;
}

std::shared_ptr<Connection>& TcpLink::slot(Lane lane) {
  return lane == Lane::control ? control_ : bulk_;
}

void TcpLink::start(std::weak_ptr<LinkEvents> events) {
  const std::lock_guard lock(mutex_);
  check(!is_started_, "a link is started once");
  events_ = std::move(events);
  is_started_ = true;
  if (control_) control_->deliver();
  if (bulk_) bulk_->deliver();
  if (state_ != State::closed || context_->gate.is_closed()) return;
  asio::post(context_->executor, [self = shared_from_this()] { self->deliver_closed(); });
}

bool TcpLink::send(Lane lane, Frame frame) {
  if (frame.payload.size() > context_->options.limits.frame_bytes_max) return false;
  const FrameQueue::Push pushed = queue(lane)->push(std::move(frame));
  if (pushed == FrameQueue::Push::wake) wake(lane);
  return pushed != FrameQueue::Push::refused;
}

void TcpLink::wake(Lane lane) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto& connection = slot(lane)) return connection->wake();
  }
  if (lane == Lane::bulk) need_bulk();
}

void TcpLink::need_bulk() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::open || bulk_ || is_bulk_asked_for_) return;
    is_bulk_asked_for_ = true;
    ++bulk_attempts_;
    if (role() == Role::listener) return control_->ask_for_bulk();
  }
  if (const auto owner = owner_.lock()) owner->on_bulk_needed(shared_from_this());
}

void TcpLink::close(Error reason) { shut(Parting{std::move(reason), Goodbye::closing}, true); }

void TcpLink::decline(Parting parting) { shut(parting, true); }

void TcpLink::abort(Parting parting) { shut(parting, false); }

void TcpLink::shut(const Parting& parting, bool politely) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::closed || (state_ == State::closing && politely)) return;
  state_ = State::closing;
  for (const Lane lane : {Lane::control, Lane::bulk}) {
    queue(lane)->close();
    const auto& connection = slot(lane);
    if (!connection) continue;
    if (politely) {
      connection->finish(parting);
    } else {
      connection->abort(parting);
    }
  }
}

void TcpLink::detach() {
  const std::lock_guard lock(mutex_);
  state_ = State::closed;
  for (const Lane lane : {Lane::control, Lane::bulk}) {
    queue(lane)->close();
    const std::shared_ptr<Connection> connection = std::exchange(slot(lane), nullptr);
    if (connection) connection->finish({Error(Errc::disconnected, "this node stops"), {}});
  }
}

std::uint64_t TcpLink::bytes_received() const {
  const std::lock_guard lock(mutex_);
  return (control_ ? control_->bytes_received() : 0) + (bulk_ ? bulk_->bytes_received() : 0);
}

bool TcpLink::is_closing() const {
  const std::lock_guard lock(mutex_);
  return state_ != State::open;
}

void TcpLink::begin(bool needs_accept) {
  const std::lock_guard lock(mutex_);
  if (control_) control_->begin({weak_from_this(), needs_accept});
}

void TcpLink::establish(Connection::Open open) {
  const std::lock_guard lock(mutex_);
  if (control_) control_->open(open);
}

void TcpLink::ping() {
  const std::lock_guard lock(mutex_);
  if (control_) control_->ping();
}

bool TcpLink::attach_bulk(std::shared_ptr<Connection> bulk) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::open || bulk_) return false;
  bulk_ = std::move(bulk);
  is_bulk_accepted_ = role() == Role::listener;
  bulk_->begin({weak_from_this(), !is_bulk_accepted_});
  if (is_bulk_accepted_) bulk_->open({true});
  if (is_started_) bulk_->deliver();
  return true;
}

unsigned TcpLink::bulk_attempts() const {
  const std::lock_guard lock(mutex_);
  return bulk_attempts_;
}

void TcpLink::on_bulk_failed(const Error& reason) {
  bool is_hopeless = false;
  {
    const std::lock_guard lock(mutex_);
    is_bulk_asked_for_ = false;
    is_hopeless = bulk_attempts_ >= bulk_attempts_max;
  }
  if (is_hopeless) return abort({reason.within("the bulk connection does not come about"), {}});
  need_bulk();
}

void TcpLink::on_accepted(Lane lane) {
  if (lane == Lane::control) {
    if (const auto owner = owner_.lock()) owner->on_link_accepted(shared_from_this());
    return;
  }
  const std::lock_guard lock(mutex_);
  is_bulk_accepted_ = true;
  if (bulk_) bulk_->open({});
}

void TcpLink::on_bulk_wanted() {
  if (role() == Role::dialler) need_bulk();
}

void TcpLink::on_frame(Lane lane, Frame frame) {
  const EventGate::Pass pass(context_->gate);
  if (!pass) return;
  if (const auto events = events_.lock()) events->on_frame(*this, lane, std::move(frame));
}

void TcpLink::on_drained(Lane lane) {
  const EventGate::Pass pass(context_->gate);
  if (!pass) return;
  if (const auto events = events_.lock()) events->on_drained(*this, lane);
}

void TcpLink::on_ended(Lane lane, const Ending& ending) {
  std::shared_ptr<Connection> ended;
  bool is_last = false;
  bool is_retry = false;  // The listener may not have heard yet that this is the link.
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::closed) return;
    ended = std::exchange(slot(lane), nullptr);
    if (lane == Lane::bulk && !is_bulk_accepted_ && state_ == State::open) {
      is_retry = true;
    } else {
      if (!ending_) ending_ = ending;
      const auto& other = slot(lane == Lane::control ? Lane::bulk : Lane::control);
      if (other && state_ == State::open) other->abort({ending.reason, {}});
      state_ = State::closing;
      is_last = !other;
    }
  }
  if (is_last) return finalize();
  if (is_retry) on_bulk_failed(ending.reason);
}

void TcpLink::finalize() {
  control_queue_->clear();
  bulk_queue_->clear();
  bool is_started = false;
  {
    const std::lock_guard lock(mutex_);
    state_ = State::closed;
    is_started = is_started_;
  }
  const auto owner = owner_.lock();
  if (owner && is_breach(ending_->reason)) owner->on_breach(peer(), ending_->reason);
  if (is_started) deliver_closed();
  if (owner) owner->on_link_finished(shared_from_this(), *ending_);
}

void TcpLink::deliver_closed() {
  const EventGate::Pass pass(context_->gate);
  if (!pass) return;
  if (const auto events = events_.lock()) events->on_closed(*this, ending_->reason);
}

}  // namespace tessera::net
