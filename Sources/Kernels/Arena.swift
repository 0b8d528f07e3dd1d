#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// One aligned block of floats, allocated once, handed out in runs.
///
/// A step of training takes all its memory from an arena laid out at start, so that it allocates
/// nothing.
///
/// `@unchecked Sendable`: an arena is plain memory. The code that splits work gives each part its
/// own arena or range, so threads write disjoint runs.
public final class Arena: @unchecked Sendable {
  /// Total number of floats.
  public let capacity: Int
  /// Floats handed out so far.
  public private(set) var used = 0
  let base: UnsafeMutablePointer<Float>
  private let bytes: Int

  /// Blocks of at least this size request huge pages; without them address translation dominates a
  /// large model's step.
  private static let hugePage = 1 << 21
  /// Runs start on a cache line.
  static let alignment = 64
  static let alignedCount = alignment / MemoryLayout<Float>.stride

  /// An arena of `capacity` zero floats. Untouched pages use no physical memory.
  public init(capacity: Int) {
    precondition(capacity >= 0, "an arena cannot hold \(capacity) floats")
    self.capacity = capacity
    bytes = max(Self.alignment, capacity * MemoryLayout<Float>.stride)
    let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      MemoryShortage.end(bytes: bytes)
    }
    #if os(Linux)
      if bytes >= Self.hugePage { madvise(mapped, bytes, MADV_HUGEPAGE) }
    #endif
    base = mapped.bindMemory(to: Float.self, capacity: capacity)
  }

  deinit { munmap(base, bytes) }

  /// The next `count` floats, starting on a cache line.
  public func take(_ count: Int) -> Floats {
    precondition(count >= 0 && count <= capacity - used, "the arena is full")
    let run = Floats(arena: self, offset: used, count: count)
    used = min(capacity, used + Self.rounded(count))
    return run
  }

  /// Floats that `take(count)` uses up.
  public static func rounded(_ count: Int) -> Int {
    (count + alignedCount - 1) / alignedCount * alignedCount
  }
}

/// A run of floats in an arena: what kernels read and write.
public struct Floats: Sendable {
  let arena: Arena
  let offset: Int
  /// Floats in the run.
  public let count: Int

  /// Whether both are the same memory.
  public func isSame(as other: Floats) -> Bool {
    arena === other.arena && offset == other.offset && count == other.count
  }

  /// A run in an arena of its own, holding `values`.
  public init(_ values: [Float]) {
    arena = Arena(capacity: values.count)
    offset = 0
    count = values.count
    copy(from: values)
  }

  /// A run of zeros in an arena of its own.
  public init(zeros count: Int) {
    arena = Arena(capacity: count)
    offset = 0
    self.count = count
  }

  init(arena: Arena, offset: Int, count: Int) {
    self.arena = arena
    self.offset = offset
    self.count = count
  }

  /// The run's first float; valid while the arena lives, and not checked against `count`.
  package var pointer: UnsafeMutablePointer<Float> { arena.base + offset }

  /// Part of the run.
  public subscript(range: Range<Int>) -> Floats {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the run")
    return Floats(arena: arena, offset: offset + range.lowerBound, count: range.count)
  }

  /// One float of the run.
  public subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "index outside the run")
      return pointer[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index outside the run")
      pointer[index] = newValue
    }
  }

  /// The floats, copied.
  public var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// Overwrites the run; `values` has the same count.
  public func copy(from values: [Float]) {
    precondition(values.count == count, "\(values.count) values for a run of \(count)")
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { pointer.update(from: start, count: count) }
    }
  }

  /// Overwrites the run with another run's floats; the two do not overlap.
  public func copy(from other: Floats) {
    precondition(other.count == count, "\(other.count) values for a run of \(count)")
    pointer.update(from: other.pointer, count: count)
  }

  /// Sets every float to zero.
  public func zero() { memset(pointer, 0, count * MemoryLayout<Float>.stride) }

  /// Calls `body` with the floats as a span.
  public func withSpan<Result>(_ body: (Span<Float>) -> Result) -> Result {
    body(UnsafeBufferPointer(start: pointer, count: count).span)
  }
}
