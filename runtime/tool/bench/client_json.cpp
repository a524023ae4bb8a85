#include <tessera/runtime/tool/bench/client_server.h>

#include <nlohmann/json.hpp>

namespace tessera::tool::bench {

using nlohmann::json;

json client_plan_json(const ClientPlan& plan) {
  json report;
  report["work"] = static_cast<unsigned>(plan.work);
  report["clients"] = plan.clients;
  report["rate"] = plan.rate;
  report["keys"] = plan.keys;
  report["value_bytes"] = plan.value_bytes;
  report["edition"] = plan.edition;
  report["own_sessions"] = plan.own_sessions;
  report["groups"] = plan.groups;
  return report;
}

ClientPlan client_plan_of(const json& request) {
  ClientPlan plan;
  plan.work = static_cast<ClientPlan::Work>(request.at("work").get<unsigned>());
  plan.clients = request.at("clients");
  plan.rate = request.at("rate");
  plan.keys = request.at("keys");
  plan.value_bytes = request.at("value_bytes");
  plan.edition = request.at("edition");
  plan.own_sessions = request.at("own_sessions");
  if (request.contains("groups")) request.at("groups").get_to(plan.groups);
  return plan;
}

json client_reading_json(const ClientReading& reading) {
  json report;
  report["failed"] = reading.failed;
  report["problem"] = reading.problem;
  report["overdue"] = reading.overdue;
  report["seconds"] = reading.seconds;
  report["latency"] = json::array();
  reading.latency.for_each_bucket([&](std::size_t bucket, std::uint64_t count) {
    report["latency"].push_back({bucket, count});
  });
  return report;
}

ClientReading client_reading_of(const json& answer) {
  ClientReading reading;
  reading.failed = answer.at("failed");
  reading.problem = answer.at("problem");
  reading.overdue = answer.at("overdue");
  reading.seconds = answer.at("seconds");
  for (const json& each : answer.at("latency")) {
    reading.latency.add(each.at(0).get<std::size_t>(), each.at(1).get<std::uint64_t>());
  }
  return reading;
}

}  // namespace tessera::tool::bench
