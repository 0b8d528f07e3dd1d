public import Checkpoints
internal import Files
public import Kernels

extension ModelFile {
  /// Writes the model as GGUF and reads its header back: nothing is written unless a reader of the
  /// file would compute what this model computes.
  ///
  /// - Parameters: as `ModelCheckpoint.writeGGUF`.
  /// - Throws: `ModelError.configuration` for a model that GGUF would describe differently; as
  ///   `ModelCheckpoint.writeGGUF`; `FileError.exists`.
  public func writeGGUF(
    to path: String, format: StorageFormat, general: [(String, GGUFValue)],
    tokenizer: [(String, GGUFValue)]
  ) throws {
    guard !fileExists(path) else { throw FileError.exists(path: path) }
    try AtomicFile.requireReplaceable(path)
    let temporary = Paths.parent(of: path) + "/.tmp-export-" + Paths.last(of: path)
    defer { try? Folder.remove(temporary) }
    do {
      try checkpoint.writeGGUF(
        to: temporary, format: format, general: general, tokenizer: tokenizer)
    } catch let error as FileError {
      throw error.naming(path, for: temporary)
    }
    let written = try ModelFile(temporary)
    if let difference = configuration.asInGGUF.difference(from: written.configuration.asInGGUF) {
      throw ModelError.configuration(
        key: difference.key,
        reason: "is \(difference.own), which has no form in GGUF here: a reader would take "
          + difference.other)
    }
    try Folder.rename(temporary, to: path)
  }
}

extension TransformerConfiguration {
  /// The part that GGUF keeps: numbers as float32, and no initial deviation of weights.
  fileprivate var asInGGUF: Self {
    func single(_ x: Double) -> Double { Double(Float(x)) }
    var c = self
    c.initializerRange = 1
    c.normEpsilon = single(normEpsilon)
    c.rotaryBase = single(rotaryBase)
    c.features.windowedRotaryBase = features.windowedRotaryBase.map(single)
    c.features.queryScalar = features.queryScalar.map(single)
    switch scaling {
    case .none: break
    case .linear(let factor): c.scaling = .linear(factor: single(factor))
    case .llama3(let factor, let low, let high, let original):
      c.scaling = .llama3(
        factor: single(factor), low: single(low), high: single(high), original: single(original))
    case .yarn(let factor, let original, let fast, let slow, let amplitude, let truncates):
      c.scaling = .yarn(
        factor: single(factor), original: single(original), fast: single(fast), slow: single(slow),
        amplitude: single(amplitude), truncates: truncates)
    }
    return c
  }

  /// The first part in which two configurations differ, in words.
  fileprivate func difference(
    from other: Self
  ) -> (key: String, own: String, other: String)? {
    for (a, b) in zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children) {
      let (own, found) = (String(describing: a.value), String(describing: b.value))
      if own != found { return (a.label ?? "configuration", own, found) }
    }
    return self == other ? nil : ("configuration", "\(self)", "\(other)")
  }
}
