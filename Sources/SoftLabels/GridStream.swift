/// Hidden states on a grid, entropy-coded: the member `hidden-grid.npy`.
///
/// A number is zigzag-coded and written in the context of how large those before it in its channel
/// were; a channel that has none yet takes the row's. A sample stands alone: nothing is known of
/// others.
enum GridStream {
  /// Sizes that are told apart: by the number of bits of twice the mean magnitude.
  private static let contexts = 18

  /// What is known of the channels' sizes.
  private struct Sizes {
    /// Per channel, 16 times the mean magnitude of the last numbers; -1 for a channel without any.
    private var means: [Int32]
    private var row: Int32 = 64 << 4

    init(width: Int) { means = [Int32](repeating: -1, count: width) }

    @inline(__always)
    func context(_ channel: Int) -> Int {
      let mean = means[channel] < 0 ? row : means[channel]
      return min(32 - (mean >> 3).leadingZeroBitCount, GridStream.contexts - 1)
    }

    @inline(__always)
    mutating func learn(_ channel: Int, _ number: Int16) {
      let size = Int32(number).magnitude
      let sixteenth = Int32(size << 4)
      means[channel] =
        means[channel] < 0 ? sixteenth : means[channel] + (sixteenth - means[channel]) >> 3
      row += (sixteenth - row) >> 5
    }
  }

  /// - Parameters:
  ///   - numbers: `(rows, width)`, little-endian Int16.
  ///   - isCoded: whether a row is in the stream; of the others nothing is.
  /// - Returns: the stream, and a check byte for each row: the sum of its bytes.
  static func encode(
    _ numbers: [UInt8], width: Int, isCoded: (_ row: Int) -> Bool = { _ in true }
  ) -> (stream: [UInt8], checks: [UInt8]) {
    var sizes = Sizes(width: width)
    var model = NumberModel(contexts: contexts)
    var coder = RangeEncoder()
    var checks: [UInt8] = []
    for (index, row) in stride(from: 0, to: numbers.count, by: 2 * width).enumerated() {
      var check: UInt8 = 0
      guard isCoded(index) else {
        checks.append(0)
        continue
      }
      for channel in 0..<width {
        let (low, high) = (numbers[row + 2 * channel], numbers[row + 2 * channel + 1])
        let number = Int16(bitPattern: UInt16(high) << 8 | UInt16(low))
        let zigzag = number < 0 ? -2 * Int(number) - 1 : 2 * Int(number)
        model.encode(zigzag, in: sizes.context(channel), &coder)
        sizes.learn(channel, number)
        check = check &+ low &+ high
      }
      checks.append(check)
    }
    return (coder.finish(), checks)
  }

  /// The numbers of a stream, little-endian Int16; `nil` where it does not hold just these rows.
  ///
  /// - Parameters:
  ///   - checks: one for each row.
  ///   - isCoded: whether a row is in the stream; the others are zeros.
  static func decode(
    _ stream: [UInt8], checks: ArraySlice<UInt8>, width: Int,
    isCoded: (_ row: Int) -> Bool = { _ in true }
  ) -> [UInt8]? {
    var sizes = Sizes(width: width)
    var model = NumberModel(contexts: contexts)
    var coder = RangeDecoder(stream, from: 0)
    var numbers: [UInt8] = []
    numbers.reserveCapacity(2 * width * checks.count)
    for (row, expected) in checks.enumerated() {
      var check: UInt8 = 0
      guard isCoded(row) else {
        guard expected == 0 else { return nil }
        numbers.append(contentsOf: repeatElement(0, count: 2 * width))
        continue
      }
      for channel in 0..<width {
        let zigzag = model.decode(in: sizes.context(channel), &coder)
        guard zigzag <= 65534 else { return nil }
        let number = Int16(zigzag & 1 == 1 ? -(zigzag + 1) / 2 : zigzag / 2)
        sizes.learn(channel, number)
        let bits = UInt16(bitPattern: number)
        let (low, high) = (UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8))
        numbers.append(low)
        numbers.append(high)
        check = check &+ low &+ high
      }
      guard check == expected, !coder.isOverrun else { return nil }
    }
    return coder.isFinished ? numbers : nil
  }
}
