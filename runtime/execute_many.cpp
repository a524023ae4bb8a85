#include <tessera/runtime/execute_many.h>

#include <mutex>

namespace tessera::runtime {
namespace {

/// Collects the replies; completes with the last one.
class Gathering {
 public:
  Gathering(std::size_t count, ManyDone done)
      : replies_(count), missing_(count), done_(std::move(done)) {}

  void reply(std::size_t at, core::Reply reply) {
    {
      const std::lock_guard lock(mutex_);
      replies_[at] = std::move(reply);
      if (--missing_ != 0) return;
    }
    boost::system::error_code error;
    for (const core::Reply& each : replies_) {
      if (each.error && !error) error = each.error->code();
    }
    done_(error, replies_);
  }

 private:
  std::mutex mutex_;
  std::vector<core::Reply> replies_;
  std::size_t missing_;
  ManyDone done_;
};

}  // namespace

Cancel execute_many(const GroupHandle& group, const Result<std::vector<Bytes>>& commands,
                    const CallOptions& options, ManyDone done) {
  if (!commands || commands->empty()) {
    done(commands ? boost::system::error_code{} : commands.error().code(), {});
    return {};
  }
  auto gathering = std::make_shared<Gathering>(commands->size(), std::move(done));
  std::vector<core::RequestId> requests;
  for (std::size_t at = 0; at < commands->size(); ++at) {
    requests.push_back(group.member->execute(
        (*commands)[at], options.on_full,
        [gathering, at](core::Reply reply) { gathering->reply(at, std::move(reply)); },
        options.client_id()));
  }
  return [weak = std::weak_ptr(group.member), requests = std::move(requests)] {
    const auto member = weak.lock();
    if (!member) return;
    for (const core::RequestId request : requests) member->cancel(request);
  };
}

}  // namespace tessera::runtime
