internal import Files
public import Kernels
public import Tensors

/// A GGUF file, mapped: its header checked as a whole when it is opened, its weights read in place.
public struct GGUFFile: Sendable {
  public let path: String
  public let header: GGUFHeader
  let mapped: MappedFile
  private let places: [String: Int]

  /// - Throws: `CheckpointError` for anything wrong in the header; no weight is looked at.
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

  public var metadata: GGUFMetadata { header.metadata }
  public var tensors: [StoredTensor] { header.tensors }

  /// What the header says about a tensor; `nil` for a name that is not there.
  public func tensor(named name: String) -> StoredTensor? { places[name].map { tensors[$0] } }

  /// A tensor's weights, in place.
  ///
  /// - Throws: `missing` for a name that is not there.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows {
    guard let tensor = tensor(named: name) else { throw .missing(file: path, name: name) }
    return try mapped.rows(of: tensor)
  }
}
