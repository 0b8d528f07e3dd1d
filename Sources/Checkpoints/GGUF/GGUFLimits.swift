/// Limits for a GGUF file's header, so that an untrusted file costs little time and memory. Each is
/// far beyond real files.
enum GGUFLimits {
  /// Total header bytes. The largest vocabularies take 20 MB.
  static let header = 256 << 20
  /// Metadata keys; real files have fewer than a hundred.
  static let keys = 1 << 14
  /// Bytes of a key; the format allows 65535, real ones stay below 80.
  static let keyBytes = 1 << 10
  /// Total bytes of all plain strings, which are copied; chat templates take 20 kB.
  static let stringBytes = 8 << 20
  /// Nesting depth of arrays.
  static let arrayDepth = 4
  /// Tensors; a large mixture of experts has fewer than 10000.
  static let tensors = 1 << 16
  /// Bytes of a tensor's name; ggml itself allows 63.
  static let nameBytes = 256
  /// Dimensions of a tensor, as in ggml.
  static let rank = 4
  /// The greatest alignment accepted.
  static let alignment = 1 << 20
}
