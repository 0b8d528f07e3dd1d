internal import Files
public import Stages

/// The model of a finished stage: its location and identity, with each file checked against the
/// manifest.
public struct StoredModel: Sendable {
  /// Name of the model's folder within the stage's folder.
  public static let folderName = "model"
  /// In the same folder: the weights that were best on the validation set, if these are not the
  /// last.
  public static let bestName = "best.safetensors"
  private static let weightsName = folderName + "/model.safetensors"

  /// Name of the input, for messages.
  public let name: String
  /// The stage's folder.
  public let folder: String
  /// The model's files, relative to the stage's folder.
  public let files: [String]
  /// 64 hex: the digest of the weights.
  public let fingerprint: String
  /// Path of the best weights; `nil` if they are the last.
  public let best: String?

  /// Reads every file of the model once.
  ///
  /// - Throws: `SetError.modelFile` for a file that is missing or differs from the manifest's;
  ///   `SetError.manifest`, `FileError`, `StageError.notFinished`.
  public init(_ input: StageInput) throws {
    let (folder, manifest) = (try input.require().folder, try input.require().manifest)
    let name = input.name
    let files = manifest.files.map(\.path).filter { $0.hasPrefix(Self.folderName + "/") }
    guard !files.isEmpty else {
      throw SetError.modelFile(model: name, file: Self.weightsName, expected: nil, found: nil)
    }
    let hasBest = manifest.file(Self.bestName) != nil
    for file in files + (hasBest ? [Self.bestName] : []) {
      let listed = manifest.file(file)?.sha256
      let found =
        fileExists(folder + "/" + file) ? try Manifest.entry(file, in: folder).sha256 : nil
      guard let listed, listed == found else {
        throw SetError.modelFile(model: name, file: file, expected: listed, found: found)
      }
    }
    self.name = name
    self.folder = folder
    self.files = files
    fingerprint =
      try ManifestDetails(manifest.details, of: name).optionalString("fingerprint")
      ?? manifest.file(Self.weightsName)?.sha256 ?? ""
    best = hasBest ? folder + "/" + Self.bestName : nil
  }
}
