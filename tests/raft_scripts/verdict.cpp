#include "verdict.h"

#include <ostream>

namespace tessera::raft_scripts {

void Tally::add(const Subject& subject, const Verdict& verdict) {
  if (!subject.exempt) ++not_exempt_;
  if (verdict.kind == Verdict::Kind::passed) {
    ++passed_;
    return;
  }
  const bool failed = verdict.kind == Verdict::Kind::failed;
  ++(failed ? failed_ : skipped_);
  if (!failed && !subject.exempt) ++skipped_not_exempt_;
  out_ << (failed ? "FAILED  " : "skipped ") << subject.script.file << ':' << subject.directive.line
       << ' ' << subject.directive.command.name << ": " << verdict.reason << '\n';
}

void Tally::summarise() const {
  out_ << "skipped outside of configuration changes and snapshots: " << skipped_not_exempt_
       << " of " << not_exempt_ << " directives\n";
  out_ << passed_ << " passed, " << failed_ << " failed, " << skipped_ << " skipped\n";
}

}  // namespace tessera::raft_scripts
