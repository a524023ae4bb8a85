#pragma once

#include <boost/system/error_code.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

/// What answers on the control socket have in common.
namespace tessera::tool {

/// `"ok": false` with the error's number and sentence.
[[nodiscard]] nlohmann::json failure(const boost::system::error_code& error);
/// `"ok": false`: the request makes no sense, as `message` says.
[[nodiscard]] nlohmann::json refusal(const std::string& message);
/// The string `name` of `request`; empty if there is none.
[[nodiscard]] std::string text_of(const nlohmann::json& request, const char* name);

}  // namespace tessera::tool
