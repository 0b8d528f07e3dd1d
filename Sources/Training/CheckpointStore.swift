internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Tensors

/// The checkpoints of one training: a folder for each, `step-000600`, never overwritten.
///
/// A checkpoint is valid once its manifest exists; the manifest is written last. The newest two are
/// kept; an older one is removed only after the newest has been read back.
struct CheckpointStore: Sendable {
  /// The stage's scratch folder.
  let folder: String
  /// Digest of settings and inputs; checkpoints with another digest are refused.
  let configuration: String
  let orderDigest: String
  let batch: Int

  static let kind = "training-state"
  static let stateFile = "state.json"
  static let tensorsFile = "state.safetensors"
  private static let kept = 2
  private static let projectionNames = [
    "projection", "projection_first_moments", "projection_second_moments",
  ]
  private static let prefix = "step-"

  static func name(ofStep step: Int) -> String {
    let digits = String(step)
    return prefix + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// Checkpoint folders, newest first.
  private func folders() throws(FileError) -> [(step: Int, path: String)] {
    guard Folder.isFolder(folder) else { return [] }
    return try Folder.names(in: folder).compactMap { name in
      guard name.hasPrefix(Self.prefix), let step = Int(name.dropFirst(Self.prefix.count)),
        step >= 0, Self.name(ofStep: step) == name
      else { return nil }
      return (step, folder + "/" + name)
    }.sorted { $0.step > $1.step }
  }

  /// The newest valid checkpoint. An invalid one (an interrupted write, a damaged file) is removed,
  /// and the one before it is tried.
  ///
  /// - Throws: `TrainingError.checkpoint` for one of another configuration.
  /// - Parameters:
  ///   - count: number of floats that are learnt.
  ///   - beside: of a projection that is learnt beside them; 0: there is none.
  func newest(count: Int, beside: Int = 0) throws -> SavedTraining? {
    for (_, path) in try folders() {
      if let saved = try load(path, count: count, beside: beside) { return saved }
      try Folder.remove(path)
    }
    return nil
  }

  /// - Returns: `nil` for an incomplete checkpoint.
  private func load(_ path: String, count: Int, beside: Int) throws -> SavedTraining? {
    let json: JSON
    let tensors: [(name: String, tensor: Tensor)]
    do {
      let manifest = try Manifest.read(from: path)
      try manifest.verifyFiles(in: path)
      guard manifest.kind == Self.kind else { return nil }
      json = try JSON.parse(try readFile(path + "/" + Self.stateFile))
      let file = path + "/" + Self.tensorsFile
      tensors = try Safetensors.decode(try readFile(file), named: file).tensors
    } catch is ManifestError {
      return nil
    } catch is JSONError {
      return nil
    } catch is CheckpointError {
      return nil
    }
    guard json["configuration"]?.stringValue == configuration,
      json["order"]?["sha256"]?.stringValue == orderDigest
    else {
      throw TrainingError.checkpoint(
        path: path,
        reason:
          "is of other settings or inputs, expected configuration \(configuration) -- move it "
          + "away to train from the start")
    }
    func floats(_ name: String, _ expected: Int? = nil) -> [Float]? {
      guard let tensor = tensors.first(where: { $0.name == name })?.tensor,
        case .float32(let values) = tensor.elements, values.count == expected ?? count
      else { return nil }
      return values
    }
    let best = floats("best").map { Floats($0) }
    let average = floats("average").map { Floats($0) }
    guard let weights = floats("weights"), let first = floats("first_moments"),
      let second = floats("second_moments"),
      let state = TrainingState(json, best: best, average: average)
    else { return nil }
    let projection =
      beside == 0 ? [] : Self.projectionNames.compactMap { floats($0, beside) }
    guard beside == 0 || projection.count == Self.projectionNames.count else { return nil }
    return SavedTraining(
      state: state, weights: weights, firstMoments: first, secondMoments: second,
      projection: projection)
  }

  /// Writes a checkpoint, reads it back and removes older ones.
  ///
  /// - Throws: `FileError.noSpace`, before anything is written, if it would not fit.
  func write(_ saved: SavedTraining) throws {
    let path = folder + "/" + Self.name(ofStep: saved.state.step)
    try Folder.make(folder)
    // A folder that already has this name is invalid, or this run had not reached its step.
    try Folder.remove(path)
    let files = [
      (
        Self.tensorsFile, Safetensors.encode(tensors(of: saved))
      ),
      (
        Self.stateFile,
        saved.state.json(configuration: configuration, order: orderDigest, batch: batch)
          .serialized()
      ),
    ]
    let needed = files.reduce(1 << 16) { $0 + $1.1.count }
    if let free = Folder.freeBytes(at: folder), free < needed + needed / 20 {
      throw FileError.noSpace(path: path, needs: needed + needed / 20, free: free)
    }
    try Folder.make(path)
    for (name, bytes) in files {
      let file = try OutputFile(creating: path + "/" + name)
      try file.write(bytes)
      try file.finish()
    }
    let manifest = Manifest(
      kind: Self.kind, content: SHA256.hash(files[1].1).hex,
      files: files.map {
        Manifest.File(path: $0.0, bytes: $0.1.count, sha256: SHA256.hash($0.1).hex)
      })
    try manifest.write(to: path)
    try manifest.verifyFiles(in: path)
    for old in try folders().dropFirst(Self.kept) { try Folder.remove(old.path) }
  }

  private func tensors(of saved: SavedTraining) -> [(name: String, tensor: Tensor)] {
    var all = [
      ("weights", saved.weights), ("first_moments", saved.firstMoments),
      ("second_moments", saved.secondMoments),
    ]
    if let best = saved.state.best { all.append(("best", best.weights.array)) }
    all += zip(Self.projectionNames, saved.projection)
    if let average = saved.state.average { all.append(("average", average.weights.array)) }
    return all.map { ($0.0, Tensor(shape: [$0.1.count], elements: .float32($0.1))) }
  }
}
