public import Files
import Foundation
public import Stages

/// A finished stage in a temporary folder, which is removed with it.
public final class MadeStage {
  public let folder: String
  public let manifest: Manifest
  public let input: StageInput

  /// Fills a folder by `body` and seals it.
  public init(
    _ name: String, kind: String, _ body: (_ folder: String) throws -> StageResult
  ) throws {
    folder = NSTemporaryDirectory() + "retort-\(name)-\(UUID().uuidString)"
    try Folder.make(folder)
    do {
      let result = try body(folder)
      let files = try result.files.map { [folder] in try Manifest.entry($0, in: folder) }
      let digest = SHA256.hash(Array(files.map { $0.path + $0.sha256 }.joined().utf8)).hex
      manifest = Manifest(
        kind: kind, content: result.content ?? digest, files: files, archive: result.archive,
        details: result.details)
      try manifest.write(to: folder)
    } catch {
      try? Folder.remove(folder)
      throw error
    }
    let makes: [StageProduct] =
      switch kind {
      case "label": [.set, .labels]
      case "train", "distil", "import": [.model]
      case "curriculum": [.order]
      case "evaluate": [.evaluation]
      default: [.set]
      }
    input = StageInput(
      name: name, kind: kind, makes: makes,
      finished: .init(folder: folder, manifest: manifest))
  }

  deinit { try? Folder.remove(folder) }

  /// Reads settings and runs a stage, as the runner does.
  public static func run<S: Stage>(
    _: S.Type, _ name: String, with json: JSONObject, on inputs: [MadeStage], threads: Int = 1
  ) throws -> MadeStage {
    var settings = Settings(json, pipelineSeed: 42)
    let stage = try S(&settings, inputs: inputs.map(\.input))
    try settings.finish()
    return try MadeStage(name, kind: S.kind) { folder in
      try stage.run(
        StageContext(folder: folder, scratch: folder + "/scratch", threads: threads))
    }
  }

  /// Every file's digest: two folders with the same are the same.
  public var digests: [String] { manifest.files.map { $0.path + " " + $0.sha256 } }

  public var details: JSONObject { manifest.details }

  /// The objects of a file of JSON Lines.
  public func lines(_ file: String) throws -> [JSON] {
    try readFile(folder + "/" + file).split(separator: 0x0A).map { try JSON.parse(Array($0)) }
  }

  public func json(_ file: String) throws -> JSON { try JSON.parse(readFile(folder + "/" + file)) }
}
