#include <tessera/runtime/tool/bench/catchup_report.h>
#include <tessera/runtime/tool/bench/cell_table.h>
#include <tessera/runtime/tool/bench/pipeline_bound.h>
#include <tessera/runtime/tool/bench/svg_chart.h>
#include <tessera/runtime/tool/bench/write_plan.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <utility>

namespace tessera::tool::bench {
namespace {

std::vector<Cell> all_of(CellTable::View view) {
  std::vector<Cell> cells;
  while (auto cell = view.next()) cells.push_back(*std::move(cell));
  return cells;
}

TEST(CellTable, AViewStaysAsItWas) {
  CellTable table;
  table.put({1, "one"});
  table.put({1000, "thousand"});
  const CellTable::View before = table.view();
  table.put({1, "another"});
  table.put({2, "two"});
  EXPECT_EQ(all_of(before), (std::vector<Cell>{{1, "one"}, {1000, "thousand"}}));
  EXPECT_EQ(all_of(table.view()),
            (std::vector<Cell>{{1, "another"}, {2, "two"}, {1000, "thousand"}}));
}

TEST(CellTable, AnEmptyValueIsNoCell) {
  CellTable table;
  table.put({7, "seven"});
  table.put({8, ""});
  EXPECT_EQ(table.size(), 1U);
  table.put({7, ""});
  EXPECT_EQ(table.size(), 0U);
  EXPECT_TRUE(all_of(table.view()).empty());
}

TEST(CellTable, DigestsTellStatesApartAndNotTheirHistories) {
  CellTable one;
  one.put({1, "x"});
  one.put({2, "y"});
  CellTable other;
  other.put({2, "z"});
  const UniqueId before = other.digest();
  other.put({2, "y"});
  other.put({1, "x"});
  EXPECT_EQ(one.digest(), other.digest());
  EXPECT_NE(one.digest(), before);
}

TEST(WritePlan, FewPutsAreSpreadOverAllKeys) {
  WritePlan plan;
  plan.count = 10;
  plan.first = 5;
  plan.keys = 1000;
  plan.value_bytes = 20;
  std::set<std::uint64_t> keys;
  for (std::uint64_t place = 0; place < plan.count; ++place) keys.insert(plan.at(place).key);
  EXPECT_EQ(keys.size(), 10U);
  EXPECT_EQ(*keys.begin(), 5U);
  EXPECT_EQ(*keys.rbegin(), 905U);
}

TEST(WritePlan, ManyPutsReachEveryKey) {
  WritePlan plan;
  plan.count = 250;
  plan.keys = 100;
  plan.value_bytes = 20;
  std::set<std::uint64_t> keys;
  for (std::uint64_t place = 0; place < plan.count; ++place) keys.insert(plan.at(place).key);
  EXPECT_EQ(keys.size(), 100U);
  EXPECT_NE(plan.at(0).value, plan.at(1).value);
  WritePlan other = plan;
  other.edition = 1;
  EXPECT_NE(plan.at(0).value, other.at(0).value);
  EXPECT_EQ(plan.at(0).value.size(), 20U);
}

TEST(PipelineBound, IsTheSumOfTheWorkOverTheCoresButNoFasterThanOneStage) {
  PipelineBound bound;
  bound.cores = 2;
  bound.stages = {{"read", 0.001}, {"write", 0.003}};
  EXPECT_DOUBLE_EQ(bound.rate(), 1 / 0.003);
  bound.stages = {{"read", 0.002}, {"seal", 0.002}, {"write", 0.002}};
  EXPECT_DOUBLE_EQ(bound.rate(), 2 / 0.006);
}

TEST(SvgChart, IsWellFormedWhateverItIsCalled) {
  const std::string svg = svg_document(
      "a <title> & more", {{"panel \"one\"", {{"<curve>", {{0, 0}, {1, 5}}}, {"none", {}}}}});
  std::istringstream in(svg);
  boost::property_tree::ptree tree;
  ASSERT_NO_THROW(boost::property_tree::read_xml(in, tree)) << svg;
  EXPECT_EQ(tree.get_child("svg").count("polyline"), 2U);
}

TEST(SvgChart, NamesDoNotOverlap) {
  Panel panel{"panel", {}};
  const std::string name(60, 'n');
  for (int curve = 0; curve < 4; ++curve) panel.curves.push_back({name, {{0, 0}, {1, 5}}});
  std::istringstream in(svg_document("names", {panel}));
  boost::property_tree::ptree tree;
  boost::property_tree::read_xml(in, tree);
  std::set<std::pair<double, double>> places;
  for (const auto& [kind, element] : tree.get_child("svg")) {
    if (kind != "text" || element.data() != name) continue;
    places.emplace(element.get<double>("<xmlattr>.y"), element.get<double>("<xmlattr>.x"));
  }
  ASSERT_EQ(places.size(), 4U);
  for (auto place = std::next(places.begin()); place != places.end(); ++place) {
    const auto& before = *std::prev(place);
    EXPECT_TRUE(place->first >= before.first + 12 || place->second >= before.second + 60 * 6);
  }
}

TEST(CatchUpReport, ShowsTheMedianOfEachStrategysRuns) {
  Runs runs(4);
  const double times[] = {3, 1, 2, 8};
  for (std::size_t at = 0; at < runs.size(); ++at) {
    runs[at].strategy = at == 3 ? "other" : "one";
    runs[at].puts = 6;
    runs[at].applied = times[at];
  }
  const nlohmann::json medians = report_json({}, runs).at("medians");
  EXPECT_EQ(medians.at("one").at("seconds").get<double>(), 2);
  EXPECT_EQ(medians.at("one").at("entries_per_second").get<double>(), 3);
  EXPECT_EQ(medians.at("other").at("seconds").get<double>(), 8);
  EXPECT_NE(report_table(runs).find("2.00 s"), std::string::npos);
}

}  // namespace
}  // namespace tessera::tool::bench
