#pragma once

#include "courier.h"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

/// The words behind a command, taken one after the other. Owned by the command that reads them.
namespace tessera::scenarios {

/// A word that is missing, too much, or not what the command wants.
class BadArgument : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Arguments {
 public:
  /// `words`: the command first. `nodes`: how many there are.
  Arguments(const std::vector<std::string>& words, std::size_t nodes)
      : words_(words), nodes_(nodes) {}

  [[nodiscard]] bool empty() const { return next_ == words_.size(); }
  /// True, and taken, if the next word is `word`.
  bool take(const std::string& word);
  /// The next word; `what` says what it should have been.
  std::string word(const std::string& what);
  std::size_t number(const std::string& what);
  std::size_t node();
  /// "0" or "0,2".
  std::vector<std::size_t> nodes();
  /// "0->1", "0->*", "*->*".
  Selection way();
  /// A way, and the kind of message if there is one.
  Selection messages();
  /// The ways of "0-1" (both), "0->1" (that one) or "0,1|2" (between the groups, both).
  std::vector<Way> links();
  /// "100ms" or "2s".
  Duration time();
  /// Throws if words are left.
  void end() const;

 private:
  [[nodiscard]] std::size_t node_from(const std::string& text) const;
  [[nodiscard]] std::vector<std::size_t> nodes_from(const std::string& text) const;

  const std::vector<std::string>& words_;
  std::size_t nodes_ = 0;
  std::size_t next_ = 1;
};

}  // namespace tessera::scenarios
