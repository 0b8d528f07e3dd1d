public import Kernels
public import Models
internal import Parallel

/// A model's weights, packed once for decoding; several decoders may share them.
///
/// They are copies: the parameters or the file they came from are not kept.
public struct DecoderWeights: Sendable {
  /// Shape and family of the model that was packed.
  public let configuration: TransformerConfiguration
  /// Rounding of the inputs of products, and of weights that are not kept in a file's own bits.
  public let format: WeightFormat
  let packed: PackedDecoder

  /// - Parameter threads: number of packing threads; the result does not depend on it.
  public init(_ parameters: Parameters, format: WeightFormat = .float32, threads: Int = 1) {
    configuration = parameters.configuration
    self.format = format
    let packer = DecoderPacker(WeightSource(parameters), format: format, threads: threads)
    do {
      packed = try packer.pack()
    } catch {
      preconditionFailure("parameters in memory are read without fault: \(error)")
    }
  }

  /// Packs directly from a file; only a few rows at a time are held as float32.
  ///
  /// - Parameter keepingStored: keeps matrices of a format of `PackedWeights.storable` in their own
  ///   bits; products with them equal, bit for bit, those of the dequantised weights in float32.
  ///   All others are packed in `format`, as are matrices of one product, such as queries, keys
  ///   and values, whose formats differ, and all of a file that stores some matrix transposed.
  /// - Throws: as `ModelFile.parameters`.
  /// - Precondition: `format` is float32 if `keepingStored`.
  public init(
    _ file: ModelFile, format: WeightFormat = .float32, keepingStored: Bool = false,
    threads: Int = 1
  ) throws {
    precondition(!keepingStored || format == .float32, "bits are kept with float32 inputs")
    configuration = file.configuration
    self.format = format
    try file.requireMemory(
      bytesPerWeight: keepingStored ? 1 : format == .float32 ? 4 : format == .bfloat16 ? 2 : 1)
    let source = try WeightSource(file, keepingStored: keepingStored, threads: threads)
    packed = try DecoderPacker(source, format: format, threads: threads).pack()
  }

  /// A cached forward pass for the given number of sequences.
  ///
  /// - Parameter logitRows: most rows of logits per step; one for each slot by default.
  func forward(
    slots: Int, positions: Int, rowCapacity: Int, logitRows: Int? = nil, pool: WorkerPool
  ) -> CachedForward {
    CachedForward(
      weights: packed, rotary: RotaryTable.layers(of: configuration, positionCount: positions),
      slots: slots, positions: positions, rowCapacity: rowCapacity, logitRows: logitRows,
      pool: pool)
  }

  /// The number of sequences of `positions` positions, at most `wanted`, whose keys and values fit
  /// in half of the machine's memory.
  ///
  /// - Throws: `ModelError.memory` where not even one fits.
  public func sequences(
    upTo wanted: Int, positions: Int
  ) throws(ModelError) -> Int {
    let c = configuration
    let each =
      4 * c.layerCount * c.keyValueHeadCount
      * KeyValueCache.floats(
        positions: min(positions, c.positionCount), headWidth: c.headWidth,
        halved: format != .float32)
    guard each <= PhysicalMemory.bytes / 2 else {
      throw .memory(what: "the keys and values of \(positions) positions", bytes: each)
    }
    return max(1, min(wanted, PhysicalMemory.bytes / 2 / max(1, each)))
  }

  /// Bytes of the packed matrices, a tied readout counted once; norms and biases are left out.
  public var byteCount: Int {
    let matrices =
      packed.layers.flatMap(\.matrices) + [packed.embedding]
      + (configuration.tiesEmbeddings ? [] : [packed.readout])
    return matrices.reduce(0) { $0 + $1.byteCount }
  }
}
