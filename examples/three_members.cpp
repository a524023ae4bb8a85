// Three members of one group in one process, each a network of its own as on three machines: they
// find each other from one address, every one of them executes commands, and all agree. In memory.

#include <tessera/tessera.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

// A queue of words; the result of a command is how many there are.
class Words {
 public:
  struct Say {
    std::string word;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(word);
    }
  };
  struct Recall {
    template <class Archive>
    void serialize(Archive&) {}
  };

  using Command = Say;
  using Result = std::uint64_t;
  using Query = Recall;
  using QueryResult = std::string;
  using StateSync = tessera::LogReplay<Words>;

  [[nodiscard]] tessera::UniqueId signature() const {
    return tessera::UniqueId::from("examples/words/1");
  }
  [[nodiscard]] StateSync state_sync() const { return {}; }

  Result apply(const Say& say, const tessera::ApplyContext&) {
    sentence_ += sentence_.empty() ? say.word : " " + say.word;
    return ++count_;
  }
  [[nodiscard]] QueryResult query(const Recall&) const { return sentence_; }

 private:
  std::string sentence_;
  std::uint64_t count_ = 0;
};

tessera::Network open(boost::asio::io_context& io, const std::vector<std::string>& peers) {
  tessera::NetworkConfig config{"three-members"};
  config.peers = peers;  // with data_dir as well, everything here would survive a restart
  return {io.get_executor(), config};
}

tessera::Group<Words> join(const tessera::Network& network) {
  return network.group(tessera::GroupKey::from("a shared secret"))
      .genesis(tessera::Genesis::expect(3))
      .state_machine(Words{})
      .join();
}

boost::asio::awaitable<void> run(boost::asio::io_context& io) {
  const tessera::Network first = open(io, {});
  const tessera::Network second = open(io, first.listen_addresses());
  const tessera::Network third = open(io, first.listen_addresses());
  const std::vector<tessera::Group<Words>> members{join(first), join(second), join(third)};
  for (const auto& member : members) {
    co_await member.when().online();
  }

  const std::vector<std::string> words{"none", "of", "us", "is", "special"};
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto& member = members[at % members.size()];
    const Words::Say say{words[at]};
    const auto applied = co_await member.execute(say);
    std::cout << "word " << applied.result << " stands at " << applied.position << '\n';
  }

  for (const auto& member : members) {
    const Words::Recall recall;
    const auto answer = co_await member.query(recall, tessera::Consistency::strong);
    const tessera::GroupStatus status = member.status();
    std::cout << status.self.brief() << ", " << tessera::name_of(status.role) << ": "
              << answer.result << '\n';
  }
  for (const auto& member : members) {
    co_await member.close();
  }
}

}  // namespace

int main() {
  boost::asio::io_context io;
  int exit_code = EXIT_SUCCESS;
  boost::asio::co_spawn(io, run(io), [&](const std::exception_ptr& error) {
    io.stop();
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << '\n';
      exit_code = EXIT_FAILURE;
    }
  });
  io.run();
  return exit_code;
}
