internal import CKernels

/// How the heap treats large blocks.
public enum HeapRetention {
  /// Keeps freed blocks of up to 64 MiB for reuse instead of returning them to the system: a stage
  /// allocates the same large arrays over and over, and the system clears every page of a block it
  /// hands out. Call once, at start.
  public static func keepLargeBlocks() { ck_keep_large_blocks() }
}
