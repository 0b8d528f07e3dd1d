/// A numerical measure of a model on a test set. One file each in `Metrics/`.
///
/// A metric is identified by its name; reports written elsewhere may name others.
public struct Metric: Sendable {
  /// What a test set must provide for the metric.
  public enum Ground: Sendable, Equatable {
    /// Nothing besides its tokens.
    case tokens
    /// The exact distributions of the task.
    case exact
    /// A teacher's distributions.
    case teacher
  }

  /// What its values are.
  public enum Unit: Sendable, Equatable {
    /// Printed in per cent.
    case share
    /// Nats per token.
    case nats
  }

  /// The positions, or the texts, that the metric covers.
  public enum Scope: Sendable, Equatable {
    case targets, choices, forced
    /// Texts that the model writes.
    case texts
  }

  /// As pipeline files and reports spell it.
  public let name: String
  /// Its position in tables, from the top.
  public let place: Int
  /// Its name in a sentence: "a lower … than".
  public let words: String
  /// Its name in a table's head.
  public let head: String
  /// Share or nats: decides how a value is printed.
  public let unit: Unit
  /// Which way an arm is better.
  public let higherIsBetter: Bool
  /// What the test set must hold for it to be measured.
  public let ground: Ground
  /// Which tokens, or which texts, it is a mean over.
  public let scope: Scope
  /// Whether no model can score below 0, because the entropy of the exact distributions is
  /// subtracted.
  public let isAboveFloor: Bool
  /// Its position among a report's tables by level, which show a few metrics; `nil`: in none,
  /// unless it is the primary one.
  public let placeByLevel: Int?
  /// The value for a sum of items; `nil` if no token or item counts.
  private let compute: @Sendable (Totals) -> Double?

  init(
    _ name: String, place: Int, words: String, head: String, unit: Unit,
    higherIsBetter: Bool = false, ground: Ground = .tokens, scope: Scope = .targets,
    isAboveFloor: Bool = false, placeByLevel: Int? = nil,
    _ compute: @escaping @Sendable (Totals) -> Double?
  ) {
    self.name = name
    self.place = place
    self.words = words
    self.head = head
    self.unit = unit
    self.higherIsBetter = higherIsBetter
    self.ground = ground
    self.scope = scope
    self.isAboveFloor = isAboveFloor
    self.placeByLevel = placeByLevel
    self.compute = compute
  }

  /// The value for a sum of items; `nil` if no token or item counts, or the items give no basis for
  /// it.
  public func value(_ totals: Totals) -> Double? {
    if ground == .teacher, !totals.isAgainstTeacher { return nil }
    return compute(totals)
  }

  /// `sum / count`; `nil` if nothing counts.
  static func mean(_ sum: Double, _ count: Int) -> Double? {
    count > 0 ? sum / Double(count) : nil
  }

  /// Whether it is printed in per cent.
  public var isShare: Bool { unit == .share }

  /// Every metric, in the order of tables.
  public static let all = generated.sorted { $0.place < $1.place }

  /// The names of all metrics, for messages.
  public static var names: [String] { all.map(\.name) }
}

/// Represented by its name, as in settings and reports.
extension Metric: RawRepresentable, CaseIterable, Hashable, Codable {
  /// As `all`, in the order of tables.
  public static var allCases: [Metric] { all }

  /// `name`, as settings and reports spell it.
  public var rawValue: String { name }

  /// The metric of that name; `nil` if there is none.
  public init?(rawValue name: String) {
    guard let known = Metric.all.first(where: { $0.name == name }) else { return nil }
    self = known
  }

  /// By name alone.
  public static func == (a: Metric, b: Metric) -> Bool { a.name == b.name }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
