#include <tessera/runtime/tool/bench/member_requests.h>

namespace tessera::tool::bench {

using nlohmann::json;

namespace {

constexpr std::uint64_t load_keys = 1000;
/// Of values that no other plan makes.
constexpr std::uint64_t load_edition = 1'000'000;

}  // namespace

json request(const char* op) { return json{{"op", op}}; }

json request(const char* op, const WritePlan& plan) {
  json asked = request(op);
  asked["count"] = plan.count;
  asked["first"] = plan.first;
  asked["keys"] = plan.keys;
  asked["edition"] = plan.edition;
  asked["value_bytes"] = plan.value_bytes;
  return asked;
}

json request_reached(std::uint64_t index) {
  json reached = request("reached");
  reached["index"] = index;
  return reached;
}

json request_load(const CatchUpOptions& options, std::uint64_t keys) {
  WritePlan plan;
  plan.count = plan.keys = load_keys;
  plan.first = keys;
  plan.edition = load_edition;
  plan.value_bytes = options.value_size;
  json load = request("load", plan);
  load["rate"] = options.load;
  return load;
}

json request_no_load() {
  json load = request("load", WritePlan{});
  load["rate"] = 0;
  return load;
}

LoadFigures figures_of(const json& reading) {
  LoadFigures figures;
  figures.puts = reading.at("puts");
  figures.failed = reading.at("failed");
  figures.missed = reading.at("missed");
  figures.p50_ms = reading.at("p50_ms");
  figures.p99_ms = reading.at("p99_ms");
  figures.max_ms = reading.at("max_ms");
  return figures;
}

EndFigures end_of(const json& status) {
  EndFigures end;
  end.cpu_seconds = status.at("cpu_seconds");
  end.peak_memory = status.at("peak_memory");
  end.rest_memory = status.at("memory");
  end.wire_sent = status.at("wire_sent");
  end.wire_received = status.at("wire_received");
  return end;
}

std::uint64_t served_of(const json& status) { return status.at("sync_totals").at("bytes_served"); }

}  // namespace tessera::tool::bench
