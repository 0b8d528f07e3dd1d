/// Bounds of what is read of a GGUF file's header, so that a file nobody has checked costs neither
/// time nor memory. Each is far beyond what a real file has.
enum GGUFLimits {
  /// Header bytes in all. The largest vocabularies take 20 MB.
  static let header = 256 << 20
  /// Metadata keys; real files have less than a hundred.
  static let keys = 1 << 14
  /// Bytes of a key; the format allows 65535, real ones stay below 80.
  static let keyBytes = 1 << 10
  /// Bytes of all plain strings together, which are copied; chat templates take 20 kB.
  static let stringBytes = 8 << 20
  /// Arrays in arrays.
  static let arrayDepth = 4
  /// Tensors; a large mixture of experts has fewer than 10000.
  static let tensors = 1 << 16
  /// Bytes of a tensor's name; ggml itself takes 63.
  static let nameBytes = 256
  /// Dimensions of a tensor, as ggml has it.
  static let rank = 4
  /// The greatest alignment taken.
  static let alignment = 1 << 20
}
