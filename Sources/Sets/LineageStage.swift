public import Files
internal import Stages

/// A finished stage beside a model, and what its manifest says of it.
public struct LineageStage: Sendable {
  /// As the pipeline calls it.
  public let name: String
  /// Its folder, as it was given.
  public let folder: String
  /// As the stage wrote it.
  public let manifest: Manifest

  /// `nil` for a folder that no stage has finished.
  init?(_ folder: String) {
    guard let manifest = try? Manifest.read(from: folder) else { return nil }
    var name = Paths.last(of: folder)
    // A run names folders after stages and their keys.
    if let key = manifest.stage?["key"]?.stringValue, name.hasSuffix("-" + key.prefix(12)) {
      name = String(name.dropLast(13))
    }
    self.name = name
    self.folder = folder
    self.manifest = manifest
  }

  /// Its resolved settings.
  public var configuration: JSON { manifest.stage?["configuration"] ?? .null }
  /// 64 hex: the stage key; `nil` where the manifest does not say.
  public var key: String? { manifest.stage?["key"]?.stringValue }
  /// The stage's code version.
  public var version: Int? { manifest.stage?["version"]?.intValue }

  /// Contents of its inputs that make a product.
  func inputs(_ product: StageProduct) -> [String] {
    (manifest.stage?["inputs"]?.arrayValue ?? []).filter {
      $0["makes"]?.arrayValue?.contains(JSON(product.rawValue)) ?? false
    }.compactMap { $0["content"]?.stringValue }
  }

  private var details: JSONObject { manifest.details }

  /// Whether it took its model in from elsewhere.
  public var isImport: Bool { details["imported"] == true }
  var isEvaluation: Bool { details["test_set"] != nil }

  // Of a training.
  /// What was minimised: a name, or an object with its settings.
  public var objective: JSON? { details["objective"] }
  /// `hard`, `smoothed` or `soft`.
  public var labels: String? { details["labels"]?.stringValue }
  /// Updates made.
  public var steps: Int? { details["steps"]?.intValue }
  /// Target tokens seen, repeats counted.
  public var targetTokens: Int? { details["tokens"]?.intValue }
  /// Samples seen at least once.
  public var samplesSeen: Int? { details["unique_samples"]?.intValue }
  /// Floating-point operations of the training, without those of a living teacher.
  public var operations: Double? { details["flops"]?.doubleValue }
  /// Whether it started from a checkpoint, and what was pruned away of that.
  public var hasStart: Bool { details["start"] != nil }
  /// What was pruned away of the checkpoint; `nil`: nothing.
  public var pruning: JSON? { details["pruning"] }

  // Of a model.
  /// Number of weights.
  public var parameterCount: Int? { details["parameters"]?.intValue }
  /// Digest of its weights.
  public var fingerprint: String? { details["fingerprint"]?.stringValue }

  // Of a set.
  /// Whose distributions it holds: `teacher`, `oracle` or `none`.
  public var source: String? { details["source"]?.stringValue }
  /// Name of the encoding of its distributions.
  public var encoding: String? { details["encoding"]?.stringValue }
  /// Whether a verifier accepted every record; `nil` where nothing is claimed.
  public var isVerified: Bool? { details["verified"]?.boolValue }
  /// Records in the set.
  public var recordCount: Int? { manifest.counts?["records"]?.intValue }
}
