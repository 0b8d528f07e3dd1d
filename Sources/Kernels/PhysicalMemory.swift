#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The machine's memory: what asks for more is refused before it is tried.
public enum PhysicalMemory {
  /// Bytes in all, whoever has them now.
  public static var bytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}
