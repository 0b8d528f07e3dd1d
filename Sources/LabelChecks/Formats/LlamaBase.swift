package import Files

/// A file of `llama-perplexity --kl-divergence-base`.
///
///     "_logits_", int32 n_ctx, n_vocab, n_chunk, int32 tokens[n_chunk][n_ctx],
///     for each chunk and each position from n_ctx/2 to n_ctx-2:
///       float scale, float least, uint16 code[n_vocab], padded to an even number
///     log-probability = scale * code + least; least is at least the largest less 16
///
/// Row p is the distribution of token p+1. Every chunk was read with the beginning-of-text token in
/// the place of its first; the file's tokens are those of the text. All numbers little-endian.
/// Source: llama.cpp, tools/perplexity.
package struct LlamaBase: LabelSource {
  static let magic = Array("_logits_".utf8)
  private static let headerBytes = 20
  private static let mostTokens = 1 << 31

  package let format = "llama.cpp"
  package let scale = RowScale.logProbabilities
  /// Half a step of 16 nats in 65535, over a nat.
  package let precision = 8.0 / 65535
  package let hasFloor = true
  package var vocabulary: Int? { V }
  /// Tokens of a chunk, length of a row, number of chunks.
  package var facts: JSONObject {
    ["context": JSON(context), "chunks": JSON(chunks), "vocabulary": JSON(V)]
  }

  private let file: RandomAccessFile
  private let context: Int
  private let V: Int
  private let chunks: Int
  private let rowBytes: Int
  private var rowsOfChunk: Int { context - 1 - context / 2 }

  /// Reads the header and holds the file's size against it; no row is read.
  ///
  /// - Throws: `LabelFileError.truncated` where rows are missing, `.byteOrder` for a big-endian
  ///   header, `.damaged` for sizes beyond bounds and for bytes after the last row; `FileError`.
  package init(_ path: String) throws {
    file = try RandomAccessFile(path)
    func cut(_ reason: String) -> LabelFileError { .truncated(path: path, reason: reason) }
    guard file.size >= Self.headerBytes else {
      throw cut("\(file.size) bytes, the header has \(Self.headerBytes)")
    }
    var reader = ByteReader(try file.read(at: 8, count: 12), named: path)
    let numbers: [Int32] = [try reader.read(), try reader.read(), try reader.read()]
    func isPlausible(_ numbers: [Int32]) -> Bool {
      (2...(1 << 24)).contains(numbers[0]) && (1...(1 << 24)).contains(numbers[1])
        && (1...(1 << 24)).contains(numbers[2])
    }
    guard isPlausible(numbers) else {
      if isPlausible(numbers.map(\.byteSwapped)) {
        throw LabelFileError.byteOrder(
          path: path, reason: "context, vocabulary and chunks are big-endian")
      }
      throw LabelFileError.damaged(
        path: path,
        reason: "context \(numbers[0]), vocabulary \(numbers[1]), chunks \(numbers[2])")
    }
    (context, V, chunks) = (Int(numbers[0]), Int(numbers[1]), Int(numbers[2]))
    rowBytes = 2 * (2 * ((V + 1) / 2) + 4)
    guard context * chunks <= Self.mostTokens else {
      throw LabelFileError.damaged(path: path, reason: "\(context) times \(chunks) tokens")
    }
    let due = Self.headerBytes + 4 * context * chunks + chunks * rowsOfChunk * rowBytes
    guard file.size >= due else {
      let rows = max(0, file.size - Self.headerBytes - 4 * context * chunks) / rowBytes
      throw cut(
        "\(file.size) bytes, \(chunks) chunks of \(context) tokens need \(due): "
          + "\(rows) of \(chunks * rowsOfChunk) rows are there")
    }
    guard file.size == due else {
      throw LabelFileError.damaged(
        path: path, reason: "\(file.size - due) bytes after the last row")
    }
  }

  package func forEach(_ body: (LabelSequence) throws -> Void) throws {
    for chunk in 0..<chunks {
      try Interruption.check()
      var reader = ByteReader(
        try file.read(at: Self.headerBytes + 4 * context * chunk, count: 4 * context),
        named: file.path)
      var tokens: [Int32] = []
      for _ in 0..<context { tokens.append(try reader.read()) }
      let start = Self.headerBytes + 4 * context * chunks + chunk * rowsOfChunk * rowBytes
      try body(
        LabelSequence(
          name: "chunk \(chunk)", tokens: tokens, rowCount: rowsOfChunk,
          firstTarget: context / 2 + 1
        ) { row in
          try self.row(at: start + row * rowBytes)
        })
    }
  }

  private func row(at offset: Int) throws -> LabelRow {
    let bytes = try file.read(at: offset, count: rowBytes)
    func number(_ at: Int) -> Float {
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) })
    }
    let (step, least) = (number(0), number(4))
    return .dense(
      (0..<V).map { v in
        let code = UInt32(bytes[8 + 2 * v]) | UInt32(bytes[9 + 2 * v]) << 8
        return step * Float(code) + least
      })
  }
}
