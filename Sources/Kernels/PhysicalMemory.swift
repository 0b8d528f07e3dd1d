#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The machine's memory; requests for more are refused in advance.
public enum PhysicalMemory {
  /// Total bytes, used or free.
  public static var bytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}
