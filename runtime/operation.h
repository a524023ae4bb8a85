#pragma once

#include <tessera/primitives/error.h>
#include <tessera/runtime/cancel_latch.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

/// The one place that knows how an asynchronous operation of the library ends.
///
/// Whatever thread an operation finishes on, its handler is posted to the handler's own executor,
/// never called inline; until then that executor counts the operation as outstanding work, so that
/// `io_context::run()` does not return under it.
namespace tessera::runtime {

/// Ends one operation: with an error, or with its values. Called once, on any thread.
template <class... Values>
using Finish = std::function<void(boost::system::error_code, Values...)>;

/// A handler on its way: owns it, its executor's work, and the link from its cancellation slot.
template <class Handler, class... Values>
class Pending {
 public:
  /// Connects the handler's slot before the operation begins: afterwards its end, on another
  /// thread, may already be using the handler.
  Pending(Handler handler, const boost::asio::any_io_executor& fallback)
      : handler_(std::move(handler)),
        work_(boost::asio::prefer(boost::asio::get_associated_executor(*handler_, fallback),
                                  boost::asio::execution::outstanding_work.tracked)) {
    auto slot = boost::asio::get_associated_cancellation_slot(*handler_);
    if (!slot.is_connected()) return;
    latch_ = std::make_shared<CancelLatch>();
    slot.assign([latch = latch_](boost::asio::cancellation_type) { latch->request(); });
  }

  /// Where the slot's signal arrives; none if there is no slot.
  [[nodiscard]] const std::shared_ptr<CancelLatch>& latch() const { return latch_; }

  static void finish(const std::shared_ptr<Pending>& self, boost::system::error_code error,
                     Values... values) {
    const Work executor = *self->work_;
    boost::asio::post(executor, [self, error, ... values = std::move(values)]() mutable {
      // What is posted counts as work by itself; `self` may be held for longer.
      self->work_.reset();
      if (self->latch_) {
        self->latch_->disarm();
        boost::asio::get_associated_cancellation_slot(*self->handler_).clear();
      }
      Handler handler = std::move(*self->handler_);
      self->handler_.reset();
      std::move(handler)(error, std::move(values)...);
    });
  }

 private:
  using Executor = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;
  using Work = std::decay_t<decltype(boost::asio::prefer(
      std::declval<Executor>(), boost::asio::execution::outstanding_work.tracked))>;

  std::optional<Handler> handler_;
  std::optional<Work> work_;
  std::shared_ptr<CancelLatch> latch_;
};

/// Begins an operation once its handler is known. Tokens that need an executor of their own find
/// the operation's here.
template <class... Values>
struct Initiation {
  using executor_type = boost::asio::any_io_executor;
  [[nodiscard]] executor_type get_executor() const noexcept { return executor; }

  template <class Handler, class Begin>
  void operator()(Handler&& handler, Begin&& begin) const {
    using Held = Pending<std::decay_t<Handler>, Values...>;
    auto pending = std::make_shared<Held>(std::forward<Handler>(handler), executor);
    const std::shared_ptr<CancelLatch> latch = pending->latch();
    auto finish = [pending = std::move(pending)](boost::system::error_code error,
                                                 Values... values) {
      Held::finish(pending, error, std::move(values)...);
    };
    // The operation may end on another thread before `begin` returns, and take the coroutine frame
    // that holds the caller's `begin` with it: what runs is a copy that lives here.
    std::decay_t<Begin> local = std::forward<Begin>(begin);
    Cancel cancel = local(Finish<Values...>(std::move(finish)));
    if (latch) latch->arm(std::move(cancel));
  }

  boost::asio::any_io_executor executor;
};

/// Runs an operation under any completion token with the signature `void(error_code, Values...)`.
///
/// `begin` is called with the `Finish` to call; it returns how the operation is cancelled (possibly
/// nothing). What it returns must not keep the `Finish` alive: a handler may own its slot.
/// `fallback`: where handlers without an executor run.
template <class... Values, class Begin, class Token>
auto run_operation(const boost::asio::any_io_executor& fallback, Begin begin, Token&& token) {
  return boost::asio::async_initiate<Token, void(boost::system::error_code, Values...)>(
      Initiation<Values...>{fallback}, token, std::move(begin));
}

}  // namespace tessera::runtime
