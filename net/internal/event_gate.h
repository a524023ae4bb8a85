#pragma once

#include <atomic>
#include <shared_mutex>

/// What makes "no event arrives after `stop()` has returned" true: events pass through the gate,
/// and closing it waits for those that are inside. Callable from any thread.
namespace tessera::net {

class EventGate {
 public:
  /// Held by whoever delivers an event, while it does; not nested. False: the gate is closed and
  /// nothing may be delivered.
  class Pass {
   public:
    explicit Pass(EventGate& gate);
    ~Pass();
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    explicit operator bool() const { return is_open_; }

   private:
    std::shared_lock<std::shared_mutex> lock_;
    const EventGate* outer_;
    bool is_open_;
  };

  /// Lets nobody in any more, and waits until all who are inside have left. Called from inside of
  /// an event it does not wait: the caller itself is inside.
  void close();

  [[nodiscard]] bool is_closed() const { return is_closed_; }

 private:
  std::shared_mutex mutex_;
  std::atomic<bool> is_closed_ = false;
};

}  // namespace tessera::net
