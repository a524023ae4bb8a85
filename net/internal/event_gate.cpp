#include <tessera/net/internal/event_gate.h>
#include <tessera/primitives/check.h>

#include <mutex>

namespace tessera::net {
namespace {

// The gate whose event this thread is delivering.
thread_local const EventGate* gate_of_this_thread = nullptr;

}  // namespace

EventGate::Pass::Pass(EventGate& gate) : lock_(gate.mutex_), outer_(gate_of_this_thread) {
  check(outer_ != &gate, "events of one transport are not nested");
  is_open_ = !gate.is_closed_;
  gate_of_this_thread = &gate;
}

EventGate::Pass::~Pass() { gate_of_this_thread = outer_; }

void EventGate::close() {
  is_closed_ = true;
  if (gate_of_this_thread == this) return;
  const std::lock_guard wait_for_events(mutex_);
}

}  // namespace tessera::net
