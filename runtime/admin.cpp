#include <tessera/runtime/admin.h>

namespace tessera {

runtime::Cancel Admin::begin(const runtime::GroupHandle& group, const core::AdminAction& action,
                             runtime::Finish<Cursor> finish) {
  auto done = [finish = std::move(finish)](const core::Reply& reply) {
    finish(reply.error ? reply.error->code() : boost::system::error_code{}, reply.position);
  };
  const auto request = group.member->admin(action, std::move(done));
  return runtime::cancel_request(group.member, request);
}

}  // namespace tessera
