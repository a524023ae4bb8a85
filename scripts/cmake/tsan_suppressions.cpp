/// Debian's RocksDB is not built for ThreadSanitizer, which therefore does not see how it orders
/// its own threads' reads and writes. Races in our code do not have it on their stacks.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:librocksdb.so\n"; }
