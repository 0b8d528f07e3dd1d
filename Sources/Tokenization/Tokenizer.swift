/// Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019): any bytes become ids and
/// come back.
///
/// The ids 0, 1, 2 are `<|pad|>`, `<|sep|>`, `<|eos|>`; there is no token for the beginning. For valid
/// UTF-8 the ids are those of the `tokenizers` library with the same file, with one difference that is
/// meant: text that spells a special token (`<|sep|>`) is text and is encoded as such. No input can
/// forge the end of a problem.
public struct Tokenizer: Sendable {
  /// Padding; never in `encodeSample`'s output.
  public static let padId: Int32 = 0
  /// Between problem and solution.
  public static let sepId: Int32 = 1
  /// After the solution.
  public static let eosId: Int32 = 2
  /// The texts of ids 0, 1, 2 in a tokenizer file.
  public static let specialTokens = ["<|pad|>", "<|sep|>", "<|eos|>"]
  /// Special tokens and single bytes: no vocabulary is smaller.
  public static let smallestVocabulary = specialTokens.count + 256

  /// The bytes of each id; none for the special ones.
  package let tokens: [[UInt8]]
  /// In order of rank.
  package let merges: [Merge]
  private let idOfByte: [Int32]
  private let merger: Merger
  /// Short pieces that become a single token, packed: the merging of most words is looked up here.
  private let wholePieces: IntegerTable

  /// - Precondition: `tokens` holds every byte; merges name tokens, and none twice.
  init(tokens: [[UInt8]], merges: [Merge]) {
    self.tokens = tokens
    self.merges = merges
    var idOfByte = [Int32](repeating: 0, count: 256)
    for (id, token) in tokens.enumerated() where token.count == 1 {
      idOfByte[Int(token[0])] = Int32(id)
    }
    self.idOfByte = idOfByte
    merger = Merger(merges)

    var wholePieces = IntegerTable(capacity: tokens.count)
    var symbols: [Int32] = []
    var values: [UInt64] = []
    for token in tokens {
      guard let key = Self.packed(token, 0, token.count), token.count > 1 else { continue }
      symbols = token.map { idOfByte[Int($0)] }
      merger.merge(&symbols, values: &values)
      if symbols.count == 1 {
        _ = wholePieces.insert(key, UInt64(UInt32(bitPattern: symbols[0])))
      }
    }
    self.wholePieces = wholePieces
  }

  /// How many ids there are.
  public var vocabularySize: Int { tokens.count }

  /// The ids of any bytes; never a special one.
  public func encode(_ bytes: [UInt8]) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(bytes.count / 2 + 4)
    encode(bytes, into: &ids)
    return ids
  }

  /// Appends the ids of `bytes`.
  public func encode(_ bytes: [UInt8], into ids: inout [Int32]) {
    var symbols: [Int32] = []
    var values: [UInt64] = []
    var start = 0
    while start < bytes.count {
      let end = PreTokenizer.end(of: bytes, from: start)
      if end - start == 1 {
        ids.append(idOfByte[Int(bytes[start])])
      } else if let key = Self.packed(bytes, start, end), let id = wholePieces[key] {
        ids.append(Int32(truncatingIfNeeded: id))
      } else {
        symbols.removeAll(keepingCapacity: true)
        for i in start..<end { symbols.append(idOfByte[Int(bytes[i])]) }
        merger.merge(&symbols, values: &values)
        ids.append(contentsOf: symbols)
      }
      start = end
    }
  }

  /// The bytes that ids stand for; special ones stand for none.
  ///
  /// - Throws: `TokenizerError.unknownId`.
  public func decode(_ ids: [Int32]) throws(TokenizerError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count * 2)
    for (at, id) in ids.enumerated() {
      guard id >= 0, Int(id) < tokens.count else {
        throw .unknownId(id, at: at, vocabularySize: tokens.count)
      }
      bytes.append(contentsOf: tokens[Int(id)])
    }
    return bytes
  }

  /// A training sample: `encode(problem) + [sep] + encode(solution) + [eos]`, the pieces encoded
  /// apart.
  ///
  /// - Returns: L tokens, and L mask bytes: 1 where the token is a target (solution and `eos`).
  public func encodeSample(
    problem: [UInt8], solution: [UInt8]
  ) -> (tokens: [Int32], mask: [UInt8]) {
    var ids = encode(problem)
    ids.append(Self.sepId)
    let given = ids.count
    encode(solution, into: &ids)
    ids.append(Self.eosId)
    var mask = [UInt8](repeating: 1, count: ids.count)
    for i in 0..<given { mask[i] = 0 }
    return (ids, mask)
  }

  /// Up to 7 bytes and their count in one word; `nil` for more.
  @inline(__always)
  static func packed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> UInt64? {
    guard end - start <= 7 else { return nil }
    var key = UInt64(end - start)
    for i in start..<end { key = key << 8 | UInt64(bytes[i]) }
    return key
  }
}
