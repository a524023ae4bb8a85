/// What ThreadSanitizer cannot see into, because Debian does not build it for that: RocksDB, which
/// orders its own threads' reads and writes, and libstdc++'s count of who holds an exception, which
/// orders the last reader of one before whoever frees it. Races in our code have neither on their
/// stacks.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:librocksdb.so\n"
         "race:std::__exception_ptr::exception_ptr::_M_release\n";
}
