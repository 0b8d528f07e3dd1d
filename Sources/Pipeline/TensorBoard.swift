internal import Files

/// Curves as a TensorBoard event file (TFRecord frames around `tensorflow.Event` messages).
package enum TensorBoard {
  /// A point of several curves.
  package struct Point: Sendable {
    /// Seconds since 1970.
    var time: Double
    var step: Int
    var values: [(name: String, value: Double)]

    /// - Parameter time: seconds since 1970.
    package init(time: Double, step: Int, values: [(name: String, value: Double)]) {
      self.time = time
      self.step = step
      self.values = values
    }
  }

  /// The bytes of a whole event file.
  package static func file(_ points: [Point], started: Double) -> [UInt8] {
    var out = record(event(time: started, body: field(3, Array("brain.Event:2".utf8))))
    for point in points {
      var summary: [UInt8] = []
      for value in point.values {
        var entry = field(1, Array(value.name.utf8))
        entry.append(2 << 3 | 5)
        entry.append(littleEndian: Float(value.value).bitPattern)
        summary += field(1, entry)
      }
      let step = [UInt8(2 << 3)] + varint(UInt64(max(0, point.step)))
      out += record(event(time: point.time, body: step + field(5, summary)))
    }
    return out
  }

  private static func event(time: Double, body: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [1 << 3 | 1]
    out.append(littleEndian: time.bitPattern)
    return out + body
  }

  /// A length-delimited field.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var out: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      out.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return out + [UInt8(rest)]
  }

  /// Length, its checksum, data, their checksum.
  private static func record(_ data: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.append(littleEndian: UInt64(data.count))
    out.append(littleEndian: masked(out))
    out += data
    out.append(littleEndian: masked(data))
    return out
  }

  private static func masked(_ bytes: [UInt8]) -> UInt32 {
    let checksum = CRC32C.checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
