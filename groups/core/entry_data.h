#pragma once

#include <tessera/groups/anchor.h>
#include <tessera/groups/core/configuration.h>
#include <tessera/groups/core/exactly_once/session_table.h>
#include <tessera/groups/core/founding/certificate.h>
#include <tessera/groups/settings.h>
#include <tessera/primitives/bytes.h>
#include <tessera/primitives/result.h>

/// What the entries that the runtime itself writes carry as their data.
namespace tessera::core {

[[nodiscard]] Bytes encode_configuration(const Configuration& configuration);
[[nodiscard]] Result<Configuration> decode_configuration(const Bytes& data);

[[nodiscard]] Bytes encode_settings(const GroupSettings& settings);
[[nodiscard]] Result<GroupSettings> decode_settings(const Bytes& data);

[[nodiscard]] Bytes encode_proposal(const Proposal& proposal);
[[nodiscard]] Result<Proposal> decode_proposal(const Bytes& data);

/// The runtime's part of the state at a position, as an `Anchor` carries it.
struct RuntimePart {
  GenesisId genesis;
  Configuration configuration;
  GroupSettings settings;
  SessionTable sessions;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(genesis, configuration, settings, sessions);
  }
};

[[nodiscard]] Bytes encode_anchor(const Anchor& anchor);
[[nodiscard]] Result<Anchor> decode_anchor(const Bytes& data);

[[nodiscard]] Bytes encode_runtime_part(const RuntimePart& part);
[[nodiscard]] Result<RuntimePart> decode_runtime_part(const Bytes& data);

}  // namespace tessera::core
