#include <tessera/groups/shell/internal/node_state.h>
#include <tessera/groups/shell/node.h>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace tessera::shell {
namespace {

[[nodiscard]] std::shared_ptr<OffloadThreads> make_threads(const NodeOptions& options) {
  if (options.offload) {
    return nullptr;
  }
  return std::make_shared<OffloadThreads>(std::max(options.offload_threads, 1U));
}

[[nodiscard]] Result<std::shared_ptr<Node>> open_state(const std::shared_ptr<Node::State>& state) {
  if (auto opened = state->open(); !opened) {
    return std::move(opened).error();
  }
  return std::make_shared<Node>(state);
}

}  // namespace

Node::Node(std::shared_ptr<State> state) : state_(std::move(state)) {}

Node::~Node() { stop(); }

Result<std::shared_ptr<Node>> Node::create(NodeOptions options) {
  auto threads = make_threads(options);
  return open_state(std::make_shared<State>(std::move(options), std::move(threads)));
}

void Node::open(NodeOptions options, Opened opened) {
  auto threads = make_threads(options);
  const boost::asio::any_io_executor executor = options.executor;
  const boost::asio::any_io_executor offload =
      options.offload ? *options.offload : threads->executor();
  auto state = std::make_shared<State>(std::move(options), std::move(threads));
  boost::asio::post(
      offload, [state = std::move(state), executor, opened = std::move(opened)]() mutable {
        auto result = open_state(state);
        // The state owns the thread this runs on: whoever lets go of it last must be another.
        boost::asio::post(executor,
                          [state = std::move(state), result = std::move(result),
                           opened = std::move(opened)]() mutable { opened(std::move(result)); });
      });
}

std::shared_ptr<Member> Node::join(JoinOptions options) { return state_->join(std::move(options)); }

Result<void> Node::dial(const std::string& address) { return state_->dial(address); }

PeerId Node::self() const { return state_->self(); }

std::vector<std::string> Node::listen_addresses() const { return state_->listen_addresses(); }

NodeStatus Node::status() const { return state_->status(); }

void Node::stop() { state_->stop(); }

}  // namespace tessera::shell
