#include <tessera/runtime/tool/backup/saving.h>
#include <tessera/runtime/tool/control_answers.h>
#include <tessera/runtime/tool/control_backup.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include <utility>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr auto completion = asio::as_tuple(asio::use_awaitable);

void run(const SharedStore& store, BackupDesk::Job& job) {
  store.use([&job](storage::Store& open) {
    job.saved = save_backup(open.log(), open.snapshots(), job.saving);
  });
}

json answer_of(const Result<BackupManifest>& saved) {
  if (!saved) {
    json answer = failure(saved.error().code());
    answer["message"] = saved.error().message();
    return answer;
  }
  json answer = backup_json(*saved);
  answer["ok"] = true;
  return answer;
}

asio::awaitable<boost::system::error_code> take_snapshot(Admin admin) {
  const auto [error, position] = co_await admin.snapshot(completion);
  co_return error;
}

asio::awaitable<Result<BackupManifest>> finished(std::shared_ptr<BackupDesk> desk, Saving saving) {
  const auto executor = co_await asio::this_coro::executor;
  const auto job = desk->begin(executor, std::move(saving));
  co_await job->ended.async_wait(completion);
  co_return job->saved;
}

}  // namespace

void BackupDesk::close() {
  closing_ = true;
  thread_.join();
}

std::shared_ptr<BackupDesk::Job> BackupDesk::begin(const asio::any_io_executor& executor,
                                                   Saving saving) {
  auto job = std::make_shared<Job>(executor);
  job->saving = std::move(saving);
  job->saving.give_up = &closing_;
  asio::post(thread_, [store = store_, job] {
    run(store, *job);
    asio::post(job->ended.get_executor(), [job] { job->ended.cancel(); });
  });
  return job;
}

asio::awaitable<json> save_backup_of(std::shared_ptr<BackupDesk> desk, Group<Registry> group,
                                     json request) {
  Saving saving;
  saving.folder = text_of(request, "folder");
  if (!saving.folder.is_absolute()) co_return refusal("\"folder\" is not an absolute path");
  if (!desk->occupy()) co_return refusal("another backup of this node is being made");
  const boost::system::error_code error = co_await take_snapshot(group.admin());
  json answer = failure(error);
  if (!error) {
    const GroupStatus status = group.status();
    saving.group = status.group;
    saving.owner = status.self;
    answer = answer_of(co_await finished(desk, std::move(saving)));
  }
  desk->vacate();
  co_return answer;
}

}  // namespace tessera::tool
