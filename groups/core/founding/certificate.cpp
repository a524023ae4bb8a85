#include <tessera/groups/core/founding/certificate.h>
#include <tessera/primitives/codec.h>
#include <tessera/primitives/hash.h>

#include <set>
#include <string>
#include <string_view>

namespace tessera::core {
namespace {

// What an identity signs begins with a text that says what for, so that no signature made for one
// purpose is good for another.
constexpr std::string_view promise_domain = "tessera/founding/promise/1";
constexpr std::string_view abandonment_domain = "tessera/founding/abandonment/1";

std::vector<std::uint8_t> vow_text(std::string_view domain, const GenesisId& genesis,
                                   const MemberId& member) {
  std::vector<std::uint8_t> text;
  text.reserve(domain.size() + 3 * UniqueId::size);
  const auto add = [&text](ByteView part) { text.insert(text.end(), part.begin(), part.end()); };
  add(as_bytes(domain));
  add(genesis.view());
  add(member.peer.view());
  add(member.storage.view());
  return text;
}

Error bad_vow(const Proposal& proposal, const Vow& vow, std::string_view what) {
  return {Errc::malformed, "the founding set " + proposal.id().brief() + ": member " +
                               vow.member.peer.brief() + " " + std::string(what)};
}

}  // namespace

GenesisId Proposal::id() const {
  return GenesisId(Hasher("tessera/genesis/1").add(encode(*this).view()).digest());
}

Result<void> Proposal::validate() const {
  if (auto valid = members.validate(); !valid) return valid;
  if (members.joint() || !members.learners.empty() || members.voters.size() > founders_max) {
    return {Errc::malformed, "a founding set has 1 to 15 voters and nobody else"};
  }
  std::set<PeerId> peers;
  for (const MemberId& member : members.voters) {
    if (member.peer.is_none() || member.storage.is_none() || !peers.insert(member.peer).second) {
      return {Errc::malformed, "a founding set names each of its nodes once, with its store"};
    }
  }
  if (nonce > founding_nonce_max) return {Errc::malformed, "a founding set with too high a nonce"};
  return settings.validate();
}

Result<void> Certificate::verify() const {
  if (auto valid = proposal.validate(); !valid) return valid;
  const auto& voters = proposal.members.voters;
  if (promises.size() != voters.size()) {
    return {Errc::malformed, "the certificate of " + proposal.id().brief() + " has " +
                                 std::to_string(promises.size()) + " promises of " +
                                 std::to_string(voters.size())};
  }
  auto voter = voters.begin();
  for (const Vow& vow : promises) {
    if (vow.member != *voter++) return bad_vow(proposal, vow, "is not the next of the set");
    if (auto genuine = verify_promise(proposal, vow); !genuine) return genuine;
  }
  return {};
}

std::vector<std::uint8_t> promise_text(const GenesisId& genesis, const MemberId& member) {
  return vow_text(promise_domain, genesis, member);
}

std::vector<std::uint8_t> abandonment_text(const GenesisId& genesis, const MemberId& member) {
  return vow_text(abandonment_domain, genesis, member);
}

Result<void> verify_promise(const Proposal& proposal, const Vow& vow) {
  if (!proposal.members.voters.contains(vow.member)) {
    return bad_vow(proposal, vow, "is not of the set");
  }
  if (!tessera::verify(vow.member.peer, promise_text(proposal.id(), vow.member), vow.signature)) {
    return bad_vow(proposal, vow, "did not sign this promise");
  }
  return {};
}

Result<void> verify_abandonment(const Proposal& proposal, const Vow& vow) {
  if (!proposal.members.voters.contains(vow.member)) {
    return bad_vow(proposal, vow, "is not of the set");
  }
  const auto text = abandonment_text(proposal.id(), vow.member);
  if (!tessera::verify(vow.member.peer, text, vow.signature)) {
    return bad_vow(proposal, vow, "did not sign this abandonment");
  }
  return {};
}

}  // namespace tessera::core
