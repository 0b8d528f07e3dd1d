internal import CKernels

/// Heap allocations made by some work.
public struct HeapCount: Sendable, Equatable {
  /// Calls that asked the heap for memory, reallocations included; frees are not subtracted.
  public let blocks: Int
  /// Bytes that they asked for, in all.
  public let bytes: Int

  /// Allocations of the calling thread while `body` runs; 0 where the heap is not glibc's.
  public static func during(_ body: () throws -> Void) rethrows -> HeapCount {
    var blocks = 0
    var bytes = 0
    ck_count_blocks(1, &blocks, &bytes)
    defer { ck_count_blocks(0, &blocks, &bytes) }
    try body()
    ck_count_blocks(0, &blocks, &bytes)
    return HeapCount(blocks: blocks, bytes: bytes)
  }
}
