internal import Files
public import Kernels
internal import Stages

/// How rows of a few tokens are made and stored: what the settings of `topk`, `sampled` and
/// `topk+sampled` say, and what the manifest keeps of it.
public struct SparseForm: Sendable, Equatable {
  /// How the kept logarithms of probabilities are stored.
  public enum Values: String, CaseIterable, Sendable {
    /// As halves.
    case exact
    /// As whole numbers of steps.
    case rounded
  }

  /// How tokens are drawn.
  public enum Method: String, CaseIterable, Sendable {
    /// One uniform number a row, and as many equally spaced points as draws: a token is met
    /// floor(N p) or ceil(N p) times.
    case systematic
    /// Each draw by itself, as in random-sampling distillation.
    case independent
  }

  /// The likeliest tokens.
  public struct Head: Sendable, Equatable {
    /// k, of which fewer are kept where the vocabulary is smaller.
    public var count: Int
    /// Whether fewer are kept where the vocabulary is smaller: nobody asked for so many.
    public var isDefault: Bool
    /// How their logarithms are stored; `step` counts for `rounded` alone.
    public var values: Values
    /// Nats between neighbouring rounded values.
    public var step: Double

    /// - Parameter count: tokens that are kept.
    public init(
      count: Int, isDefault: Bool = false, values: Values = .exact, step: Double = 0.0625
    ) {
      self.count = count
      self.isDefault = isDefault
      self.values = values
      self.step = step
    }
  }

  /// Tokens drawn from what is not in the head.
  public struct Draws: Sendable, Equatable {
    /// N, draws a row. Fewer entries come of them: a token drawn twice is one.
    public var count: Int
    /// Whether the draws of a row depend on each other.
    public var method: Method
    /// Tokens are drawn in proportion to the probability to this power, and weighed accordingly.
    public var proposal: Double
    /// With the sample's id and the row it fixes what is drawn. Of a set that is read it is 0.
    public var seed: UInt64

    /// - Parameter count: draws a row.
    public init(
      count: Int, method: Method = .systematic, proposal: Double = 1, seed: UInt64 = 0
    ) {
      self.count = count
      self.method = method
      self.proposal = proposal
      self.seed = seed
    }
  }

  /// `nil`: all entries are drawn.
  public var head: Head?
  /// `nil`: only the likeliest are kept, and the mass of the others as a sum.
  public var draws: Draws?
  /// What training makes of the mass outside the head, where nothing is drawn from it.
  public var tail: TailPolicy
  /// At which the mass outside the head is known; 1 comes first.
  public var temperatures: [Float]
  /// `nil`: every target holds a label.
  public var positions: LabelledPositions?

  /// - Precondition: a head, draws, or both.
  public init(
    head: Head?, draws: Draws?, tail: TailPolicy = .ghost, temperatures: [Float] = [1],
    positions: LabelledPositions? = nil
  ) {
    precondition(head != nil || draws != nil)
    self.head = head
    self.draws = draws
    self.tail = tail
    self.temperatures = temperatures
    self.positions = positions
  }

  /// Tokens in the head of a row over V tokens.
  public func headCount(vocabulary: Int) -> Int {
    min(head?.count ?? 0, vocabulary)
  }

  /// Entries that a row may have.
  func capacity(vocabulary: Int) -> Int {
    max(1, min(vocabulary, headCount(vocabulary: vocabulary) + (draws?.count ?? 0)))
  }

  /// Why it does not suit a vocabulary; `nil` if it does.
  func misfit(vocabulary: Int) -> String? {
    guard let head, !head.isDefault, head.count > vocabulary else { return nil }
    return "k: expected at most the vocabulary's \(vocabulary) tokens, found \(head.count)"
  }

  /// What memory holds of rows in this form.
  public var meaning: SparseRows.Meaning {
    draws == nil ? .kept(tail: tail, temperatures: temperatures) : .draws
  }

  /// Numbers beside the entries of a row: the entropy, and the odds of the tail.
  var sideCount: Int { 1 + (head == nil ? 0 : temperatures.count) }

  /// How far rounding may carry the sum of a row.
  var tolerance: Float {
    guard let head, head.values == .rounded else { return 4e-3 }
    return 4e-3 + Float(head.step)
  }
}

extension SparseForm {
  /// The settings of a head.
  ///
  /// - Parameter count: kept unless `k` is given.
  static func head(
    _ settings: inout Settings, count: Int
  ) throws(ConfigurationError) -> Head {
    let isGiven = settings.has("k")
    let k = try settings.int(
      "k", default: count, in: 1...65_536,
      "likeliest tokens that a row keeps; by default no more than the vocabulary has")
    let values = try settings.choice(
      "values", default: Values.exact,
      "how their logarithms are stored: halves, or rounded to whole steps")
    let step = try settings.when("values", is: Values.rounded.rawValue) {
      settings throws(ConfigurationError) in
      try settings.double(
        "step", default: 0.0625, in: 0.001...1, "nats between neighbouring rounded values")
    }
    return Head(count: k, isDefault: !isGiven, values: values, step: step ?? 0.0625)
  }

  /// The settings of draws.
  static func draws(
    _ settings: inout Settings, count: Int
  ) throws(ConfigurationError) -> Draws {
    Draws(
      count: try settings.int("draws", default: count, in: 1...4096, "tokens drawn a row"),
      method: try settings.choice(
        "method", default: Method.systematic,
        "equally spaced points from one random number a row, or independent draws"),
      proposal: try settings.double(
        "proposal", default: 1, in: 0.25...1,
        "tokens are drawn in proportion to their probability to this power, and weighed accordingly"
      ),
      seed: try settings.seed())
  }

  /// The temperatures at which tails are stored.
  static func temperatures(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> [Float] {
    let raw = settings.takeRaw(
      "temperatures",
      .other(
        "list of numbers",
        schema: ["type": "array", "items": ["type": "number", "minimum": 0.1, "maximum": 100]]),
      default: .value(JSON(defaultTemperatures) { JSON(Double($0)) }),
      "at which the mass of the tokens outside the head is stored, so that the kept ones are exact there; "
        + "1 is always among them")
    var found = defaultTemperatures
    if let raw {
      let numbers = raw.arrayValue?.map(\.doubleValue)
      guard let numbers, numbers.count <= 64,
        numbers.allSatisfy({ $0.map { (0.1...100) ~= $0 } ?? false })
      else {
        throw settings.error(
          "temperatures", "expected a list of numbers from 0.1 to 100, found \(raw.text)")
      }
      found = [1]
      for number in numbers.compactMap({ $0 }) where !found.contains(Float(number)) {
        found.append(Float(number))
      }
    }
    settings.resolve("temperatures", JSON(found) { JSON(Double($0)) })
    return found
  }

  private static let defaultTemperatures: [Float] = [1, 1.5, 2, 4]
}

extension SparseForm {
  /// What the manifest says of it.
  func details(vocabulary: Int) -> JSONObject {
    var facts: JSONObject = [:]
    if let head {
      facts["k"] = JSON(headCount(vocabulary: vocabulary))
      facts["values"] = JSON(head.values.rawValue)
      if head.values == .rounded { facts["step"] = .double(head.step) }
      facts["temperatures"] = JSON(temperatures) { .double(Double($0)) }
    }
    if let draws {
      facts["draws"] = JSON(draws.count)
      facts["method"] = JSON(draws.method.rawValue)
      facts["proposal"] = .double(draws.proposal)
      facts["seed"] = JSON(Int(clamping: draws.seed))
    } else {
      facts["tail"] = JSON(tail.rawValue)
    }
    if let positions { facts["positions"] = positions.json }
    return facts
  }

  /// Reads that back.
  ///
  /// - Parameters:
  ///   - hasHead, hasDraws: what the encoding has.
  /// - Throws: `SoftLabelError.shape` for a key that is missing or out of range.
  init(
    _ set: StoredLabelSet, _ encoding: String, hasHead: Bool, hasDraws: Bool
  ) throws(SoftLabelError) {
    let given = set.details ?? [:]
    func wrong(_ key: String, _ expected: String) -> SoftLabelError {
      .shape(
        sample: set.name, expected: "the manifest's \"\(encoding)\" with \(key), \(expected)",
        found: given[key].map(\.text) ?? "nothing")
    }
    func number(_ key: String, _ range: ClosedRange<Double>) throws(SoftLabelError) -> Double {
      guard let value = given[key]?.doubleValue, range ~= value else {
        throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    func word<Word: RawRepresentable<String> & CaseIterable>(
      _ key: String, _ type: Word.Type
    ) throws(SoftLabelError) -> Word {
      guard let value = given[key]?.stringValue.flatMap(Word.init(rawValue:)) else {
        throw wrong(key, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return value
    }
    var head: Head?
    var temperatures: [Float] = [1]
    if hasHead {
      let values = try word("values", Values.self)
      head = Head(
        count: Int(try number("k", 1...Double(set.vocabulary))), values: values,
        step: values == .rounded ? try number("step", 0.001...1) : 0.0625)
      let found = given["temperatures"]?.arrayValue?.compactMap { $0.doubleValue.map { Float($0) } }
      guard let found, found.first == 1, found.count <= 64,
        found.allSatisfy({ (0.1...100) ~= $0 })
      else { throw wrong("temperatures", "a list that begins with 1") }
      temperatures = found
    }
    var draws: Draws?
    if hasDraws {
      draws = Draws(
        count: Int(try number("draws", 1...4096)), method: try word("method", Method.self),
        proposal: try number("proposal", 0.25...1), seed: 0)
    }
    let positions = given["positions"].flatMap(LabelledPositions.init(json:))
    guard given["positions"] == nil || positions != nil else {
      throw wrong("positions", "how they were selected")
    }
    self.init(
      head: head, draws: draws, tail: hasDraws ? .ghost : try word("tail", TailPolicy.self),
      temperatures: temperatures, positions: positions)
  }
}
