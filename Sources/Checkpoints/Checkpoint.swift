public import Files
internal import Kernels
public import Tensors

/// A model's weights on disk, in any supported form: a folder or `.safetensors` file in Hugging
/// Face's layout, in one or several files, or a `.gguf` file.
///
/// All files are mapped: opening checks the headers and reads no weights. Names and shapes are the
/// file's own; `ModelCheckpoint` translates them to Hugging Face's.
public struct Checkpoint: Sendable {
  /// The file format.
  public enum Container: String, Sendable {
    case safetensors
    case gguf
  }

  /// The path that was opened, as given.
  public let path: String
  /// Told from the first bytes of a file, not from its name.
  public let container: Container
  /// The files that hold tensors, in order of name.
  public let files: [String]
  /// In header order, file by file.
  public let tensors: [StoredTensor]
  /// `config.json` unchanged; `nil` if there is none, as with every GGUF.
  public let configuration: JSONObject?
  /// The metadata of a GGUF file; `nil` for others.
  public let gguf: GGUFMetadata?
  /// The `__metadata__` of safetensors files, file by file.
  public let labels: [(key: String, value: String)]
  /// Whether the manifest of one of our folders covers all files; they were then checked against
  /// it. The digests of a bare folder or file are unknown.
  public let isSealed: Bool
  let mappings: [MappedFile]
  let places: [String: (tensor: Int, file: Int)]

  /// The model's description, beside the weights of a safetensors model.
  public static let configurationName = "config.json"
  /// The weights of a model in one file; of several, `SafetensorsIndex.fileName` lists them.
  public static let weightsName = "model.safetensors"
  private static let configurationLimit = 1 << 20

  /// Opens a model.
  ///
  /// - Parameter path: a folder with `config.json` and `model.safetensors` or its index, a
  ///   `.safetensors` file, an `.index.json`, or a `.gguf` file or one of its parts. A file is
  ///   recognised by its first bytes.
  /// In a folder with a manifest of ours, files that differ from the manifest are refused.
  ///
  /// - Throws: `CheckpointError` for any fault in a header, before a weight is read; `seal` for a
  ///   file that differs from its manifest.
  public init(_ path: String) throws(CheckpointError) {
    if Folder.isFolder(path) {
      try self.init(folder: path)
      return
    }
    let start = try Self.start(of: path)
    guard !LargeFilePointer.begins(start) else {
      throw .form(path: path, reason: LargeFilePointer.advice)
    }
    if start.starts(with: GGUFHeader.magic) {
      let files = try GGUFParts.open(GGUFFile(path))
      try self.init(
        path: path, container: .gguf, parts: files.map { ($0.mapped, $0.tensors) },
        configuration: nil, gguf: files[0].metadata, labels: [])
    } else if path.hasSuffix(".index.json") {
      try self.init(index: path, named: path)
    } else if start.count > 8, start[8] == UInt8(ascii: "{") {
      let file = try SafetensorsFile(path)
      try self.init(
        path: path, container: .safetensors,
        parts: [(file.mapped, file.header.entries.map(\.stored))],
        configuration: try Self.configuration(in: Paths.parent(of: path)), gguf: nil,
        labels: file.header.metadata)
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
      // Both would hold the weights, and nothing tells which one is meant.
      guard !fileExists(index) else {
        throw .form(
          path: folder,
          reason: "holds both \(Self.weightsName) and \(SafetensorsIndex.fileName), two sets of "
            + "weights -- move one of them away")
      }
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

  /// Advice for the error message, from what the folder holds instead.
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
    var labels: [(String, String)] = []
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
      labels += file.header.metadata
    }
    if count < index.places.count {
      let found = Set(parts.flatMap { $0.1.map(\.name) })
      if let name = index.places.keys.filter({ !found.contains($0) }).min() {
        throw .missing(file: path, name: name)
      }
    }
    try self.init(
      path: name, container: .safetensors, parts: parts,
      configuration: try Self.configuration(in: folder), gguf: nil, labels: labels)
  }

  /// - Precondition: no duplicate names.
  private init(
    path: String, container: Container, parts: [(MappedFile, [StoredTensor])],
    configuration: JSONObject?, gguf: GGUFMetadata?, labels: [(String, String)]
  ) throws(CheckpointError) {
    self.path = path
    self.container = container
    self.configuration = configuration
    self.gguf = gguf
    self.labels = labels.map { (key: $0.0, value: $0.1) }
    mappings = parts.map(\.0)
    files = parts.map(\.0.path)
    tensors = parts.flatMap(\.1)
    var places: [String: (tensor: Int, file: Int)] = [:]
    for (file, part) in parts.enumerated() {
      for tensor in part.1 { places[tensor.name] = (places.count, file) }
    }
    self.places = places
    var read = files
    if configuration != nil {
      let place = Folder.isFolder(path) ? path : Paths.parent(of: path)
      read.append("\(place)/\(Self.configurationName)")
    }
    do throws(ManifestError) {
      isSealed = try Seal.check(read, takesStrangers: !Folder.isFolder(path))
    } catch {
      throw .seal(error)
    }
  }

  /// Path of `config.json`, if there is one.
  package var configurationPath: String {
    (Folder.isFolder(path) ? path : Paths.parent(of: path)) + "/" + Self.configurationName
  }

  private static func start(of path: String) throws(CheckpointError) -> [UInt8] {
    do throws(FileError) {
      let file = try RandomAccessFile(path)
      return try file.read(at: 0, count: min(16, file.size))
    } catch {
      throw .file(error)
    }
  }

  /// `config.json` of a folder; `nil` if there is none.
  private static func configuration(in folder: String) throws(CheckpointError) -> JSONObject? {
    let path = "\(folder)/\(configurationName)"
    guard fileExists(path) else { return nil }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readFile(path, limit: configurationLimit)
    } catch {
      throw .file(error)
    }
    guard !LargeFilePointer.begins(bytes) else {
      throw .form(path: path, reason: LargeFilePointer.advice)
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
