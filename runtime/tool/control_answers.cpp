#include <tessera/primitives/error.h>
#include <tessera/runtime/tool/control_answers.h>

#include <nlohmann/json.hpp>

namespace tessera::tool {

using nlohmann::json;

json failure(const boost::system::error_code& error) {
  json answer;
  answer["ok"] = false;
  answer["code"] =
      error.category() == error_category() ? error.value() : static_cast<int>(Errc::group_closed);
  answer["message"] = explain(error);
  return answer;
}

json refusal(const std::string& message) {
  json answer;
  answer["ok"] = false;
  answer["code"] = static_cast<int>(Errc::invalid_argument);
  answer["message"] = message;
  return answer;
}

std::string text_of(const json& request, const char* name) {
  const auto found = request.find(name);
  return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace tessera::tool
