internal import CKernels

/// How the heap treats large blocks.
public enum HeapRetention {
  /// Keeps freed blocks of up to 64 MiB for the next use instead of giving each back to the system:
  /// a stage asks for the same large arrays over and over, and the system clears every page of a
  /// block that it hands out. To be called once, at start.
  public static func keepLargeBlocks() { ck_keep_large_blocks() }
}
