/// The most recently read frames, checked and decompressed.
struct FrameCache: Sendable {
  /// Holds eight frames of ordinary size, or one larger frame alone.
  static let largestSize = 4 << 20
  static let largestCount = 8

  private var entries: [(number: Int, frame: CheckedFrame)] = []
  private var size = 0

  /// Returns a cached frame and marks it most recently used.
  mutating func frame(_ number: Int) -> CheckedFrame? {
    guard let place = entries.firstIndex(where: { $0.number == number }) else { return nil }
    let entry = entries.remove(at: place)
    entries.append(entry)
    return entry.frame
  }

  mutating func keep(_ frame: CheckedFrame, as number: Int) {
    guard !entries.contains(where: { $0.number == number }) else { return }
    entries.append((number, frame))
    size += frame.raw.count
    while entries.count > Self.largestCount || (size > Self.largestSize && entries.count > 1) {
      size -= entries.removeFirst().frame.raw.count
    }
  }
}
