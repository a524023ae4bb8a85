#include <tessera/conformance/invariants/all.h>
#include <tessera/conformance/message_names.h>

#include <type_traits>

namespace tessera::sim {
namespace {

template <class Message, class... Others>
constexpr bool is_one_of = (std::is_same_v<Message, Others> || ...);

/// What a message says of its sender must survive a crash; callers' traffic says nothing of it.
template <class Message>
constexpr bool speaks_for_its_term = requires(const Message& message) {
  message.term;
}
&&!is_one_of<Message, core::ForwardRequest, core::ForwardResponse, core::ReadRequest,
             core::ReadResponse>;

/// Rule 1: term, vote and entries are on stable storage before any message that depends on them
/// leaves. Judged by the disk, not by the ticket that the core put on the message.
class DurablePromises final : public Invariant {
 public:
  using Invariant::Invariant;
  [[nodiscard]] std::string_view name() const override { return "durable promises"; }

  void leaves(const Node& node, const core::Send& send) override {
    std::visit([&](const auto& message) { judge(node, send, message); }, send.message);
  }

  void stepped(const Step& step) override {
    const Cursor durable = step.node.status().durable;
    require(step.node.status().role == core::Role::stopped ||
                step.node.disk().durable().covers(durable),
            [&] { return words(step.node) + " takes " + durable.to_string() + " for durable"; });
  }

 private:
  [[nodiscard]] static const storage::HardState& hard(const Node& node) {
    return node.disk().durable().record().hard;
  }

  template <class Message>
  void judge(const Node& node, const core::Send& send, const Message& message) {
    if constexpr (speaks_for_its_term<Message>) {
      // A pre-vote states the term that would be.
      const Term own = is_pre_request(send.message) ? message.term - 1 : message.term;
      require(is_pre_answer(send.message) || hard(node).term >= own,
              [&] { return words(node) + " sends " + describe(send.message) + " too early"; });
    }
    promises(node, send, message);
  }

  [[nodiscard]] static bool is_pre_request(const core::Message& message) {
    const auto* request = std::get_if<core::VoteRequest>(&message);
    return request != nullptr && request->pre;
  }
  /// A granted pre-vote repeats the asked term, which nobody has entered.
  [[nodiscard]] static bool is_pre_answer(const core::Message& message) {
    const auto* response = std::get_if<core::VoteResponse>(&message);
    return response != nullptr && response->pre && response->granted;
  }

  template <class Message>
  void promises(const Node& /*node*/, const core::Send& /*send*/, const Message& /*message*/) {}

  void promises(const Node& node, const core::Send& send, const core::VoteResponse& response) {
    if (response.pre || !response.granted) return;
    voted(node, response.term, send.to);
  }
  void promises(const Node& node, const core::Send& /*send*/, const core::VoteRequest& request) {
    if (!request.pre) voted(node, request.term, node.peer());
  }
  void voted(const Node& node, Term term, const PeerId& candidate) {
    const storage::HardState& state = hard(node);
    require(state.term > term || (state.vote && state.vote->peer == candidate), [&] {
      return words(node) + " gives a vote in term " + std::to_string(term.value()) +
             " that is not durable";
    });
  }

  void promises(const Node& node, const core::Send& /*send*/,
                const core::AppendResponse& response) {
    // Once its term has passed, what was acknowledged may be overwritten: it cannot count.
    if (response.rejected || hard(node).term > response.term) return;
    const GroupLog& durable = node.disk().durable();
    require(response.index <= durable.last().index, [&] {
      return words(node) + " acknowledges " + std::to_string(response.index.value()) + " of term " +
             std::to_string(response.term.value()) + ", and its disk ends at " +
             durable.last().to_string();
    });
  }

  void promises(const Node& node, const core::Send& /*send*/, const core::SyncDone& done) {
    require(node.disk().durable().covers(done.position), [&] {
      return words(node) + " has synced to " + done.position.to_string() + ", which is not durable";
    });
    require(done.position.index <= chronicle().last() &&
                chronicle().cursor_at(done.position.index) == done.position,
            [&] {
              return words(node) + " has synced to " + done.position.to_string() +
                     ", which is not committed";
            });
  }
};

}  // namespace

InvariantPointer make_durable_promises(const Chronicle& chronicle) {
  return std::make_unique<DurablePromises>(chronicle);
}

}  // namespace tessera::sim
