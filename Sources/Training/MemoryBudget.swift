internal import Files
internal import Kernels
internal import Models
internal import Stages

/// The memory that a training may take: the setting `memory`, from which the number of samples that
/// go through the model at once follows.
///
/// Every buffer of a training is allocated at its start or has a size that is known there, so the
/// sum is arithmetic: it depends on settings and samples, never on the machine, and so do the bytes
/// of what is trained. Results are those of the whole batch but for the order of sums
/// (`Students.md`).
struct MemoryBudget {
  private static let key = "memory"
  private static let units: [(String, Double)] = [
    ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40), ("KB", 1e3), ("MB", 1e6),
    ("GB", 1e9), ("TB", 1e12), ("B", 1),
  ]
  /// What the program itself takes: code, libraries, stacks of threads, tables.
  private static let program = 64 << 20

  /// Bytes; `nil` where the setting is left out, which then is not in the key.
  ///
  /// - Parameter microBatch: what the setting of that name says.
  static func read(
    _ settings: inout Settings, microBatch: Int?
  ) throws(ConfigurationError) -> Int? {
    let raw = settings.takeRaw(
      key,
      .other(
        "size",
        schema: [
          "anyOf": [
            ["type": "integer", "minimum": 1],
            ["type": "string", "pattern": #"^[0-9]+(\.[0-9]+)? ?([KMGT]i?)?B$"#],
          ]
        ]),
      "memory that the training may take, like 4GiB: micro_batch is chosen for it; none: not limited"
    )
    guard let raw else { return nil }
    guard let bytes = raw.intValue ?? raw.stringValue.flatMap(parse), bytes > 0 else {
      throw settings.error(
        key, "expected a size like 4GiB, 900MiB or a number of bytes, found \(raw.text.prefix(60))")
    }
    if microBatch != nil {
      throw settings.error(key, "chooses micro_batch, which is given too -- leave one of them out")
    }
    settings.resolve(key, JSON(bytes))
    return bytes
  }

  private static func parse(_ text: String) -> Int? {
    guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
    let digits = text.dropLast(unit.utf8.count)
    let number = digits.last == " " ? digits.dropLast() : digits
    guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
      let value = Double(number), value.isFinite
    else { return nil }
    return Int(exactly: (value * factor).rounded(.down))
  }

  /// A size for people.
  static func words(_ bytes: Int) -> String {
    let size = Double(bytes) / 0x1p20
    return size >= 1024 ? "\((size / 10.24).rounded(.up) / 100)GiB" : "\(Int(size.rounded(.up)))MiB"
  }

  let settings: TrainingSettings
  let model: TransformerConfiguration
  /// Floats that are learnt, and those of a projection beside them.
  let learnt: Int
  let projected: Int
  let batches: any BatchSource
  /// Width of the states that targets are rebuilt from.
  let targetWidth: Int
  /// Bytes of stored labels: of all that are held, and of each row that is read step by step.
  let labels: (held: Int, row: Int)
  /// Bytes that a living teacher takes, and those of each row of a batch.
  let teacher: (held: Int, row: Int)
  /// Tokens and masks of all samples, and what validation takes.
  let samples: Int
  let validation: Int

  /// Bytes of a training that sends so many samples through the model at once.
  func bytes(microBatch count: Int) -> Int {
    let sizes = batches.largestSizes(of: count)
    let weights = ParameterLayout(model).count
    // Of a batch that is cut, the last piece may be small.
    let rest = settings.batch % count
    let pass = TrainingPass.bytes(
      configuration: model, parts: settings.parts,
      maximumTokensPerPart: max(sizes.sequence, min(sizes.rows, TrainingPass.sliceRows)),
      maximumTokens: sizes.rows, targetWidth: targetWidth, fewest: rest == 0 ? count : rest,
      most: count)
    let float = MemoryLayout<Float>.stride
    // Values and two moments, as much again twice while a state is written: as arrays and as bytes.
    let state = 3 * float * (learnt + projected)
    let kept = (validation > 0 ? 1 : 0) + (settings.averaging == nil ? 0 : 1)
    let adapted = settings.adapter == nil ? 0 : float * (weights + 2 * learnt)
    return Self.program + float * weights + pass + 3 * state + 3 * kept * float * learnt + adapted
      + projected * float * settings.parts + labels.held + labels.row * sizes.rows + teacher.held
      + teacher.row * sizes.rows + samples + validation
  }

  /// The most samples that fit, at most a batch.
  ///
  /// - Throws: `TrainingError.memory` where not even one does.
  func microBatch(within bytes: Int) throws(TrainingError) -> Int {
    let least = self.bytes(microBatch: 1)
    guard least <= bytes else {
      throw .memory(given: Self.words(bytes), least: Self.words(least))
    }
    if self.bytes(microBatch: settings.batch) <= bytes { return settings.batch }
    var (fits, exceeds) = (1, settings.batch)
    while exceeds - fits > 1 {
      let middle = (fits + exceeds) / 2
      if self.bytes(microBatch: middle) <= bytes { fits = middle } else { exceeds = middle }
    }
    return fits
  }
}
