#include <tessera/runtime/tool/loader.h>
#include <tessera/runtime/tool/spawn.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds pause_between_tries{50};

/// True if the same put may succeed later, or somewhere else.
bool worth_repeating(const Error& error) {
  for (const Errc code :
       {Errc::not_committed, Errc::unknown_outcome, Errc::offline, Errc::would_block,
        Errc::group_closed, Errc::disconnected, Errc::timed_out}) {
    if (error.is(code)) return true;
  }
  return false;
}

/// One load: its workers share the connection, the place in the rows and the progress.
class Load : public std::enable_shared_from_this<Load> {
 public:
  Load(asio::any_io_executor executor, LoadPlan plan, const Rows& rows, LoadProgress& progress)
      : executor_(std::move(executor)),
        plan_(std::move(plan)),
        rows_(rows),
        progress_(progress),
        connection_made_(executor_, Clock::time_point::max()),
        ended_(executor_, Clock::time_point::max()),
        started_(Clock::now()),
        last_progress_(started_) {}

  asio::awaitable<Result<void>> run() {
    const auto self = shared_from_this();
    workers_ = plan_.in_flight;
    for (std::size_t worker = 0; worker < plan_.in_flight; ++worker) spawn(executor_, work(self));
    while (workers_ != 0) co_await ended_.async_wait(completion);
    if (client_) client_->close();
    if (failure_) co_return *failure_;
    co_return Result<void>{};
  }

 private:
  static asio::awaitable<void> work(std::shared_ptr<Load> self) {
    while (!self->failure_ && self->next_ < self->rows_.size()) {
      const std::size_t row = self->next_++;
      bool stored = false;
      while (!stored && !self->failure_) stored = co_await self->put(row);
    }
    if (--self->workers_ == 0) self->ended_.cancel();
  }

  asio::awaitable<bool> put(std::size_t row) {
    const auto client = co_await connected();
    if (!client) co_return false;
    nlohmann::json request;
    request["op"] = "put";
    request["key"] = rows_[row].first;
    request["value"] = rows_[row].second;
    const auto sent = Clock::now();
    const auto answer = co_await client->ask(std::move(request));
    if (answer) {
      acknowledged(Clock::now() - sent);
      co_return true;
    }
    if (!worth_repeating(answer.error())) {
      failure_ = answer.error().within("\"" + rows_[row].first + "\"");
      co_return false;
    }
    ++progress_.repeated;
    if (answer.error().is(Errc::disconnected) && client_ == client) {
      client->close();
      client_.reset();
    }
    co_await wait(answer.error());
    co_return false;
  }

  void acknowledged(Clock::duration latency) {
    last_progress_ = Clock::now();
    progress_.latency.add(latency);
    ++progress_.acknowledged;
    progress_.acknowledged_at.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(last_progress_ - started_));
  }

  /// The connection in use; a new one, to the next node, if the last one went away. One worker
  /// makes it, the others wait for it: a connection that nobody closes would keep the loop running.
  asio::awaitable<std::shared_ptr<ControlClient>> connected() {
    if (client_) co_return client_;
    if (connecting_) {
      co_await connection_made_.async_wait(completion);
      co_return client_;
    }
    connecting_ = true;
    const auto& node = plan_.nodes[turn_++ % plan_.nodes.size()];
    auto connection = co_await ControlClient::connect(node);
    if (connection) client_ = *std::move(connection);
    if (!connection) co_await wait(connection.error());
    connecting_ = false;
    connection_made_.cancel();
    co_return client_;
  }

  asio::awaitable<void> wait(Error reason) {
    if (Clock::now() - last_progress_ > plan_.patience) {
      failure_ = reason.within("nothing was acknowledged for " +
                               std::to_string(plan_.patience.count()) + " ms");
      co_return;
    }
    asio::steady_timer pause(executor_, pause_between_tries);
    co_await pause.async_wait(completion);
  }

  asio::any_io_executor executor_;
  LoadPlan plan_;
  const Rows& rows_;
  LoadProgress& progress_;
  std::size_t next_ = 0;
  std::size_t workers_ = 0;
  std::size_t turn_ = 0;
  std::shared_ptr<ControlClient> client_;
  std::optional<Error> failure_;
  bool connecting_ = false;
  asio::steady_timer connection_made_;
  asio::steady_timer ended_;
  Clock::time_point started_;
  Clock::time_point last_progress_;
};

}  // namespace

asio::awaitable<Result<void>> load_rows(LoadPlan plan, const Rows& rows, LoadProgress& progress) {
  const auto executor = co_await asio::this_coro::executor;
  progress.total = rows.size();
  auto load = std::make_shared<Load>(executor, std::move(plan), rows, progress);
  co_return co_await load->run();
}

}  // namespace tessera::tool
