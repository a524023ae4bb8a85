#include <tessera/primitives/check.h>
#include <tessera/storage/writer.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <thread>
#include <utility>
#include <vector>

namespace tessera::storage {
namespace {

/// A batch takes no more writes once it holds this much: it bounds the memory of a batch and how
/// long the first of them waits for the bytes of the last.
constexpr std::size_t batch_bytes_max = std::size_t{8} << 20;

/// How far the watermark may trail what is durable: about a heartbeat.
constexpr std::chrono::milliseconds watermark_delay_max{100};

/// Either a write with its completion, or work.
struct Job {
  GroupWrite write;
  std::size_t bytes = 0;
  Writer::Completion completion;
  std::function<void()> work;
};

[[nodiscard]] std::size_t bytes_of(const GroupWrite& write) {
  std::size_t bytes = 0;
  for (const RawEntry& entry : write.entries) {
    bytes += entry.size();
  }
  return bytes;
}

/// Blocks every signal on the calling thread for its lifetime. A thread started meanwhile
/// inherits that: signals are the program's, and none of its handlers may run on our thread.
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

}  // namespace

class Writer::Thread {
 public:
  explicit Thread(LogStore& log) : log_(log) {
    const SignalsBlocked blocked;
    thread_ = std::thread([this] { loop(); });
  }

  ~Thread() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  void add(Job job) {
    bytes_waiting_.fetch_add(job.bytes, std::memory_order_relaxed);
    {
      const std::scoped_lock lock(mutex_);
      waiting_.push_back(std::move(job));
    }
    wake_.notify_one();
  }

  [[nodiscard]] std::size_t bytes_waiting() const {
    return bytes_waiting_.load(std::memory_order_relaxed);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void loop() {
    pthread_setname_np(pthread_self(), "tessera-writer");
    for (;;) {
      std::vector<Job> jobs = take();
      if (jobs.empty()) {
        raise_watermark();
        return;
      }
      if (jobs.front().work) {
        jobs.front().work();
      } else {
        write(jobs);
      }
      if (raise_at_ && Clock::now() >= *raise_at_) {
        raise_watermark();
      }
    }
  }

  /// Behind the completions: nobody waits for it.
  void raise_watermark() {
    if (raise_at_) {
      raise_at_.reset();
      // If it fails, the next write says so.
      [[maybe_unused]] const auto done = log_.raise_watermark();
    }
  }

  /// Waits; then everything that may go into one batch, or one piece of work. Empty at the end,
  /// which comes only after the last job that was submitted.
  std::vector<Job> take() {
    std::vector<Job> jobs;
    std::unique_lock lock(mutex_);
    const auto awaited = [this] { return stopping_ || !waiting_.empty(); };
    if (raise_at_ && !wake_.wait_until(lock, *raise_at_, awaited)) {
      lock.unlock();
      raise_watermark();
      lock.lock();
    }
    wake_.wait(lock, awaited);
    std::size_t bytes = 0;
    while (!waiting_.empty() && (jobs.empty() || !waiting_.front().work)) {
      bytes += waiting_.front().bytes;
      if (!jobs.empty() && bytes > batch_bytes_max) {
        break;
      }
      jobs.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
      if (jobs.back().work) {
        break;
      }
    }
    return jobs;
  }

  void write(std::vector<Job>& jobs) {
    std::vector<GroupWrite> writes;
    writes.reserve(jobs.size());
    for (Job& job : jobs) {
      writes.push_back(std::move(job.write));
    }
    Result<void> written = log_.write(writes);
    // A store that works but refuses the batch has found one group damaged, and nothing of the
    // batch was written: the other groups' writes must not suffer.
    const bool one_by_one =
        jobs.size() > 1 && !written && !written.error().is(Errc::storage_failed);
    if (!raise_at_) {
      raise_at_ = Clock::now() + watermark_delay_max;
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (one_by_one) {
        written = log_.write({&writes[i], 1});
      }
      bytes_waiting_.fetch_sub(jobs[i].bytes, std::memory_order_relaxed);
      if (jobs[i].completion) {
        jobs[i].completion(written);
      }
    }
  }

  LogStore& log_;
  std::atomic<std::size_t> bytes_waiting_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;  // guarded by mutex_
  bool stopping_ = false;    // guarded by mutex_
  /// When the watermark is due; none if there is nothing to put on record. The thread's own.
  std::optional<Clock::time_point> raise_at_;
  std::thread thread_;  // last: it uses the others
};

Writer::Writer(LogStore& log) : thread_(std::make_unique<Thread>(log)) {}

Writer::~Writer() = default;

void Writer::submit(GroupWrite write, Completion completion) {
  const std::size_t bytes = bytes_of(write);
  thread_->add(Job{std::move(write), bytes, std::move(completion), {}});
}

void Writer::run(std::function<void()> work) {
  check(static_cast<bool>(work), "there is work to run");
  thread_->add(Job{{}, 0, {}, std::move(work)});
}

std::size_t Writer::bytes_waiting() const { return thread_->bytes_waiting(); }

}  // namespace tessera::storage
