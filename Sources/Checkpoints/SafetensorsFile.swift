internal import Files

/// A safetensors file whose tensors are read one by one, so that a model never lies in memory
/// twice. The header is checked as a whole when the file is opened.
public struct SafetensorsFile: Sendable {
  public let path: String
  public let header: SafetensorsHeader
  private let file: RandomAccessFile
  private let places: [String: Int]

  /// - Throws: what `Safetensors.decode` throws, before any tensor is read.
  public init(_ path: String) throws(CheckpointError) {
    self.path = path
    do {
      file = try RandomAccessFile(path)
      let prefix = try file.read(at: 0, count: min(SafetensorsHeader.prefix, file.size))
      let length = try SafetensorsHeader.length(of: prefix, fileSize: file.size, named: path)
      let json = try file.read(at: SafetensorsHeader.prefix, count: length)
      header = try SafetensorsHeader(json: json, fileSize: file.size, named: path)
    } catch let error as CheckpointError {
      throw error
    } catch let error as FileError {
      throw .file(error)
    } catch {
      throw .frame(file: path, at: 0, reason: "\(error)")
    }
    places = Dictionary(
      header.entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Names in the order of the header.
  public var names: [String] { header.entries.map(\.name) }

  /// What the header says about a tensor; `nil` for a name that is not there.
  public func entry(named name: String) -> SafetensorsHeader.Entry? {
    places[name].map { header.entries[$0] }
  }

  /// Reads one tensor.
  ///
  /// - Throws: `missing` for a name that is not there, `file` when it cannot be read.
  public func tensor(named name: String) throws(CheckpointError) -> Tensor {
    guard let entry = entry(named: name) else { throw .missing(file: path, name: name) }
    do {
      let bytes = try file.read(at: entry.range.lowerBound, count: entry.range.count)
      let elements = bytes.withUnsafeBytes { TensorElements(entry.type, bytes: $0) }
      return Tensor(shape: entry.shape, elements: elements)
    } catch {
      throw .file(error)
    }
  }
}
