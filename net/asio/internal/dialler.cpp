#include <tessera/net/asio/internal/connector.h>
#include <tessera/net/asio/internal/dialler.h>
#include <tessera/net/asio/internal/handshaker.h>

#include <boost/asio/post.hpp>

#include <algorithm>

namespace tessera::net {

namespace asio = boost::asio;

Dialler::Dialler(std::shared_ptr<const TcpContext> context, Strand strand,
                 std::shared_ptr<Switchboard> switchboard)
    : context_(std::move(context)),
      strand_(std::move(strand)),
      switchboard_(std::move(switchboard)),
      backoff_(context_->options.times, Random(system_entropy())) {}

void Dialler::dial(const Transport::Target& target) {
  if (is_stopped_) return;
  const auto found = dials_.find(target.address);
  if (found != dials_.end()) {
    if (target.expected) found->second->expected = target.expected;
    return;
  }
  const DialPointer dial(
      new Dial{target.address, target.expected, std::nullopt, State::waiting, 0, Timer(strand_)});
  dials_.emplace(target.address, dial);
  if (target.expected && switchboard_->is_linked(*target.expected)) {
    settle(dial, *target.expected);
    return;
  }
  connect(dial);
}

void Dialler::forget(const Address& address) {
  const auto found = dials_.find(address);
  if (found == dials_.end()) return;
  found->second->timer.cancel();
  dials_.erase(found);
}

void Dialler::stop() {
  is_stopped_ = true;
  for (const auto& [address, dial] : dials_) dial->timer.cancel();
  dials_.clear();
}

bool Dialler::is_current(const DialPointer& dial) const {
  const auto found = dials_.find(dial->address);
  return found != dials_.end() && found->second == dial;
}

void Dialler::wait(const DialPointer& dial, SteadyClock::duration pause) {
  dial->state = State::waiting;
  dial->timer.expires_after(pause);
  dial->timer.async_wait([weak = weak_from_this(), dial](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self) return;
    // A timer that was set anew may have fired already: then this is not its turn.
    const bool is_due = dial->timer.expiry() <= SteadyClock::now();
    if (is_due && dial->state == State::waiting && self->is_current(dial)) self->connect(dial);
  });
}

void Dialler::connect(const DialPointer& dial) {
  dial->state = State::dialling;
  std::make_shared<Connector>(context_)->start(
      dial->address, [weak = weak_from_this(), dial](Result<Socket> socket) {
        const auto self = weak.lock();
        if (!self) return;
        if (!socket) return self->on_decided(dial, socket.error());
        self->introduce(dial, std::move(*socket));
      });
}

void Dialler::introduce(const DialPointer& dial, Socket socket) {
  const auto began = SteadyClock::now();
  HandshakeSettings settings = context_->handshake_settings(Role::dialler);
  settings.expected = dial->expected;
  const auto handshaker =
      std::make_shared<Handshaker>(context_, std::move(socket), std::move(settings));
  handshaker->start([weak = weak_from_this(), dial, began](Result<Handshaker::Done> done) {
    const auto self = weak.lock();
    if (!self) return;
    if (!done) return self->on_decided(dial, done.error());
    auto held = std::make_shared<Handshaker::Done>(std::move(*done));
    asio::post(self->strand_, [self, dial, began, held] {
      const auto decided = [weak = self->weak_from_this(), dial](Result<PeerId> outcome) {
        if (const auto alive = weak.lock()) alive->settle(dial, outcome);
      };
      self->switchboard_->admit(
          {std::move(held->socket), std::move(held->introduction), began, decided});
    });
  });
}

void Dialler::on_decided(const DialPointer& dial, const Result<PeerId>& outcome) {
  asio::post(strand_, [self = shared_from_this(), dial, outcome] { self->settle(dial, outcome); });
}

void Dialler::settle(const DialPointer& dial, const Result<PeerId>& outcome) {
  if (!is_current(dial) || is_stopped_) return;
  if (!outcome) return on_failed(dial, outcome.error());
  dial->reached = *outcome;
  if (switchboard_->is_linked(*outcome)) {
    dial->state = State::linked;
    return;
  }
  // The link that made this one a duplicate has gone down meanwhile.
  ++dial->failures;
  wait(dial, backoff_.delay({dial->failures}));
}

void Dialler::on_failed(const DialPointer& dial, const Error& reason) {
  context_->count("tessera_net_dials_failed_total", reason_label(reason));
  // Said once in words; what follows is more of the same.
  context_->log(dial->failures == 0 ? LogLevel::info : LogLevel::debug,
                "cannot link to " + dial->address.to_string() + ": " + reason.message());
  ++dial->failures;
  const std::optional<PeerId>& who = dial->expected ? dial->expected : dial->reached;
  if (who && switchboard_->is_linked(*who)) {
    dial->reached = who;
    dial->state = State::linked;
  } else {
    wait(dial, backoff_.delay({dial->failures}));
  }
  const EventGate::Pass pass(context_->gate);
  const auto events = events_.lock();
  if (pass && events) events->on_dial_failed(dial->address, reason);
}

void Dialler::on_peer_up(const PeerId& peer) {
  for (const auto& [address, dial] : dials_) {
    const std::optional<PeerId>& who = dial->expected ? dial->expected : dial->reached;
    if (dial->state != State::waiting || who != peer) continue;
    dial->timer.cancel();
    dial->reached = peer;
    dial->state = State::linked;
  }
}

void Dialler::on_peer_down(const PeerId& peer, const Loss& loss) {
  for (const auto& [address, dial] : dials_) {
    if (dial->state != State::linked || dial->reached != peer) continue;
    // At once, unless the peer misbehaves or its links last no longer than the pauses.
    if (loss.is_breach) dial->failures = std::max(dial->failures, 1U);
    if (!loss.is_breach && loss.lived >= backoff_.delay({dial->failures})) dial->failures = 0;
    wait(dial, backoff_.delay({dial->failures}));
    ++dial->failures;
  }
}

}  // namespace tessera::net
