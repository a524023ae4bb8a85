#include <tessera/runtime/tool/commands.h>
#include <tessera/runtime/tool/console.h>
#include <tessera/runtime/tool/csv.h>
#include <tessera/runtime/tool/loader.h>
#include <tessera/runtime/tool/spawn.h>
#include <tessera/runtime/tool/utf8.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tessera::tool {
namespace {

namespace asio = boost::asio;
constexpr auto completion = asio::as_tuple(asio::use_awaitable);

Result<Rows> rows_of(const Loading& loading) {
  auto text = read_file(loading.file);
  if (!text) return text.error();
  if (const auto line = line_not_utf8(*text)) {
    return Error(Errc::malformed,
                 fmt::format("{}:{}: this is not UTF-8 text", loading.file.string(), *line));
  }
  Rows rows;
  if (loading.key_column == 0) {
    std::size_t begin = 0;
    while (begin < text->size()) {
      const std::size_t end = std::min(text->find('\n', begin), text->size());
      rows.emplace_back(std::to_string(rows.size() + 1), text->substr(begin, end - begin));
      begin = end + 1;
    }
    return rows;
  }
  auto table = parse_csv(*text);
  if (!table) return table.error().within(loading.file.string());
  for (const CsvRow& row : *table) {
    if (row.size() < loading.key_column) {
      return Error(Errc::malformed,
                   fmt::format("{}: row {} has {} columns, no column {}", loading.file.string(),
                               rows.size() + 1, row.size(), loading.key_column));
    }
    if (row[loading.key_column - 1].empty()) {
      return Error(Errc::malformed, fmt::format("{}: row {} has an empty key",
                                                loading.file.string(), rows.size() + 1));
    }
    rows.emplace_back(row[loading.key_column - 1], nlohmann::json(row).dump());
  }
  return rows;
}

asio::awaitable<void> show_progress(const LoadProgress& progress,
                                    std::shared_ptr<const bool> ended) {
  LiveLines lines;
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  const auto started = std::chrono::steady_clock::now();
  while (!*ended) {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
    const double rate = static_cast<double>(progress.acknowledged) / std::max(elapsed.count(), 0.1);
    lines.show({fmt::format("{} {}/{}  {:.0f}/s", bar({progress.acknowledged, progress.total}, 40),
                            progress.acknowledged, progress.total, rate)});
    timer.expires_after(std::chrono::milliseconds{100});
    co_await timer.async_wait(completion);
  }
}

asio::awaitable<Result<void>> load_and_show(LoadPlan plan, const Rows& rows,
                                            LoadProgress& progress) {
  // A node that is not there at all is no reason to wait.
  auto reached = co_await ControlClient::connect(plan.nodes.front());
  if (!reached) co_return reached.error();
  (*reached)->close();
  auto ended = std::make_shared<bool>(false);
  const auto executor = co_await asio::this_coro::executor;
  spawn(executor, show_progress(progress, ended));
  auto loaded = co_await load_rows(std::move(plan), rows, progress);
  *ended = true;
  co_return loaded;
}

}  // namespace

ExitCode load(const Asking& asking, const Loading& loading) {
  const auto rows = rows_of(loading);
  if (!rows) return complain(rows.error());
  LoadPlan plan;
  plan.nodes = {asking.data_dir};
  plan.in_flight = loading.in_flight;
  LoadProgress progress;
  asio::io_context io(1);
  auto loaded = asio::co_spawn(io, load_and_show(plan, *rows, progress), asio::use_future);
  io.run();
  const Result<void> result = loaded.get();
  if (!result) return complain(result.error());
  if (asking.json) {
    nlohmann::json report;
    report["loaded"] = progress.acknowledged;
    report["repeated"] = progress.repeated;
    print(report.dump());
  } else {
    print(fmt::format("{} entries loaded", progress.acknowledged));
  }
  return ExitCode::done;
}

}  // namespace tessera::tool
