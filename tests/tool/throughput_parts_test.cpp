#include <tessera/runtime/tool/bench/client_server.h>
#include <tessera/runtime/tool/bench/machine_limits.h>
#include <tessera/runtime/tool/bench/throughput_options.h>
#include <tessera/runtime/tool/bench/throughput_report.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace tessera::tool::bench {
namespace {

using std::chrono::microseconds;

TEST(ThroughputOptions, AllCombinationsTakeTheirTurns) {
  ThroughputOptions options;
  options.clients = {1, 64};
  options.places = {"leader", "follower"};
  std::vector<std::string> names;
  for (const ThroughputVariant& each : variants(options)) names.push_back(each.name());
  EXPECT_EQ(names, (std::vector<std::string>{
                       "1 client, 256 B, leader, fsync", "1 client, 256 B, follower, fsync",
                       "64 clients, 256 B, leader, fsync", "64 clients, 256 B, follower, fsync"}));
  options.work = ThroughputOptions::Work::read;
  options.consistencies = {"strong", "weak"};
  EXPECT_EQ(variants(options).size(), 8U);
  EXPECT_EQ(variants(options).front().name(), "1 client, 256 B, leader, strong, fsync");
  options.groups = {1, 1000};
  EXPECT_EQ(variants(options).size(), 16U);
  EXPECT_EQ(variants(options).at(1).name(), "1 client, 256 B, leader, strong, fsync, 1000 groups");
}

TEST(ClientReading, GoesThroughTheControlSocketUnchanged) {
  ClientReading reading;
  for (const int took : {3, 50, 50, 9000}) reading.latency.add(microseconds(took));
  reading.failed = 2;
  reading.problem = "no leader";
  reading.overdue = 7;
  reading.seconds = 0.25;
  const ClientReading same =
      client_reading_of(nlohmann::json::parse(client_reading_json(reading).dump()));
  EXPECT_EQ(same.latency.count(), 4U);
  EXPECT_EQ(same.latency.percentile(1), reading.latency.percentile(1));
  EXPECT_EQ(same.failed, 2U);
  EXPECT_EQ(same.problem, "no leader");
  EXPECT_EQ(same.overdue, 7U);
  EXPECT_EQ(same.seconds, 0.25);
}

TEST(ClientPlan, GoesThroughTheControlSocketUnchanged) {
  ClientPlan plan;
  plan.work = ClientPlan::Work::read_weak;
  plan.clients = 3;
  plan.rate = 12.5;
  plan.keys = 9;
  plan.value_bytes = 100;
  plan.edition = 2;
  plan.own_sessions = true;
  plan.groups = {4, 1};
  const ClientPlan same = client_plan_of(nlohmann::json::parse(client_plan_json(plan).dump()));
  EXPECT_EQ(client_plan_json(same), client_plan_json(plan));
  EXPECT_EQ(same.work, ClientPlan::Work::read_weak);
}

MemberFigures member(bool leads, double cpu_seconds) {
  MemberFigures figures;
  figures.leads = leads;
  figures.cpu_seconds = cpu_seconds;
  return figures;
}

/// Three runs of one variant and one of another.
ThroughputRuns four_runs() {
  ThroughputRuns runs(4);
  const double rates[] = {300, 100, 200, 8};
  for (std::size_t at = 0; at < runs.size(); ++at) {
    ThroughputRun& run = runs[at];
    run.variant = {at == 3 ? std::size_t{1} : std::size_t{64}, 100, "leader", "", "fsync"};
    run.seconds = 2;
    run.rate = rates[at];
    run.latency.add(microseconds(30));
    run.members = {member(true, 1), member(false, 3)};
    run.members[0].peak_memory = 1000;
    run.members[1].wire_sent = 400;
    run.samples = {{1, rates[at], 0.001}, {2, rates[at], 0.002}};
    run.machine.disk = 1e6;
    run.machine.cipher = 4e4;
    run.machine.sync_time = 10e-6;
    run.machine.round_trip = 5e-6;
  }
  return runs;
}

TEST(ThroughputReport, ShowsTheMedianOfEachVariantsRuns) {
  const auto report = throughput_json({}, four_runs());
  const auto& many = report.at("medians").at("64 clients, 100 B, leader, fsync");
  EXPECT_EQ(many.at("calls_per_second").get<double>(), 200);
  EXPECT_EQ(many.at("bytes_per_second").get<double>(), 20'000);
  EXPECT_EQ(many.at("leader_cores").get<double>(), 0.5);
  EXPECT_EQ(many.at("follower_cores").get<double>(), 1.5);
  EXPECT_EQ(many.at("leader_peak_memory").get<double>(), 1000);
  EXPECT_EQ(many.at("wire_bytes_per_call").get<double>(), 400);
  EXPECT_NEAR(many.at("p50_of_sync_and_round_trip").get<double>(), 2, 0.07);
  EXPECT_EQ(many.at("share_of_disk_or_cipher").get<double>(), 0.5);
  const auto& one = report.at("medians").at("1 client, 100 B, leader, fsync");
  EXPECT_EQ(one.at("calls_per_second").get<double>(), 8);
  EXPECT_EQ(report.at("runs").size(), 4U);
  EXPECT_NE(throughput_table(four_runs()).find("200/s"), std::string::npos);
}

TEST(ThroughputReport, WhatWasNotMeasuredIsNoNumber) {
  ThroughputRuns runs = four_runs();
  EXPECT_TRUE(throughput_json({}, runs).at("runs").at(0).at("idle_memory").is_null());
  EXPECT_EQ(throughput_table(runs).find("BEFORE THE LOAD"), std::string::npos);
  runs[3].variant.groups = 1000;
  runs[3].members[0].idle = {2, 0.02, 100, 1000};
  runs[3].members[1].idle = {2, 0.06, 50, 999};
  const auto one = throughput_json({}, runs).at("runs").at(3);
  EXPECT_NEAR(one.at("idle_cores").get<double>(), 0.03, 1e-9) << "of the busiest";
  EXPECT_EQ(one.at("idle_memory").get<double>(), 100) << "of the largest";
  EXPECT_EQ(one.at("idle_groups_asleep").get<double>(), 999) << "of the most wakeful";
  EXPECT_NE(throughput_table(runs).find("3.00 %"), std::string::npos) << throughput_table(runs);
}

TEST(ThroughputReport, TheCsvHasALineForEachRunAndAFieldForEachHeading) {
  std::istringstream lines(throughput_csv(four_runs()));
  std::vector<std::ptrdiff_t> commas;
  for (std::string line; std::getline(lines, line);) {
    commas.push_back(std::count(line.begin(), line.end(), ','));
  }
  ASSERT_EQ(commas.size(), 5U);
  EXPECT_EQ(std::count(commas.begin(), commas.end(), commas.front()), 5);
}

TEST(ThroughputReport, ThePictureHasTwoPanelsWithACurveForEachRun) {
  std::istringstream in(throughput_plot({}, four_runs()));
  boost::property_tree::ptree tree;
  ASSERT_NO_THROW(boost::property_tree::read_xml(in, tree));
  EXPECT_EQ(tree.get_child("svg").count("polyline"), 8U);
}

TEST(MachineLimits, TheBetterOfTwoMeasurementsIsTheLimit) {
  MachineLimits calm;
  calm.disk = 2;
  calm.sync_time = 0.1;
  calm.round_trip = 0.4;
  MachineLimits busy;
  busy.disk = 1;
  busy.cipher = 3;
  busy.sync_time = 0.2;
  busy.round_trip = 0.3;
  const MachineLimits limits = better_of(calm, busy);
  EXPECT_EQ(limits.disk, 2);
  EXPECT_EQ(limits.cipher, 3);
  EXPECT_EQ(limits.sync_time, 0.1);
  EXPECT_EQ(limits.round_trip, 0.3);
}

}  // namespace
}  // namespace tessera::tool::bench
