package import Files
internal import Archives
internal import Tensors

/// The cache of Megatron-LM's offline distillation: a tar, or a folder of them.
///
///     _meta.json              identity of the data; how rows were kept
///     <iteration>.pt.zst      torch.save of {values, indices_low, bit_17}, by zstd
///
/// `values` are log-probabilities (sequence, batch, k), falling; an id is bit_17 * 65536 +
/// indices_low. Entries below -999 are outside the nucleus, and are none. The file holds no tokens:
/// `--tokens` gives those of its texts, in order. Source: NVIDIA/Megatron-LM,
/// megatron/training/distillation.
package struct MegatronRecord: LabelSource {
  package let format = "megatron"
  package let scale = RowScale.logProbabilities
  /// The values are float16: half a step, relative.
  package let precision = 0x1p-11
  package let isRanked = true
  package let mayHaveLastRow = true
  package let vocabulary: Int? = nil
  /// `saver` of `_meta.json`; empty where the first tar does not begin with that member.
  package private(set) var facts: JSONObject = [:]

  private let tars: [String]
  /// Bytes of a member's content: at most so many, and so many for each byte of the member.
  private static let blobLimit = 1 << 31
  private static let blobRatio = 256
  private static let smallBlob = 64 << 20
  private static let absent: Float = -999

  /// Whether a tar begins like one of these.
  static func begins(_ path: String) -> Bool {
    guard var tar = try? TarEntries(path), let first = try? tar.next() else { return false }
    return first.name == "_meta.json" || first.name.hasSuffix(".pt.zst")
  }

  /// - Parameter path: a tar, or a folder of them, read in order of the number that ends their
  ///   names.
  /// - Throws: `LabelFileError.format` for a folder without a tar, what its first member is refused
  ///   for (`LabelFileError.truncated`, `.damaged`), `FileError`.
  package init(_ path: String) throws {
    if Folder.isFolder(path) {
      let names = try Folder.names(in: path).filter { $0.hasSuffix(".tar") }
      func number(_ name: String) -> (Int, String) {
        (name.dropLast(4).split(separator: "_").last.flatMap { Int($0) } ?? 0, name)
      }
      tars = names.sorted { number($0) < number($1) }.map { path + "/" + $0 }
    } else {
      tars = [path]
    }
    guard let first = tars.first else {
      throw LabelFileError.format(path: path, reason: "holds no .tar")
    }
    var tar = try TarEntries(first)
    if let entry = try tar.next(), entry.name == "_meta.json",
      let meta = try? JSON.parse(entry.bytes), let saver = meta["saver"]
    {
      facts = ["saver": saver]
    }
  }

  package func forEach(_ body: (LabelSequence) throws -> Void) throws {
    for path in tars {
      var tar = try TarEntries(path)
      while let entry = try tar.next() {
        guard entry.name.hasSuffix(".pt.zst") else { continue }
        try Interruption.check()
        let name = path + ": " + entry.name
        let blob: [UInt8]
        do throws(ArchiveError) {
          let limit = max(Self.smallBlob, Self.blobRatio * entry.bytes.count)
          blob = try ZstdBytes.decompressed(
            entry.bytes, limit: min(Self.blobLimit, limit), named: name)
        } catch {
          throw LabelFileError.truncated(path: name, reason: "\(error)")
        }
        try read(TorchFile(blob, named: name), named: name, body)
      }
    }
  }

  private func read(
    _ file: TorchFile, named name: String, _ body: (LabelSequence) throws -> Void
  ) throws {
    guard case .dictionary(let root) = file.root else {
      throw LabelFileError.damaged(path: name, reason: "holds no dictionary")
    }
    func tensors(_ key: String) throws -> [Tensor] {
      guard let value = root[key] else {
        throw LabelFileError.damaged(path: name, reason: "holds no \(key)")
      }
      let all = try (value.elements ?? [value]).compactMap { try file.tensor($0) }
      guard !all.isEmpty else {
        throw LabelFileError.damaged(path: name, reason: "\(key) holds no tensor")
      }
      return all
    }
    let (values, low, high) = (
      try tensors("values"), try tensors("indices_low"), try tensors("bit_17")
    )
    guard values.map(\.shape) == low.map(\.shape), low.map(\.shape) == high.map(\.shape),
      values.allSatisfy({ $0.shape.count == 3 })
    else {
      throw LabelFileError.damaged(
        path: name,
        reason: "values, indices_low and bit_17 are not of one shape (sequence, batch, k)")
    }
    for (place, tensor) in values.enumerated() {
      let (T, B, K) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
      guard let numbers = tensor.floats, let lower = TokenArray.ids(of: low[place].elements),
        let upper = TokenArray.ids(of: high[place].elements)
      else {
        throw LabelFileError.damaged(
          path: name, reason: "numbers of other types than floats and ids")
      }
      for b in 0..<B {
        try body(
          LabelSequence(
            name: "\(Paths.last(of: name)), microbatch \(place), text \(b)", tokens: nil,
            rowCount: T
          ) { t in
            var (ids, row): ([Int32], [Float]) = ([], [])
            for i in ((t * B + b) * K)..<((t * B + b + 1) * K) where !(numbers[i] <= Self.absent) {
              // A narrower integer type may have made the lower bits negative.
              ids.append((upper[i] == 0 ? 0 : 1 << 16) | lower[i] & 0xFFFF)
              row.append(numbers[i])
            }
            return .sparse(ids: ids, values: row)
          })
      }
    }
  }
}
