internal import Files
internal import Stages
internal import Tensors

/// The order file that a training follows: positions in the set, batch after batch.
struct TrainingOrder: Sendable {
  let positions: [Int]
  /// SHA-256 of `order.npy`.
  let digest: String

  /// Reads the order and holds it against the set and the settings.
  ///
  /// The set is known by its ids: the same samples with other labels keep their order.
  init(_ input: StageInput, ids: [String], entries: Int) throws {
    let (folder, manifest) = (try input.require().folder, try input.require().manifest)
    let name = input.name
    guard let listed = manifest.file(Self.file) else {
      throw TrainingError.order(name: name, reason: "its manifest lists no \(Self.file)")
    }
    let bytes = try readFile(folder + "/" + Self.file)
    let found = SHA256.hash(bytes).hex
    guard found == listed.sha256 else {
      throw ManifestError.fileDigest(
        path: folder + "/" + Self.file, expected: listed.sha256, found: found)
    }
    digest = found
    guard manifest.details["ids"]?.stringValue == Self.digest(of: ids) else {
      throw TrainingError.order(
        name: name, reason: "was made for other samples than the set's -- plan it for this set")
    }
    let tensor = try NPY.decode(bytes, named: folder + "/" + Self.file)
    guard case .uint32(let order) = tensor.elements, tensor.shape == [order.count] else {
      throw TrainingError.order(
        name: name,
        reason: "\(Self.file) is \(tensor.type.rawValue) of shape \(tensor.shape), "
          + "expected one row of U32")
    }
    guard order.count == entries else {
      throw TrainingError.order(
        name: name,
        reason: "has \(order.count.counted("entry", plural: "entries")), steps × batch are "
          + "\(entries) -- give both stages the same steps and batch")
    }
    if let wrong = order.first(where: { Int($0) >= ids.count }) {
      throw TrainingError.order(
        name: name, reason: "names position \(wrong), the set has \(ids.count.counted("sample"))")
    }
    positions = order.map { Int($0) }
  }

  static let file = "order.npy"

  /// What a set's samples are known by, whatever is stored with them.
  static func digest(of ids: [String]) -> String {
    var hasher = SHA256()
    for id in ids { hasher.update(id + "\n") }
    return hasher.finalize().hex
  }
}
