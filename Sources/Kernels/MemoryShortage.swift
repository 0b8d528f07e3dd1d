internal import CKernels
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Ends a process that cannot get the memory it needs, where no error can be thrown.
///
/// Only whole files count, so that ending at any instant loses nothing.
enum MemoryShortage {
  /// Says why, and ends the process with exit code 1.
  static func end(_ reason: String) -> Never {
    let bytes = Array("retort: \(reason)\n".utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    _exit(1)
  }

  /// Ends the process because `bytes` bytes cannot be allocated.
  static func end(bytes: Int) -> Never { ck_end_for_want_of_memory(bytes) }
}
