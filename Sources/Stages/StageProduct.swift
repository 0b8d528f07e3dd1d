/// What stages make and read: it determines which stage may follow which.
public enum StageProduct: String, CaseIterable, Sendable {
  /// Records in an archive.
  case set
  /// A set with tokens, masks and distributions.
  case labels
  case model
  case order
  case evaluation
  case report
  /// Sets in the formats of other tools.
  case export

  /// With its article.
  var noun: String {
    switch self {
    case .set: "a set"
    case .labels: "a label set"
    case .model: "a model"
    case .order: "an order"
    case .evaluation: "an evaluation"
    case .report: "a report"
    case .export: "an export"
    }
  }
}

/// One input that a stage reads, or several of one product.
public struct StageNeed: Sendable, Equatable {
  /// How many inputs of the product there may be: 1, 0 or 1, at least 1, any number.
  public enum Count: Sendable { case one, perhapsOne, oneOrMore, any }

  /// What the inputs must hold.
  public let product: StageProduct
  /// How many of them.
  public let count: Count
  /// What the input is for.
  public let purpose: String

  /// Exactly one input of this product.
  public init(_ product: StageProduct, _ purpose: String) {
    self.init(product, .one, purpose)
  }

  /// - Parameter purpose: what the input is for, in a few words.
  public init(_ product: StageProduct, _ count: Count, _ purpose: String) {
    self.product = product
    self.count = count
    self.purpose = purpose
  }

  /// `set: what is learnt`, `set, if any: validation`.
  public var words: String {
    let number =
      switch count {
      case .one: ""
      case .perhapsOne: ", if any"
      case .oneOrMore: ", one or more"
      case .any: ", any number"
      }
    return "\(product.rawValue)\(number): \(purpose)"
  }

  /// `a set (what is learnt)`, `perhaps a set (validation)`: as an error lists it.
  var expectation: String {
    let noun = product.noun
    let number =
      switch count {
      case .one: noun
      case .perhapsOne: "perhaps \(noun)"
      case .oneOrMore: "\(noun) or several"
      case .any: "\(noun) or none or several"
      }
    return "\(number) (\(purpose))"
  }

  /// Whether the stage requires it.
  public var isNeeded: Bool { count == .one || count == .oneOrMore }
}

extension Stage {
  /// No needs.
  public static var needs: [StageNeed] { [] }
  /// No product of `StageProduct` for another stage.
  public static var makes: [StageProduct] { [] }

  /// Whether every stage of this kind multiplies matrices, which takes a model.
  public static var multiplies: Bool {
    makes.contains(.model) || needs.contains { $0.product == .model && $0.isNeeded }
  }

  /// Whether a stage of these inputs may multiply matrices: its manifest then names the library
  /// that did.
  public static func multiplies(given inputs: [StageInput]) -> Bool {
    multiplies || inputs.contains { $0.makes.contains(.model) }
  }

  /// Placeholder inputs for a stage of this kind: one for each required need, from the first kind
  /// that makes that product and nothing else, if there is one.
  public static func placeholderInputs(among kinds: [any Stage.Type]) -> [StageInput] {
    needs.filter(\.isNeeded).compactMap { need in
      let makers = kinds.filter { $0.makes.contains(need.product) }
      let maker = makers.first { $0.makes.count == 1 } ?? makers.first
      return maker.map {
        StageInput(name: $0.kind, kind: $0.kind, makes: $0.makes, finished: nil)
      }
    }
  }

  /// Every setting that a stage of this kind reads, in the order of reading.
  ///
  /// They come from `init` itself, run with a reader that records what is read and answers with
  /// defaults. Nothing is opened and nothing is drawn.
  /// - Parameters:
  ///   - kinds: every kind of stage, for this one's inputs.
  ///   - placeholders: the reader's answers.
  /// - Throws: what `init` throws, which is a defect of the stage.
  public static func declaredSettings(
    among kinds: [any Stage.Type], placeholders: Settings.Placeholders = .plain
  ) throws -> [SettingDeclaration] {
    var settings = Settings(describing: placeholders)
    do {
      _ = try Self(&settings, inputs: placeholderInputs(among: kinds))
    } catch is Settings.EndOfDescription {}
    return settings.declared
  }
}
