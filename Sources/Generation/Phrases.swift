internal import Files

/// Runs of eight words, by which copies of a text are found whatever stands around them: the
/// practice of decontamination since open-r1.
///
/// Words are maximal runs of letters and digits in lower case. Texts of fewer words have no run and
/// are compared by canonical form alone.
public struct Phrases: Sendable, Equatable {
  static let length = 8

  /// Hashes of the runs: a false match has probability `count / 2^64` a run.
  private var runs: Set<UInt64> = []

  /// No text so far.
  public init() {}

  /// Whether no text added has eight words.
  public var isEmpty: Bool { runs.isEmpty }

  /// 64 hex: of all runs.
  var digest: String {
    var bytes: [UInt8] = []
    for run in runs.sorted() {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: run >> shift))
      }
    }
    return SHA256.hash(bytes).hex
  }

  mutating func add(_ text: String) { runs.formUnion(Self.runs(of: text)) }

  /// Whether a text has eight words in a row in common with one of those added.
  public func share(with text: String) -> Bool {
    !runs.isEmpty && Self.runs(of: text).contains { runs.contains($0) }
  }

  private static func runs(of text: String) -> [UInt64] {
    let words = words(of: text)
    guard words.count >= length else { return [] }
    return (0...(words.count - length)).map { hash(words[$0..<($0 + length)]) }
  }

  private static func words(of text: String) -> [[UInt8]] {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x41...0x5A: word.append(byte | 0x20)
      case 0x30...0x39, 0x61...0x7A, 0x80...: word.append(byte)
      default:
        if !word.isEmpty { words.append(word) }
        word = []
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// FNV-1a of 64 bits over the words, a space after each.
  private static func hash(_ words: ArraySlice<[UInt8]>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for word in words {
      for byte in word + [0x20] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    return hash
  }
}
