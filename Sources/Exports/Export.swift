internal import Archives
internal import Auditing
internal import Files
internal import Randomness
internal import Sets
internal import Tasks
internal import Verifiers

/// Writes sets as a folder for other tools, with a card.
public struct Export: Sendable {
  /// The form of the files, found by its name.
  public let format: any ExportFormat.Type
  /// What the format is told.
  public var options = ExportOptions()
  /// Heading of the card.
  public var title = "A dataset"
  /// As the Hugging Face hub spells licences: `mit`, `cc-by-4.0`, `other`.
  public var license = "other"
  /// Mutants that each family's verifier is audited with for the card; 0: none.
  public var auditedMutants = 0

  /// - Throws: `ExportError.unknownFormat`.
  public init(format name: String) throws(ExportError) {
    guard let format = ExportFormats.all.first(where: { $0.name == name }) else {
      throw .unknownFormat(name, known: ExportFormats.all.map { $0.name })
    }
    self.format = format
  }

  /// Writes all files of the splits, and the card last, into an existing folder.
  ///
  /// - Returns: what was written of each split.
  /// - Throws: `ExportError.sameName`, and as the format's `write`.
  @discardableResult
  public func write(_ splits: [ExportSplit], to folder: String) throws -> [ExportedSplit] {
    var names: Set<String> = []
    for split in splits where !names.insert(split.name).inserted {
      throw ExportError.sameName(split.name)
    }
    let writer = format.init(options)
    var facts = SetFacts()
    var written: [(split: ExportedSplit, content: String)] = []
    for split in splits {
      written.append((try writer.write(split, to: folder), split.set.reader.manifest.content))
      try split.forEachRecord { facts.add($0, split: split.name) }
    }
    let card = DataCard(
      title: title, license: license, format: format, facts: facts, splits: written,
      audits: try audits(of: facts))
    let file = try OutputFile(creating: folder + "/README.md")
    try file.write(Array(card.text.utf8))
    try file.finish()
    return written.map(\.split)
  }

  private func audits(of facts: SetFacts) throws -> [MutationAudit] {
    guard auditedMutants > 0 else { return [] }
    return try facts.families.keys.sorted().compactMap { name in
      guard let family = Families.named(name) as? any WalkFamily,
        let verifier = Verifiers.named(name)
      else { return nil }
      return try MutationAudit(
        of: verifier, family: family, mutants: auditedMutants, seed: Seed(options.seed))
    }
  }
}
