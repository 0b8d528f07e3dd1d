public import Files
public import Kernels
internal import Tensors

/// A teacher's readout `(V, width)`: stored once beside hidden labels, whose distributions are
/// `softmax(readout · hidden)`.
public struct Readout: Sendable {
  /// The file in a set's folder: safetensors, one tensor.
  public static let fileName = "readout.safetensors"
  static let tensorName = "readout.weight"

  /// Rows of the readout, V.
  public let vocabulary: Int
  /// Width of a hidden state, C.
  public let width: Int
  /// `(vocabulary, width)`.
  public let weights: Floats

  /// - Precondition: as many weights as vocabulary times width.
  public init(_ weights: Floats, vocabulary: Int, width: Int) {
    precondition(weights.count == vocabulary * width && width > 0)
    self.weights = weights
    self.vocabulary = vocabulary
    self.width = width
  }

  /// 64 hex: the digest of the weights, however they are stored.
  public var digest: String { SHA256.hash(bytes).hex }

  /// The bytes of the file: weights as bfloat16 or float16 where these hold every one of them
  /// exactly, as they do where the teacher's own file does, else as float32.
  public var bytes: [UInt8] {
    let values = weights.array
    let elements: TensorElements
    if values.allSatisfy({ $0.bitPattern & 0xFFFF == 0 }) {
      elements = .bfloat16bits(values.map { UInt16($0.bitPattern >> 16) })
    } else {
      let halves = Float16Bits.encode(values)
      let areExact = zip(values, halves).allSatisfy {
        $0.bitPattern == Float16Bits.decode($1).bitPattern
      }
      elements = areExact ? .float16bits(halves) : .float32(values)
    }
    return Safetensors.encode([
      (name: Self.tensorName, tensor: Tensor(shape: [vocabulary, width], elements: elements))
    ])
  }

  /// Reads the file of a set, after checking it against the manifest.
  ///
  /// - Throws: `ManifestError` for a missing or another file, `CheckpointError`, and
  ///   `SoftLabelError.shape` for another shape than `(vocabulary, width)`.
  public init(in folder: String, manifest: Manifest, vocabulary: Int, width: Int) throws {
    guard let listed = manifest.file(Self.fileName) else {
      throw ManifestError.missingFile(folder: folder, file: Self.fileName)
    }
    let path = folder + "/" + Self.fileName
    let found = try Manifest.entry(Self.fileName, in: folder)
    guard found.sha256 == listed.sha256 else {
      throw ManifestError.fileDigest(
        path: path, expected: listed.sha256, found: found.sha256)
    }
    let file = try SafetensorsFile(path)
    let rows = try file.rows(of: Self.tensorName)
    guard rows.rowCount == vocabulary, rows.columnCount == width else {
      throw SoftLabelError.shape(
        sample: path, expected: "a readout of shape (\(vocabulary), \(width))",
        found: "(\(rows.rowCount), \(rows.columnCount))")
    }
    if let at = rows.firstNotFinite {
      throw SoftLabelError.unreadable(
        sample: path, reason: "element \(at) of \(Self.tensorName) is not finite")
    }
    let weights = Floats(zeros: vocabulary * width)
    rows.dequantize(into: weights)
    self.init(weights, vocabulary: vocabulary, width: width)
  }

  /// Rows of a tile, chosen to fit the caches beside their logits.
  private static let tileRows = 64

  /// Calls `body` with the log-probabilities of some rows of states, tile by tile.
  ///
  /// - Parameters:
  ///   - rows: of the states, in the order wanted.
  ///   - body: receives the place of the tile's first row among `rows`, and `(count, vocabulary)`
  ///     values.
  func forEachTile<Failure: Error>(
    of states: HiddenStates, rows: [Int32],
    _ body: (_ first: Int, _ count: Int, _ logProbabilities: Floats) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(states.width == width)
    let most = min(Self.tileRows, rows.count)
    let hidden = Floats(zeros: most * width)
    let logits = Floats(zeros: most * vocabulary)
    for first in stride(from: 0, to: rows.count, by: max(1, most)) {
      let count = min(most, rows.count - first)
      states.gather(into: hidden, rows: rows.span.extracting(first..<(first + count)))
      let tile = logits[0..<(count * vocabulary)]
      MatrixEngine.openBLAS.product(
        c: tile, a: hidden, b: weights, .transposed, m: count, n: vocabulary, k: width)
      logSoftmax(y: tile, x: tile, rows: count, vocabulary: vocabulary)
      try body(first, count, tile)
    }
  }
}
