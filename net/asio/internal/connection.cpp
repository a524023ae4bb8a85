#include <tessera/net/asio/internal/connection.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace tessera::net {

namespace asio = boost::asio;

namespace {

// Sealed bytes handed to the system at a time: enough to make calls rare, little enough that a
// signal does not wait long behind them.
constexpr std::size_t batch_bytes = std::size_t{256} << 10U;

// Less than this is sealed or opened sooner than handed to another thread and back.
constexpr std::size_t beside_bytes_min = std::size_t{32} << 10U;

// Records of the bulk lane that are received, and opened, at a time.
constexpr std::size_t bulk_records = 4;

ChannelReader::Limits reader_limits(const TcpLimits& limits, Lane lane) {
  ChannelReader::Limits reader;
  reader.frame_bytes_max = limits.frame_bytes_max;
  if (lane == Lane::bulk) reader.buffered_records = bulk_records;
  return reader;
}

std::string_view name_of(Lane lane) { return lane == Lane::control ? "lane=control" : "lane=bulk"; }

Goodbye goodbye_for(const Error& reason) {
  return is_breach(reason) ? Goodbye::protocol : Goodbye::closing;
}

Error said(Goodbye goodbye) {
  switch (goodbye) {
    case Goodbye::closing:
      return {Errc::disconnected, "the peer closed the link"};
    case Goodbye::duplicate:
      return {Errc::disconnected, "the peer has another connection to this node"};
    case Goodbye::refused:
      return {Errc::not_allowed, "the peer refuses this node for now"};
    case Goodbye::protocol:
      return {Errc::disconnected, "the peer says that this node broke the protocol"};
    case Goodbye::identity:
      return {Errc::duplicate_identity,
              "the peer is linked to another process with this node's identity. Give each node its "
              "own data_dir"};
  }
  return {Errc::disconnected, "the peer closed the link"};
}

}  // namespace

Connection::Connection(Parts parts)
    : context_(std::move(parts.context)),
      socket_(std::move(parts.socket)),
      timer_(socket_.get_executor()),
      pace_timer_(socket_.get_executor()),
      writer_(RecordCipher(std::move(parts.send), context_->options.records)),
      reader_(RecordCipher(std::move(parts.receive), context_->options.records),
              reader_limits(context_->options.limits, parts.lane)),
      lane_(parts.lane),
      queue_(std::move(parts.queue)),
      heard_at_(SteadyClock::now()),
      spoke_at_(heard_at_) {}

void Connection::begin(Begin begin) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), begin = std::move(begin)] {
    self->user_ = begin.user;
    if (begin.needs_accept) {
      self->accept_by_ = SteadyClock::now() + self->context_->options.times.handshake;
    }
    if (self->has_ended_) return;
    self->tick();
    self->pump();
  });
}

void Connection::open(Open open) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), open] {
    self->accept_by_.reset();
    self->is_open_ = true;
    self->due_.accept = open.says_accept;
    self->flush();
  });
}

void Connection::deliver() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->has_ended_ || self->is_delivering_) return;
    self->is_delivering_ = true;
    self->heard_at_ = SteadyClock::now();  // While nothing was read there was nothing to hear.
    self->pump();
  });
}

void Connection::wake() {
  // Posted, so that frames sent one after the other on this strand travel in one record.
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->flush(); });
}

void Connection::ping() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->due_.ping = true;
    self->flush();
  });
}

void Connection::ask_for_bulk() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->due_.open_bulk = true;
    self->flush();
  });
}

void Connection::finish(Parting parting) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), parting = std::move(parting)] {
    if (self->has_ended_ || self->finishing_) return;
    self->finishing_ = parting;
    self->finish_by_ = SteadyClock::now() + self->context_->options.times.linger;
    self->held_.reset();
    self->tick();
    self->flush();
    self->pump();  // From now on what arrives is dropped, up to the other side's end.
  });
}

void Connection::abort(Parting parting) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), parting = std::move(parting)] {
    self->end(Ending{parting.reason, std::nullopt}, parting.say);
  });
}

void Connection::tick() {
  const TcpTimes& times = context_->options.times;
  // A quarter, so that a deadline is overrun by little.
  auto wait = std::min(times.keepalive, times.idle_max) / 4;
  if (finishing_) wait = std::min(wait, times.linger / 4);
  timer_.expires_after(std::max(wait, TcpTimes::Duration{1}));
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error || self->has_ended_) return;
    self->on_tick();
  });
}

void Connection::on_tick() {
  const auto now = SteadyClock::now();
  const TcpTimes& times = context_->options.times;
  if (finishing_ && now >= finish_by_) return fail(finishing_->reason);
  if (accept_by_ && now >= *accept_by_) {
    return fail(Error(Errc::timed_out, "the peer did not decide about this connection in time"));
  }
  if (!is_reading_) heard_at_ = now;
  if (now - heard_at_ >= times.idle_max) {
    return fail(Error(Errc::timed_out, "the peer has been silent for too long"));
  }
  if (is_open_ && now - spoke_at_ >= times.keepalive) {
    due_.ping = true;
    flush();
  }
  if (!has_ended_) tick();
}

template <class Work, class After>
void Connection::beside_strand(std::size_t bytes, Work work, After after) {
  const auto& executor = context_->options.bulk_work;
  if (lane_ == Lane::bulk && executor && bytes >= beside_bytes_min) {
    // While the gate is open the executor is there.
    const EventGate::Pass pass(context_->gate);
    if (pass) {
      asio::post(*executor, [self = shared_from_this(), strand = socket_.get_executor(),
                             work = std::move(work), after = std::move(after)]() mutable {
        work();
        asio::post(strand, [self = std::move(self), after = std::move(after)] { after(); });
      });
      return;
    }
  }
  work();
  after();
}

void Connection::read() {
  is_reading_ = true;
  const std::span<std::uint8_t> space = reader_.space();
  socket_.async_read_some(
      asio::buffer(space.data(), space.size()),
      [self = shared_from_this()](boost::system::error_code error, std::size_t count) {
        self->is_reading_ = false;
        if (self->has_ended_) return;
        if (!error) return self->on_read(count);
        if (error == asio::error::eof) {
          return self->fail(Error(Errc::io_failed, "the connection was cut off without a goodbye"));
        }
        self->fail(io_error("the connection broke off", error));
      });
}

void Connection::on_read(std::size_t count) {
  bytes_received_ += count;
  heard_at_ = SteadyClock::now();
  context_->options.metrics->add({"tessera_net_received_bytes_total", name_of(lane_)},
                                 static_cast<double>(count));
  reader_.filled(count);
  has_received_ = true;
  pump();
}

void Connection::open_received() {
  is_reading_ = true;
  has_received_ = false;
  beside_strand(
      reader_.unopened(),
      [this] {
        for (;;) {
          auto event = reader_.next();
          if (!event) {
            open_failure_ = std::move(event).error();
            return;
          }
          if (!*event) return;
          opened_.push_back(*std::move(*event));
          if (opened_.back().signal == Signal::end) return;
        }
      },
      [this] {
        is_reading_ = false;
        pump();
      });
}

void Connection::pump() {
  while (!has_ended_) {
    if (held_) {
      if (!is_delivering_) return;
      const auto user = user_.lock();
      if (user) user->on_frame(lane_, std::move(*held_));
      held_.reset();
      continue;
    }
    if (is_reading_) return;
    if (!opened_.empty()) {
      ChannelReader::Event event = std::move(opened_.front());
      opened_.pop_front();
      on_event(std::move(event));
      continue;
    }
    if (open_failure_) return fail(*open_failure_);
    return has_received_ ? open_received() : read();
  }
}

void Connection::on_event(ChannelReader::Event event) {
  const auto user = user_.lock();
  switch (event.signal) {
    case Signal::data:
      if (!finishing_) held_ = std::move(event.frame);
      return;
    case Signal::accept:
      accept_by_.reset();
      if (user) user->on_accepted(lane_);
      return;
    case Signal::ping:
      due_.pong = true;
      return flush();
    case Signal::pong:
      return;
    case Signal::open_bulk:
      if (user && lane_ == Lane::control) user->on_bulk_wanted();
      return;
    case Signal::end:
      return end(Ending{said(event.goodbye), event.goodbye}, std::nullopt);
  }
}

void Connection::seal_signals() {
  const Due due = std::exchange(due_, {});
  if (due.accept) writer_.signal(Signal::accept, out_);
  if (due.ping) writer_.signal(Signal::ping, out_);
  if (due.pong) writer_.signal(Signal::pong, out_);
  if (due.open_bulk) writer_.signal(Signal::open_bulk, out_);
}

bool Connection::has_all_sent() const { return frames_.empty() || !is_open_; }

void Connection::flush() {
  if (is_writing_ || has_ended_ || has_said_end_) return;
  out_.clear();
  seal_signals();
  if (is_open_ && may_send_frames()) {
    const bool is_bulk = lane_ == Lane::bulk;
    const std::size_t bytes = is_bulk ? context_->bulk_pace.batch_max(batch_bytes) : batch_bytes;
    if (take_frames(bytes)) return seal_frames(bytes);
  }
  write();
}

void Connection::write() {
  if (out_.empty() && finishing_ && has_all_sent()) say_end(finishing_->say);
  if (out_.empty()) return;
  is_writing_ = true;
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                      self->is_writing_ = false;
                      if (self->has_ended_) return;
                      if (error) return self->fail(io_error("the connection broke off", error));
                      self->on_written();
                    });
}

/// Signals always go; frames of the bulk lane only at its pace, until the link is to end.
bool Connection::may_send_frames() {
  const Pace& pace = context_->bulk_pace;
  if (lane_ != Lane::bulk || !pace.is_bounded() || finishing_) return true;
  if (is_pacing_) return false;
  const auto free_at = pace.free_at();
  if (free_at <= SteadyClock::now()) return true;
  is_pacing_ = true;
  pace_timer_.expires_at(free_at);
  pace_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    self->is_pacing_ = false;
    if (!error && !self->has_ended_) self->flush();
  });
  return false;
}

/// Whether there is anything to send, about `bytes` of it if there is so much.
bool Connection::take_frames(std::size_t bytes) {
  if (frames_.size() < 2) queue_->take(bytes, frames_);
  return !frames_.empty();
}

void Connection::seal_frames(std::size_t bytes) {
  is_writing_ = true;
  is_sealing_ = true;
  std::size_t waiting = 0;
  for (const Frame& frame : frames_) waiting += size_on_wire(frame);
  beside_strand(
      waiting, [this, bytes] { bytes_in_flight_ = writer_.frames(frames_, bytes, out_); },
      [this, signals = out_.size()] {
        is_sealing_ = false;
        is_writing_ = false;
        if (has_ended_) return;
        if (lane_ == Lane::bulk)
          context_->bulk_pace.spend(out_.size() - signals, SteadyClock::now());
        write();
      });
}

void Connection::say_end(Goodbye goodbye) {
  has_said_end_ = true;
  writer_.end(goodbye, out_);
}

void Connection::on_write_failed(const boost::system::error_code& error) {
  // The other side may have said why before it closed: reading comes to that, or to the same
  // error. Nothing more is written meanwhile, because `is_writing_` stays.
  if (!is_reading_) fail(io_error("the connection broke off", error));
}

void Connection::on_written() {
  spoke_at_ = SteadyClock::now();
  context_->options.metrics->add({"tessera_net_sent_bytes_total", name_of(lane_)},
                                 static_cast<double>(out_.size()));
  const bool is_drained = queue_->release(std::exchange(bytes_in_flight_, 0));
  if (has_said_end_) {
    // The other side closes when it has read the end. Closing first could destroy, by a reset,
    // what is still on its way.
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    return;
  }
  flush();
  if (!is_drained || finishing_) return;
  if (const auto user = user_.lock()) user->on_drained(lane_);
}

void Connection::fail(const Error& reason) {
  end(Ending{reason, std::nullopt}, goodbye_for(reason));
}

void Connection::end(Ending ending, std::optional<Goodbye> say) {
  if (has_ended_) return;
  has_ended_ = true;
  timer_.cancel();
  pace_timer_.cancel();
  boost::system::error_code ignored;
  if (say && !is_writing_ && !has_said_end_) {
    out_.clear();
    say_end(finishing_ ? finishing_->say : *say);
    socket_.non_blocking(true, ignored);
    if (!ignored) socket_.write_some(asio::buffer(out_), ignored);
  }
  socket_.close(ignored);
  if (!is_sealing_) frames_.clear();
  // Once this side has decided to end, its reason is the one to tell.
  if (finishing_) ending.reason = finishing_->reason;
  if (const auto user = user_.lock()) user->on_ended(lane_, ending);
}

}  // namespace tessera::net
