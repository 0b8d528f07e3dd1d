/// The last few frames that were read, checked and decompressed.
struct FrameCache: Sendable {
  /// Eight frames of ordinary size; a larger one is kept alone.
  static let largestSize = 4 << 20
  static let largestCount = 8

  private var entries: [(frame: Int, bytes: [UInt8])] = []
  private var size = 0

  /// The bytes of a frame, which becomes the most recently used.
  mutating func bytes(of frame: Int) -> [UInt8]? {
    guard let place = entries.firstIndex(where: { $0.frame == frame }) else { return nil }
    let entry = entries.remove(at: place)
    entries.append(entry)
    return entry.bytes
  }

  mutating func keep(_ bytes: [UInt8], of frame: Int) {
    guard !entries.contains(where: { $0.frame == frame }) else { return }
    entries.append((frame, bytes))
    size += bytes.count
    while entries.count > Self.largestCount || (size > Self.largestSize && entries.count > 1) {
      size -= entries.removeFirst().bytes.count
    }
  }
}
