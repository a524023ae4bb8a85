#pragma once

#include <tessera/primitives/error.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

/// Deadlines for single operations: `co_await group.execute(add, tessera::within(1s))`.
namespace tessera {

/// A completion token that gives the operation `duration` before it is cancelled.
template <class Token>
struct Within {
  std::chrono::steady_clock::duration duration;
  Token token;
};

/// `token`, with a deadline. An operation that the deadline cancels before it had any effect
/// completes with `timed_out`; one that had left already completes as its own cancellation says
/// (`unknown_outcome`). Cancellation through the token's own slot works as before. `close` and
/// `Network::open` cannot be cancelled, so that they take as long as they do.
template <class Token = boost::asio::use_awaitable_t<>>
[[nodiscard]] Within<std::decay_t<Token>> within(std::chrono::steady_clock::duration duration,
                                                 Token&& token = {}) {
  return {duration, std::forward<Token>(token)};
}

namespace runtime {

/// The handler of an operation under way, and its timer. The operation's end, the timer's and the
/// signals of the handler's slot meet on one strand of the handler's executor.
template <class Handler>
class Deadline : public std::enable_shared_from_this<Deadline<Handler>> {
 public:
  using Clock = std::chrono::steady_clock;
  using Strand = boost::asio::strand<boost::asio::any_io_executor>;

  Deadline(Handler handler, const boost::asio::any_io_executor& executor)
      : handler_(std::move(handler)),
        executor_(executor),
        strand_(boost::asio::make_strand(executor)),
        timer_(strand_) {}

  /// Passes signals of the handler's slot on. Call before the operation begins.
  void connect() {
    auto slot = boost::asio::get_associated_cancellation_slot(*handler_);
    if (!slot.is_connected()) return;
    connected_ = true;
    slot.assign([weak = this->weak_from_this()](boost::asio::cancellation_type type) {
      const auto self = weak.lock();
      if (!self) return;
      boost::asio::post(self->strand_, [self, type] {
        if (self->handler_) self->signal_.emit(type);
      });
    });
  }

  /// Call when the operation has begun; it may have ended already.
  void start(Clock::time_point end) {
    boost::asio::post(strand_, [self = this->shared_from_this(), end] {
      if (!self->handler_) return;
      self->timer_.expires_at(end);
      self->timer_.async_wait([weak = std::weak_ptr(self)](boost::system::error_code error) {
        const auto held = weak.lock();
        if (!error && held) held->expire();
      });
    });
  }

  /// On the strand, as the operation's handler.
  template <class... Values>
  void complete(boost::system::error_code error, Values... values) {
    timer_.cancel();
    if (expired_ && error == boost::asio::error::operation_aborted) {
      error = make_error_code(Errc::timed_out);
    }
    auto run = [connected = connected_, handler = std::move(*handler_), error,
                ... values = std::move(values)]() mutable {
      if (connected) boost::asio::get_associated_cancellation_slot(handler).clear();
      std::move(handler)(error, std::move(values)...);
    };
    handler_.reset();
    boost::asio::post(executor_, std::move(run));
  }

  [[nodiscard]] Strand strand() const { return strand_; }
  [[nodiscard]] boost::asio::cancellation_slot slot() { return signal_.slot(); }

 private:
  void expire() {
    if (!handler_) return;
    expired_ = true;
    signal_.emit(boost::asio::cancellation_type::terminal);
  }

  using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Strand>;

  std::optional<Handler> handler_;  ///< none once the operation has ended
  boost::asio::any_io_executor executor_;
  Strand strand_;
  Timer timer_;
  boost::asio::cancellation_signal signal_;
  bool connected_ = false;
  bool expired_ = false;
};

/// What the operation itself is given: its slot is the deadline's, its executor the strand.
template <class Handler>
struct DeadlineHandler {
  using executor_type = typename Deadline<Handler>::Strand;
  using cancellation_slot_type = boost::asio::cancellation_slot;

  [[nodiscard]] executor_type get_executor() const noexcept { return deadline->strand(); }
  [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
    return deadline->slot();
  }

  template <class... Values>
  void operator()(boost::system::error_code error, Values... values) {
    deadline->complete(error, std::move(values)...);
  }

  std::shared_ptr<Deadline<Handler>> deadline;
};

/// Begins the operation that `initiation` begins, with a deadline.
template <class Initiation>
struct DeadlineInitiation {
  using executor_type = boost::asio::any_io_executor;
  [[nodiscard]] executor_type get_executor() const noexcept {
    return boost::asio::get_associated_executor(initiation);
  }

  template <class Handler, class... Arguments>
  void operator()(Handler&& handler, Arguments&&... arguments) {
    using Held = std::decay_t<Handler>;
    const boost::asio::any_io_executor executor =
        boost::asio::get_associated_executor(handler, get_executor());
    auto deadline = std::make_shared<Deadline<Held>>(std::forward<Handler>(handler), executor);
    const auto end = Deadline<Held>::Clock::now() + duration;
    deadline->connect();
    std::move(initiation)(DeadlineHandler<Held>{deadline}, std::forward<Arguments>(arguments)...);
    deadline->start(end);
  }

  std::chrono::steady_clock::duration duration;
  Initiation initiation;
};

}  // namespace runtime
}  // namespace tessera

namespace boost::asio {

template <class Token, class... Values>
struct async_result<tessera::Within<Token>, void(boost::system::error_code, Values...)> {
  using Signature = void(boost::system::error_code, Values...);

  template <class Initiation, class Within, class... Arguments>
  static auto initiate(Initiation&& initiation, Within&& within, Arguments&&... arguments) {
    using Begin = tessera::runtime::DeadlineInitiation<std::decay_t<Initiation>>;
    return async_initiate<Token, Signature>(
        Begin{within.duration, std::forward<Initiation>(initiation)}, within.token,
        std::forward<Arguments>(arguments)...);
  }
};

}  // namespace boost::asio
