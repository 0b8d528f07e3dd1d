/// Byte-pair encoding of one piece of text (Sennrich et al. 2016): its bytes or characters are the
/// initial symbols, and pairs of symbols merge in order of rank.
struct BPE: Sendable {
  /// The initial symbols of a piece.
  enum Symbols: Sendable, Equatable {
    case bytes
    case characters
  }

  struct Options: Sendable, Equatable {
    /// The token for symbols that have none.
    var unknown: [UInt8]?
    /// Whether adjacent symbols without a token become one unknown token.
    var fusesUnknown = false
    /// Whether the bytes of a character without a token are encoded as tokens `<0x00>`…`<0xFF>`.
    var byteFallback = false
    /// Whether a piece that is itself a token is encoded as that token without merging.
    var ignoresMerges = false
  }

  let symbols: Symbols
  private let options: Options
  private let unknownId: Int32?
  private let merger: Merger
  /// Token of each byte as a symbol; -1 if there is none.
  private let idOfByte: [Int32]
  /// Whether symbols are bytes and every byte has a token.
  private let everyByteIsToken: Bool
  /// Token `<0xNN>` of each byte; -1 if there is none.
  private let fallbackIds: [Int32]
  /// Packed bytes of each character that has a token.
  private let characters: IntegerTable
  /// Pieces that encode to a single token, packed; longer ones are in `longPieces`.
  private var wholePieces: IntegerTable
  private var longPieces: ByteStringTable
  /// Where a piece can be cut; `nil` if that is unknown, or if symbols are bytes, whose pieces are
  /// short already.
  private let cuts: SafeCuts?

  /// Buffers reused between calls, so that short pieces allocate nothing.
  struct Scratch {
    var symbols: [Int32] = []
    var values: [UInt64] = []
  }

  /// Longer tokens are not looked up whole, but merged like any other text. Unlimited if merges are
  /// ignored.
  private let longestWhole: Int

  /// - Parameters:
  ///   - tokens: the bytes that each id stands for; empty for an id that no text encodes to.
  ///   - fallbackIds: `(256)`, the tokens `<0xNN>`; -1 if there is none.
  ///   - merges: in order of rank, no duplicate pairs.
  init(
    symbols: Symbols, options: Options, unknownId: Int32?, tokens: [[UInt8]],
    fallbackIds: [Int32], merges: [Merge]
  ) {
    self.symbols = symbols
    self.options = options
    self.unknownId = unknownId
    self.fallbackIds = fallbackIds
    merger = Merger(merges)
    longestWhole = options.ignoresMerges ? .max : 96
    var idOfByte = [Int32](repeating: -1, count: 256)
    var characters = IntegerTable(capacity: symbols == .bytes ? 0 : tokens.count)
    for (id, token) in tokens.enumerated() {
      if token.count == 1, symbols == .bytes || token[0] < 0x80 {
        idOfByte[Int(token[0])] = Int32(id)
      } else if symbols == .characters, token.count > 1, token.count <= 4,
        UTF8Scalar.decode(token, 0)?.length == token.count,
        let key = Self.packed(token, 0, token.count)
      {
        _ = characters.insert(key, UInt64(id))
      }
    }
    self.idOfByte = idOfByte
    everyByteIsToken = symbols == .bytes && idOfByte.allSatisfy { $0 >= 0 }
    self.characters = characters
    let allFallBack = options.byteFallback && fallbackIds.allSatisfy { $0 >= 0 }
    // Cutting could break up a whole piece that would be looked up first.
    cuts =
      symbols == .characters && !options.ignoresMerges
      ? SafeCuts(
        tokens: tokens, merges: merges, fallbackIds: fallbackIds, onlyBeforeSpaces: !allFallBack)
      : nil
    wholePieces = IntegerTable(capacity: 0)
    longPieces = ByteStringTable(capacity: 0)
    (wholePieces, longPieces) = wholes(tokens)
  }

  /// The tokens that a piece with exactly their text encodes to.
  private func wholes(_ tokens: [[UInt8]]) -> (IntegerTable, ByteStringTable) {
    var short = IntegerTable(capacity: tokens.count)
    var long = ByteStringTable(capacity: tokens.count)
    var scratch = Scratch()
    var ids: [Int32] = []
    for (id, token) in tokens.enumerated() where token.count > 1 && token.count <= longestWhole {
      if !options.ignoresMerges {
        ids.removeAll(keepingCapacity: true)
        merge(token, 0, token.count, into: &ids, &scratch)
        guard ids.count == 1, Int(ids[0]) == id else { continue }
      }
      if let key = Self.packed(token, 0, token.count) {
        _ = short.insert(key, UInt64(id))
      } else {
        _ = long.insert(token, Int32(id))
      }
    }
    return (short, long)
  }

  /// Appends the ids of the piece `bytes[start..<end]`.
  @inline(__always)
  func encode(
    _ bytes: [UInt8], _ start: Int, _ end: Int, into ids: inout [Int32], _ scratch: inout Scratch
  ) {
    if let cuts {
      encodeParts(bytes, start, end, cuts, into: &ids, &scratch)
    } else {
      encodeWhole(bytes, start, end, into: &ids, &scratch)
    }
  }

  @inline(__always)
  private func encodeWhole(
    _ bytes: [UInt8], _ start: Int, _ end: Int, into ids: inout [Int32], _ scratch: inout Scratch
  ) {
    if end - start == 1 {
      let id = idOfByte[Int(bytes[start])]
      if id >= 0 {
        ids.append(id)
      } else {
        merge(bytes, start, end, into: &ids, &scratch)
      }
    } else if let key = Self.packed(bytes, start, end) {
      if let id = wholePieces[key] {
        ids.append(Int32(truncatingIfNeeded: id))
      } else {
        merge(bytes, start, end, into: &ids, &scratch)
      }
    } else if end - start <= longestWhole, let id = longPieces[bytes, start, end] {
      ids.append(id)
    } else {
      merge(bytes, start, end, into: &ids, &scratch)
    }
  }

  /// Encodes the parts between places that no merge crosses.
  private func encodeParts(
    _ bytes: [UInt8], _ start: Int, _ end: Int, _ cuts: SafeCuts, into ids: inout [Int32],
    _ scratch: inout Scratch
  ) {
    guard start < end else { return }
    var first = start
    var (left, length) = SafeCuts.character(bytes, start)
    var at = start + length
    while at < end {
      let (right, length) = SafeCuts.character(bytes, at)
      if cuts.allows(left, right) {
        encodeWhole(bytes, first, at, into: &ids, &scratch)
        first = at
      }
      left = right
      at += length
    }
    encodeWhole(bytes, first, end, into: &ids, &scratch)
  }

  private func merge(
    _ bytes: [UInt8], _ start: Int, _ end: Int, into ids: inout [Int32], _ scratch: inout Scratch
  ) {
    scratch.symbols.removeAll(keepingCapacity: true)
    if everyByteIsToken {
      for i in start..<end { scratch.symbols.append(idOfByte[Int(bytes[i])]) }
    } else {
      collect(bytes, start, end, into: &scratch.symbols)
    }
    merger.merge(&scratch.symbols, values: &scratch.values)
    ids.append(contentsOf: scratch.symbols)
  }

  /// The symbols of a piece; those without a token as bytes or as the unknown token.
  private func collect(
    _ bytes: [UInt8], _ start: Int, _ end: Int, into collected: inout [Int32]
  ) {
    var unknowns = 0
    var at = start
    while at < end {
      let byte = bytes[at]
      var length = 1
      var id = byte < 0x80 || symbols == .bytes ? idOfByte[Int(byte)] : -1
      if symbols == .characters, byte >= 0x80, let (_, found) = UTF8Scalar.decode(bytes, at),
        at + found <= end
      {
        length = found
        if let key = Self.packed(bytes, at, at + found), let found = characters[key] {
          id = Int32(truncatingIfNeeded: found)
        }
      }
      if id >= 0 {
        append(unknowns: &unknowns, to: &collected)
        collected.append(id)
      } else if !fallBack(bytes, at, at + length, into: &collected) {
        // Unknown tokens come after the fallback bytes, as in the library.
        if !options.fusesUnknown { append(unknowns: &unknowns, to: &collected) }
        unknowns += 1
      }
      at += length
    }
    append(unknowns: &unknowns, to: &collected)
  }

  private func append(unknowns: inout Int, to symbols: inout [Int32]) {
    if unknowns > 0, let unknownId { symbols.append(unknownId) }
    unknowns = 0
  }

  /// - Returns: false if a byte has no token, or if byte fallback is off.
  private func fallBack(
    _ bytes: [UInt8], _ start: Int, _ end: Int, into symbols: inout [Int32]
  ) -> Bool {
    guard options.byteFallback else { return false }
    for i in start..<end where fallbackIds[Int(bytes[i])] < 0 { return false }
    for i in start..<end { symbols.append(fallbackIds[Int(bytes[i])]) }
    return true
  }

  /// Packs up to 7 bytes and their count into one word; `nil` for more.
  @inline(__always)
  static func packed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> UInt64? {
    guard end - start <= 7 else { return nil }
    var key = UInt64(end - start)
    for i in start..<end { key = key << 8 | UInt64(bytes[i]) }
    return key
  }
}
