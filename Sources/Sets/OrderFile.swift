public import Archives
internal import Tensors
public import Files
public import Stages

/// The order in which a set is learnt: positions, batch after batch (`Sets.md`).
///
/// The set is identified by the digest of its ids: the same samples with other labels keep their
/// order.
public struct OrderFile: Sendable {
  /// A NumPy file of shape (steps * batch), U32.
  public static let fileName = "order.npy"

  /// Positions in the set.
  public let positions: [UInt32]
  /// SHA-256 of the file.
  public let digest: String

  /// Writes a stage's order file.
  public static func write(_ positions: [UInt32], in folder: String) throws(FileError) {
    let file = try OutputFile(creating: folder + "/" + fileName)
    try file.write(
      NPY.encode(Tensor(shape: [positions.count], elements: .uint32(positions))))
    try file.finish()
  }

  /// The stage's manifest details about the set that it orders.
  public static func details(entries: Int, over set: ArchiveReader) -> JSONObject {
    [
      "entries": JSON(entries), "set": JSON(set.manifest.content), "set_size": JSON(set.count),
      "ids": JSON(set.idsDigest.hex),
    ]
  }

  /// Reads an order and checks it against the set and the settings.
  ///
  /// - Parameter entries: the number required.
  /// - Throws: `SetError.order`, `SetError.manifest`, `ManifestError`, `FileError`,
  ///   `CheckpointError`; `StageError.notFinished`.
  public init(_ input: StageInput, over set: ArchiveReader, entries: Int) throws {
    let (folder, manifest) = (try input.require().folder, try input.require().manifest)
    let path = folder + "/" + Self.fileName
    func wrong(_ reason: String) -> SetError { .order(name: input.name, reason: reason) }
    guard let listed = manifest.file(Self.fileName) else {
      throw wrong("its manifest lists no \(Self.fileName)")
    }
    let bytes = try readFile(path)
    digest = SHA256.hash(bytes).hex
    guard digest == listed.sha256 else {
      throw ManifestError.fileDigest(path: path, expected: listed.sha256, found: digest)
    }
    let ids = try ManifestDetails(manifest.details, of: input.name).optionalString("ids")
    guard ids == set.idsDigest.hex else {
      throw wrong("was made for other samples than the set's -- plan it for this set")
    }
    let tensor = try NPY.decode(bytes, named: path)
    guard case .uint32(let order) = tensor.elements, tensor.shape == [order.count] else {
      throw wrong(
        "\(Self.fileName) is \(tensor.type.rawValue) of shape \(tensor.shape), expected one row of "
          + "U32")
    }
    guard order.count == entries else {
      throw wrong(
        "has \(order.count.counted("entry", plural: "entries")), steps × batch are \(entries) -- "
          + "give both stages the same steps and batch")
    }
    if let beyond = order.first(where: { Int($0) >= set.count }) {
      throw wrong("names position \(beyond), the set has \(set.count.counted("sample"))")
    }
    positions = order
  }
}
