public import Kernels

/// A tensor to be written, without its weights.
public struct WrittenTensor: Sendable, Equatable {
  public let name: String
  /// Outermost axis first.
  public let shape: [Int]
  public let format: StorageFormat

  /// - Parameter shape: outer axis first.
  public init(name: String, shape: [Int], format: StorageFormat) {
    self.name = name
    self.shape = shape
    self.format = format
  }

  package var elementCount: Int { shape.reduce(1, *) }
}
