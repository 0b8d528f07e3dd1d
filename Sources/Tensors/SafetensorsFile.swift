package import Files
public import Kernels

/// A mapped safetensors file: the whole header is checked on opening; tensors are copied out one by
/// one or read in place, so that a model is never in memory twice.
public struct SafetensorsFile: Sendable {
  /// As given to `init`; names the file in messages.
  public let path: String
  /// The place of every tensor, checked against the file's size.
  public let header: SafetensorsHeader
  /// The whole file, header included: an entry's `range` counts from its first byte.
  package let mapped: MappedFile
  private let places: [String: Int]

  /// - Throws: as `Safetensors.decode`, before any tensor is read.
  public init(_ path: String) throws(CheckpointError) {
    self.path = path
    do throws(FileError) {
      mapped = try MappedFile(path)
    } catch {
      throw .file(error)
    }
    header = try mapped.withBytes { bytes throws(CheckpointError) in
      guard !LargeFilePointer.begins(bytes.prefix(64)) else {
        throw .form(path: path, reason: LargeFilePointer.advice)
      }
      return try SafetensorsHeader(of: bytes, named: path)
    }
    places = Dictionary(
      header.entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Names in header order.
  public var names: [String] { header.entries.map(\.name) }

  /// The header's entry for a tensor; `nil` if there is none of that name.
  public func entry(named name: String) -> SafetensorsHeader.Entry? {
    places[name].map { header.entries[$0] }
  }

  /// Copies one tensor.
  ///
  /// - Throws: `missing` for an unknown name.
  public func tensor(named name: String) throws(CheckpointError) -> Tensor {
    guard let entry = entry(named: name) else { throw .missing(file: path, name: name) }
    return mapped.withBytes { bytes in
      let elements = TensorElements(
        entry.type, bytes: UnsafeRawBufferPointer(rebasing: bytes[entry.range]))
      return Tensor(shape: entry.shape, elements: elements)
    }
  }

  /// A tensor's weights, in place.
  ///
  /// - Throws: `missing` for an unknown name, `tensor` for a type that holds no weights.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows {
    guard let entry = entry(named: name) else { throw .missing(file: path, name: name) }
    return try mapped.rows(of: entry.stored)
  }
}

extension SafetensorsHeader.Entry {
  /// The entry in the form common to all formats.
  public var stored: StoredTensor {
    let format: StorageFormat? =
      switch type {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      default: nil
      }
    return StoredTensor(
      name: name, shape: shape, typeName: type.rawValue, format: format, range: range)
  }
}
