public import Kernels
public import Models
internal import Parallel

/// A model's weights, packed once for decoding; several decoders may share them.
///
/// They are copies: the parameters or the file they came from are not kept.
public struct DecoderWeights: Sendable {
  public let configuration: TransformerConfiguration
  public let format: WeightFormat
  let packed: PackedDecoder

  /// - Parameter threads: how many pack; the result does not depend on it.
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

  /// Packs straight from a file: a few rows at a time are float32 on the way.
  ///
  /// - Parameter keepingStored: leaves matrices of Q8_0 and Q4_1 in their own bits; products with
  ///   them are those of the dequantised weights in float32, bit for bit. All others are packed in
  ///   `format`.
  /// - Throws: as `ModelFile.parameters`.
  /// - Precondition: `format` is float32 where bits are kept.
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

  /// A forward pass with a cache for so many sequences.
  ///
  /// - Parameter logitRows: most rows of logits of a step; one for each slot by default.
  func forward(
    slots: Int, positions: Int, rowCapacity: Int, logitRows: Int? = nil, pool: WorkerPool
  ) -> CachedForward {
    CachedForward(
      weights: packed, rotary: RotaryTable.layers(of: configuration, positionCount: positions),
      slots: slots, positions: positions, rowCapacity: rowCapacity, logitRows: logitRows,
      pool: pool)
  }

  /// How many sequences of so many positions, at most `wanted`, have room for their keys and values
  /// in half of the machine's memory.
  ///
  /// - Throws: `ModelError.memory` where not even one has.
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

  /// Bytes that the packed weights take.
  public var byteCount: Int {
    let matrices =
      packed.layers.flatMap(\.matrices) + [packed.embedding]
      + (configuration.tiesEmbeddings ? [] : [packed.readout])
    return matrices.reduce(0) { $0 + $1.byteCount }
  }
}
