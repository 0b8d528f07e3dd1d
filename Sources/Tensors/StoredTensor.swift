package import Files
public import Kernels

/// A file's description of one of its tensors.
public struct StoredTensor: Sendable, Equatable {
  /// As spelt in the file.
  public let name: String
  /// Outermost axis first, in every format; empty for a scalar.
  public let shape: [Int]
  /// The type's name in the file: `F32`, `Q4_K`, `I64`.
  public let typeName: String
  /// Storage format of the weights; `nil` for types that hold no weights.
  public let format: StorageFormat?
  /// Bytes from the start of the file.
  public let range: Range<Int>

  /// - Parameters:
  ///   - typeName: as the file spells it.
  ///   - format: `nil` for a type that holds no weights.
  ///   - range: bytes from the start of the file.
  public init(
    name: String, shape: [Int], typeName: String, format: StorageFormat?, range: Range<Int>
  ) {
    self.name = name
    self.shape = shape
    self.typeName = typeName
    self.format = format
    self.range = range
  }

  /// Product of the shape.
  public var elementCount: Int { shape.reduce(1, *) }

  /// Elements of the innermost axis; 1 for a scalar.
  public var columnCount: Int { shape.last ?? 1 }

  /// Rows of `columnCount`: the product of all other axes.
  public var rowCount: Int { shape.dropLast().reduce(1, *) }
}

extension MappedFile {
  /// The weights of a tensor whose place has been checked against a header.
  ///
  /// - Throws: `tensor` for a type that holds no weights.
  package func rows(of tensor: StoredTensor) throws(CheckpointError) -> StoredRows {
    guard let format = tensor.format else {
      throw .tensor(
        file: path, name: tensor.name, reason: "\(tensor.typeName) holds no weights")
    }
    return withBytes { bytes in
      StoredRows(
        format: format, rowCount: tensor.rowCount, columnCount: tensor.columnCount,
        bytes: UnsafeRawBufferPointer(rebasing: bytes[tensor.range]), owner: self)
    }
  }
}
