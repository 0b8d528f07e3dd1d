internal import Files
public import Kernels
public import Tensors

/// A mapped GGUF file: the whole header is checked on opening, the weights are read in place.
public struct GGUFFile: Sendable {
  /// As given to `init`; names the file in messages.
  public let path: String
  /// Metadata, and the place of every tensor, checked against the file's size.
  public let header: GGUFHeader
  let mapped: MappedFile
  private let places: [String: Int]

  /// - Throws: `CheckpointError` for any fault in the header; weights are not checked.
  public init(_ path: String) throws(CheckpointError) {
    self.path = path
    do throws(FileError) {
      mapped = try MappedFile(path)
    } catch {
      throw .file(error)
    }
    header = try GGUFHeader(mapped)
    places = Dictionary(
      header.tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The header's; of a model in several files, the first file has the model's.
  public var metadata: GGUFMetadata { header.metadata }
  /// The tensors of this file alone, in the order of its list.
  public var tensors: [StoredTensor] { header.tensors }

  /// The header's description of a tensor; `nil` if there is none of that name.
  public func tensor(named name: String) -> StoredTensor? { places[name].map { tensors[$0] } }

  /// A tensor's weights, in place.
  ///
  /// - Throws: `missing` for an unknown name.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows {
    guard let tensor = tensor(named: name) else { throw .missing(file: path, name: name) }
    return try mapped.rows(of: tensor)
  }
}
