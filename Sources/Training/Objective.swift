package import Files
package import Kernels
package import SoftLabels
package import Stages

/// A training objective: one file of `Objectives` each, looked up by its name.
///
/// An objective is settings and what follows from them; the arithmetic on rows is a `RowLoss` of
/// `Kernels`. A pipeline says `objective: NAME`, or `objective: {name: NAME, …}` with settings.
/// `Objectives/Objectives.md` says how to add one.
package protocol Objective: Sendable {
  /// As pipeline files spell it.
  static var name: String { get }
  /// One line for people.
  static var about: String { get }
  /// What the set must provide besides tokens and masks.
  static var reads: ObjectiveReading { get }

  /// Reads its settings; each has a default.
  init(_ settings: inout Settings) throws(ConfigurationError)

  /// Whether it needs a figure of the set's certificate.
  var needsCertificate: Bool { get }

  /// This objective with the values that depend on the set filled in.
  ///
  /// - Parameters:
  ///   - vocabulary: V.
  ///   - certificate: of the set's labels; read only where `needsCertificate`.
  /// - Throws: `SoftLabelError` if there is no certificate.
  func settled(
    vocabulary: Int, certificate: () throws -> Certificate
  ) throws -> Self

  /// The loss that is minimised on rows at a step: a function of the step alone.
  ///
  /// - Parameters:
  ///   - step: counted from 1.
  ///   - steps: of the whole training.
  func loss(atStep step: Int, of steps: Int) -> any RowLoss

  /// A loss that reads the labels of every row wherever they weigh something: what is looked at to
  /// see that they are read.
  func guardedLoss(atStep step: Int, of steps: Int) -> any RowLoss

  /// What the labels weigh in the loss at a step: 0 where none is read. At most 1, except where
  /// inner states are matched, whose weight may be larger.
  func labelWeight(atStep step: Int, of steps: Int) -> Double

  /// What is compared of inner states, beside the loss on rows; `nil`: nothing.
  var matching: MatchingChoice? { get }

  /// The settings that may change in the course of a training.
  var schedules: [NamedSchedule] { get }

  /// What is minimised, with the values of this training, as the report prints it.
  ///
  /// p is the label's distribution, q the student's, CE the next token's cross-entropy.
  var formula: String { get }

  /// Manifest entries of a stage besides the settings.
  var details: JSONObject { get }
}

/// What an objective reads from a set besides tokens and masks.
package enum ObjectiveReading: Sendable {
  case tokens
  /// The label of every target.
  case distributions
}

extension Objective {
  package var needsCertificate: Bool { false }
  package func settled(vocabulary: Int, certificate: () throws -> Certificate) throws -> Self {
    self
  }
  package var details: JSONObject { [:] }
  package func labelWeight(atStep step: Int, of steps: Int) -> Double { 0 }
  package var schedules: [NamedSchedule] { [] }
  package var matching: MatchingChoice? { nil }
  package func guardedLoss(atStep step: Int, of steps: Int) -> any RowLoss {
    loss(atStep: step, of: steps)
  }

  /// The loss at the end of the training, which is that of every step where nothing changes.
  package var loss: any RowLoss { loss(atStep: 1, of: 1) }

  var readsDistributions: Bool { Self.reads == .distributions }

  /// Name of the labels in manifests: `soft` for all that are distributions.
  var labelsWord: String { readsDistributions ? "soft" : Self.name }
}

extension Objectives {
  static var names: [String] { all.map { $0.name } }

  /// The objective that the settings select.
  ///
  /// - Parameters:
  ///   - fallback: used if they name none.
  ///   - alias: another key that may name one.
  static func read(
    _ settings: inout Settings, default fallback: any Objective.Type,
    alias: Settings.Alias? = nil
  ) throws(ConfigurationError) -> any Objective {
    try settings.alternative(
      "objective", among: names, default: fallback.name, alias: alias,
      "what is minimised: " + all.map { "\($0.name), \($0.about)" }.joined(separator: "; ")
    ) { name, inner throws(ConfigurationError) -> any Objective in
      let type = all.first { $0.name == name } ?? fallback
      return try type.init(&inner)
    }
  }
}
