public import Files

/// What planning knows about a stage's folder before it is made. `nil` means not known yet.
///
/// Outlooks are derived from settings alone, stage by stage in the order of the plan, so that what
/// is bound to fail is refused before anything runs.
public struct Outlook: Sendable, Equatable {
  /// The source of problems: two sets with a common source hold the same problems.
  public struct Source: Sendable, Equatable {
    /// Name of the stage that draws them.
    public let stage: String
    /// Its kind.
    public let kind: String
    /// Its settings, all resolved: the same kind and settings draw the same problems.
    public let settings: JSONObject
    /// A family at one level, as `family/level`; none for problems that have neither.
    public let cells: [String]
    /// `nil`: of all splits.
    public let split: String?
    /// The seed of the draws, which are the same in two stages that share it and a cell; `nil`:
    /// draws are not addressed.
    public let seed: Int?

    /// - Parameters:
    ///   - cells: families and levels that are drawn from.
    ///   - seed: `nil` where draws are not addressed.
    public init(
      stage: String, kind: String, settings: JSONObject, cells: [String] = [],
      split: String? = nil, seed: Int? = nil
    ) {
      self.stage = stage
      self.kind = kind
      self.settings = settings
      self.cells = cells
      self.split = split
      self.seed = seed
    }

    /// Why the two sources certainly share a problem; `nil` if that is not certain.
    ///
    /// A draw's stream is named by seed, family, level and index, so two stages with the same seed,
    /// split and cell begin that cell with the same problem.
    public func overlap(with other: Source) -> String? {
      if stage == other.stage { return "both come from \(stage)" }
      if kind == other.kind, settings == other.settings {
        return "\(stage) and \(other.stage) draw the same problems"
      }
      guard kind == other.kind, let seed, seed == other.seed, split == other.split,
        let cell = cells.first(where: other.cells.contains)
      else { return nil }
      return "\(stage) and \(other.stage) draw \(cell) from the same seed and split"
    }
  }

  /// Name of the stage in the pipeline file.
  public var name: String
  /// The kind of stage: `generate`.
  public var kind: String
  /// Of a set: the sources of its problems.
  public var sources: [Source]?
  /// Of a set: the most records that it can hold.
  public var mostRecords: Int?
  /// Of a set: the `verified` value of its manifest.
  public var isVerified: Bool?
  /// Of a set: whether some of its records are free prompts, which cannot be judged.
  public var hasPrompts: Bool?
  /// Of a label set, and of an evaluation its test set: `teacher`, `oracle` or `none`.
  public var labels: String?
  /// Of a label set: the block `encoding` of its settings.
  public var encoding: JSON?
  /// Of a label set: whether only some targets hold a label, so that it has no figure of all.
  public var labelsSome = false
  /// Of an evaluation: whether the model writes texts of its own.
  public var writes: Bool?
  /// Of a model: the fingerprint of its tokenizer.
  public var tokenizer: String?
  /// Of a model: the digest of an unknown chat template that it brings.
  public var unknownTemplate: String?

  /// An input of which nothing more is known.
  public init(name: String, kind: String) {
    self.name = name
    self.kind = kind
  }

  /// Why the two sets certainly share a problem; `nil` if that is not certain.
  public func overlap(with other: Outlook) -> String? {
    for source in sources ?? [] {
      for theirs in other.sources ?? [] {
        if let reason = source.overlap(with: theirs) { return reason }
      }
    }
    return nil
  }
}

/// An unusable input, as found while planning from the settings of both stages.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Name of the input.
  public let input: String
  /// What is wrong with it, without its name.
  public let reason: String

  /// Whether the reason is about the input, so that its name is put in front.
  private let isAboutInput: Bool

  /// - Parameter isAboutInput: whether the input's name is put in front of the reason.
  public init(input: String, reason: String, isAboutInput: Bool = true) {
    self.input = input
    self.reason = reason
    self.isAboutInput = isAboutInput
  }

  public var description: String { isAboutInput ? "\(input): \(reason)" : reason }
}

extension Stage {
  /// Nothing is known.
  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    Outlook(name: name, kind: Self.kind)
  }

  /// Refuses nothing.
  public func check(_ inputs: [Outlook]) throws {}
}
