public import Files
public import Kernels

/// A model's weights on disk, in whichever form they come: a folder or `.safetensors` file in
/// Hugging Face's layout, one file or many, or a `.gguf` file.
///
/// Everything is mapped: opening checks the headers and reads no weight. Names and shapes are the
/// file's own; `ModelCheckpoint` gives them Hugging Face's.
public struct Checkpoint: Sendable {
  /// The file format.
  public enum Container: String, Sendable {
    case safetensors
    case gguf
  }

  /// What was opened, as it was named.
  public let path: String
  public let container: Container
  /// The files that hold tensors, in the order of their names.
  public let files: [String]
  /// In the order of the headers, file by file.
  public let tensors: [StoredTensor]
  /// `config.json` as it stands; `nil` where there is none, as beside every GGUF.
  public let configuration: JSONObject?
  /// The metadata of a GGUF file; `nil` for others.
  public let gguf: GGUFMetadata?
  private let mappings: [MappedFile]
  private let places: [String: (tensor: Int, file: Int)]

  public static let configurationName = "config.json"
  public static let weightsName = "model.safetensors"
  private static let configurationLimit = 1 << 20

  /// Opens a model.
  ///
  /// - Parameter path: a folder with `config.json` and `model.safetensors` or its index, a
  ///   `.safetensors` file, an `.index.json`, or a `.gguf` file; a file is known by its first bytes.
  /// - Throws: `CheckpointError` for anything wrong in a header, before a weight is read.
  public init(_ path: String) throws(CheckpointError) {
    if Folder.isFolder(path) {
      try self.init(folder: path)
      return
    }
    let start = try Self.start(of: path)
    if start.starts(with: GGUFHeader.magic) {
      let file = try GGUFFile(path)
      if let count = try file.metadata.optionalInt("split.count"), count > 1 {
        throw .form(
          path: path,
          reason: "one of \(count) parts of a model -- join them with llama-gguf-split "
            + "--merge")
      }
      self.init(
        path: path, container: .gguf, parts: [(file.mapped, file.tensors)], configuration: nil,
        gguf: file.metadata)
    } else if path.hasSuffix(".index.json") {
      try self.init(index: path, named: path)
    } else if start.count > 8, start[8] == UInt8(ascii: "{") {
      let file = try SafetensorsFile(path)
      self.init(
        path: path, container: .safetensors,
        parts: [(file.mapped, file.header.entries.map(\.stored))],
        configuration: try Self.configuration(in: Paths.parent(of: path)), gguf: nil)
    } else {
      throw .form(
        path: path,
        reason: "neither GGUF (its first bytes are not GGUF) nor safetensors (its ninth "
          + "byte is no '{') -- name a model's folder, a .safetensors or a .gguf file")
    }
  }

  private init(folder: String) throws(CheckpointError) {
    let weights = "\(folder)/\(Self.weightsName)"
    let index = "\(folder)/\(SafetensorsIndex.fileName)"
    if fileExists(weights) {
      try self.init(weights)
      guard configuration != nil else {
        throw .form(path: folder, reason: "holds no \(Self.configurationName)")
      }
    } else if fileExists(index) {
      try self.init(index: index, named: folder)
    } else {
      throw .form(
        path: folder,
        reason: "holds neither \(Self.weightsName) nor \(SafetensorsIndex.fileName)"
          + Self.advice(folder))
    }
  }

  /// What else the folder offers.
  private static func advice(_ folder: String) -> String {
    let names = (try? Folder.names(in: folder)) ?? []
    if let name = names.first(where: { $0.hasSuffix(".gguf") }) {
      return " -- name the file: \(folder)/\(name)"
    }
    if names.contains(where: { $0.hasSuffix(".bin") || $0.hasSuffix(".pth") }) {
      return " -- pickled weights are not read: save the model with safetensors"
    }
    return " -- name a model's folder, a .safetensors or a .gguf file"
  }

  private init(index path: String, named name: String) throws(CheckpointError) {
    let folder = Paths.parent(of: path)
    let index = try SafetensorsIndex(path)
    var parts: [(MappedFile, [StoredTensor])] = []
    var count = 0
    for (number, shard) in index.shards.enumerated() {
      let file = try SafetensorsFile("\(folder)/\(shard)")
      for entry in file.header.entries where index.places[entry.name] != number {
        throw .tensor(
          file: file.path, name: entry.name,
          reason:
            "the index \(index.places[entry.name] == nil ? "does not name it" : "places it in another file")"
        )
      }
      count += file.header.entries.count
      parts.append((file.mapped, file.header.entries.map(\.stored)))
    }
    if count < index.places.count {
      let found = Set(parts.flatMap { $0.1.map(\.name) })
      if let name = index.places.keys.filter({ !found.contains($0) }).min() {
        throw .missing(file: path, name: name)
      }
    }
    self.init(
      path: name, container: .safetensors, parts: parts,
      configuration: try Self.configuration(in: folder), gguf: nil)
  }

  /// - Precondition: no name twice.
  private init(
    path: String, container: Container, parts: [(MappedFile, [StoredTensor])],
    configuration: JSONObject?, gguf: GGUFMetadata?
  ) {
    self.path = path
    self.container = container
    self.configuration = configuration
    self.gguf = gguf
    mappings = parts.map(\.0)
    files = parts.map(\.0.path)
    tensors = parts.flatMap(\.1)
    var places: [String: (tensor: Int, file: Int)] = [:]
    for (file, part) in parts.enumerated() {
      for tensor in part.1 { places[tensor.name] = (places.count, file) }
    }
    self.places = places
  }

  private static func start(of path: String) throws(CheckpointError) -> [UInt8] {
    do throws(FileError) {
      let file = try RandomAccessFile(path)
      return try file.read(at: 0, count: min(16, file.size))
    } catch {
      throw .file(error)
    }
  }

  /// `config.json` of a folder; `nil` where there is none.
  private static func configuration(in folder: String) throws(CheckpointError) -> JSONObject? {
    let path = "\(folder)/\(configurationName)"
    guard fileExists(path) else { return nil }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readFile(path, limit: configurationLimit)
    } catch {
      throw .file(error)
    }
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes)
    } catch {
      throw .header(file: path, at: error.offset, reason: error.reason)
    }
    guard let object = json.objectValue else {
      throw .header(file: path, at: 0, reason: "expected an object, found \(json.kindName)")
    }
    return object
  }
}

extension Checkpoint {
  /// What the files say about a tensor; `nil` for a name that is not there.
  public func tensor(named name: String) -> StoredTensor? {
    places[name].map { tensors[$0.tensor] }
  }

  /// A tensor's weights, in place.
  ///
  /// - Throws: `missing` for a name that is not there, `tensor` for a type that holds no weights.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows {
    guard let place = places[name] else { throw .missing(file: path, name: name) }
    return try mappings[place.file].rows(of: tensors[place.tensor])
  }

  /// Rows of a tensor as float32.
  ///
  /// - Parameters:
  ///   - rows: of the tensor as a matrix of its innermost axis; all of them by default.
  ///   - destination: `(rows, columnCount)`, overwritten.
  /// - Throws: as `rows(of:)`.
  /// - Precondition: the rows are there, and the destination fits.
  public func read(
    _ name: String, rows: Range<Int>? = nil, into destination: Floats
  ) throws(CheckpointError) {
    let stored = try self.rows(of: name)
    (rows.map { stored[$0] } ?? stored).dequantize(into: destination)
  }

  /// Weights in all; what holds no weights (masks, positions) does not count.
  public var parameterCount: Int {
    tensors.reduce(0) { $0 + ($1.format == nil ? 0 : $1.elementCount) }
  }

  /// Bytes of all files together.
  public var fileBytes: Int { mappings.reduce(0) { $0 + $1.size } }

  /// Refuses NaN and infinities among the weights, in one pass over all files.
  ///
  /// Work is cut by tensors and runs of rows, so that the first in the files' order is named for
  /// any number of threads.
  ///
  /// - Throws: `notFinite` for the first.
  public func requireFinite(_ pool: WorkerPool) throws(CheckpointError) {
    struct Piece: Sendable {
      let tensor: StoredTensor
      let rows: StoredRows
      let file: String
      let firstElement: Int
    }
    var pieces: [Piece] = []
    for tensor in tensors where tensor.format != nil && tensor.elementCount > 0 {
      let all = try rows(of: tensor.name)
      let file = places[tensor.name].map { files[$0.file] } ?? path
      // About 4 MiB each.
      let step = max(1, (4 << 20) / max(1, all.rowBytes))
      for first in stride(from: 0, to: all.rowCount, by: step) {
        pieces.append(
          Piece(
            tensor: tensor, rows: all[first..<min(first + step, all.rowCount)], file: file,
            firstElement: first * all.columnCount))
      }
    }
    for mapping in mappings { mapping.expectReading() }
    let found: [Int?]
    do {
      let pieces = pieces
      found = try pool.map(pieces.count) { pieces[$0].rows.firstNotFinite }
    } catch {
      throw .form(path: path, reason: "\(error)")
    }
    guard let index = found.firstIndex(where: { $0 != nil }), let at = found[index] else { return }
    let piece = pieces[index]
    let columns = piece.rows.columnCount
    let row = Floats(zeros: columns)
    piece.rows[(at / columns)..<(at / columns + 1)].dequantize(into: row)
    throw .notFinite(
      file: piece.file, name: piece.tensor.name, at: piece.firstElement + at,
      value: row[at % columns].description)
  }
}
