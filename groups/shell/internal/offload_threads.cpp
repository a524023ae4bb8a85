#include <tessera/groups/shell/internal/offload_threads.h>
#include <tessera/primitives/check.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <pthread.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tessera::shell {
namespace {

namespace asio = boost::asio;

/// Blocks every signal on the calling thread for its lifetime; a thread started meanwhile
/// inherits that.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    check(pthread_sigmask(SIG_SETMASK, &all, &before_) == 0, "signals can be blocked");
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

/// The calling thread gets a smaller share of a processor that others want as well: commits do not
/// wait for what is sent in bulk. It does without if that fails.
void give_way() {
  constexpr int niceness = 10;
  // On Linux this is a thread's own.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness);
}

}  // namespace

class OffloadThreads::Pool {
 public:
  explicit Pool(unsigned count) : work_(asio::make_work_guard(io_)) {
    check(count >= 1, "there is an offload thread");
    const SignalsBlocked blocked;
    for (unsigned number = 0; number < count; ++number) {
      threads_.emplace_back([this, number] {
        give_way();
        pthread_setname_np(pthread_self(), ("tessera-off-" + std::to_string(number)).c_str());
        io_.run();
      });
    }
  }

  ~Pool() { stop(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void stop() {
    io_.stop();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) {
        thread.join();
      }
    }
  }

  [[nodiscard]] asio::any_io_executor executor() { return io_.get_executor(); }

 private:
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

OffloadThreads::OffloadThreads(unsigned count) : pool_(std::make_unique<Pool>(count)) {}

OffloadThreads::~OffloadThreads() = default;

asio::any_io_executor OffloadThreads::executor() const { return pool_->executor(); }

void OffloadThreads::stop() { pool_->stop(); }

}  // namespace tessera::shell
