public import Kernels

/// A tensor to be written, without its weights.
public struct WrittenTensor: Sendable, Equatable {
  /// As the file is to spell it; no two tensors of a file may have the same.
  public let name: String
  /// Outermost axis first.
  public let shape: [Int]
  /// The format that the float32 weights are rounded to; each writer says which it takes.
  public let format: StorageFormat

  /// - Parameter shape: outer axis first.
  public init(name: String, shape: [Int], format: StorageFormat) {
    self.name = name
    self.shape = shape
    self.format = format
  }

  /// Product of the shape; 1 for a scalar.
  package var elementCount: Int { shape.reduce(1, *) }
}
