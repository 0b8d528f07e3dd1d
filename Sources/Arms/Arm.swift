/// How the students of one arm of a comparison learn: everything that planning, costs, verdicts and
/// the page ask of it.
///
/// What an arm is stands here and nowhere else; nothing is concluded from how its name is spelt.
public struct Arm: Sendable, Equatable {
  /// Whose distributions an arm's students learn towards.
  public enum Target: Sendable, Equatable {
    /// The traces' own tokens: any set that holds tokens will do.
    case tokens
    /// The tokens, smoothed to the mean entropy that a label set's certificate states.
    case meanEntropy
    /// A teacher's distributions.
    case teacher
    /// The exact distributions of the task.
    case oracle
  }

  /// What is paid before a student of the arm can learn.
  public enum Payment: Sendable, Equatable {
    /// The teacher's forward passes over the labelled samples.
    case labelling
    /// The training of the teacher.
    case teacher
  }

  /// As pipeline files and reports spell it.
  public let name: String
  /// The kind of stage that trains it.
  public let stage: String
  /// What it is trained towards: the setting `objective` of that stage.
  public let objective: String
  /// Keys of `compare` that are settings of this arm's objective.
  public let options: [String]
  public let target: Target
  public let pays: [Payment]
  /// The arm of the highest rank is the one that a verdict is about; of equals the last one named.
  public let rank: Int
  /// Whether differences are taken from this arm.
  public let isBaseline: Bool
  /// Another arm that this one is set against too, beside the baseline: what it has to beat.
  public let control: String?
  /// What its students learn from, in a table.
  public let words: String
  /// What its column of costs leaves out; `nil`: nothing.
  public let unpaid: String?
  /// The number of its mark and colour on the page.
  public let mark: Int

  public static func == (a: Arm, b: Arm) -> Bool { a.name == b.name }
}

extension Arm {
  /// Every arm, in the order in which messages list them.
  public static let all = [
    Arm(
      name: "scratch", stage: "train", objective: "hard", options: [], target: .tokens, pays: [],
      rank: 0, isBaseline: true, control: nil, words: "the traces' own tokens",
      unpaid: nil, mark: 0),
    Arm(
      name: "scratch-ls", stage: "train", objective: "smoothed", options: ["smoothing"],
      target: .meanEntropy, pays: [], rank: 1, isBaseline: false, control: nil,
      words: "the same, smoothed to the mean entropy of the teacher's labels",
      unpaid:
        "Smoothing (scratch-ls) uses one number of the teacher's labels, which is not charged "
        + "to it.",
      mark: 1),
    Arm(
      name: "kd-full", stage: "distil", objective: "forward-kl", options: ["temperature", "mix"],
      target: .teacher, pays: [.labelling, .teacher], rank: 3, isBaseline: false,
      control: "scratch-ls", words: "the teacher's whole distributions", unpaid: nil, mark: 2),
    Arm(
      name: "kd-rkl", stage: "distil", objective: "reverse-kl",
      options: ["temperature", "mix", "floor"], target: .teacher, pays: [.labelling, .teacher],
      rank: 3, isBaseline: false, control: "kd-full",
      words: "the teacher's whole distributions, by the reverse divergence", unpaid: nil, mark: 4),
    Arm(
      name: "kd-oracle", stage: "distil", objective: "forward-kl", options: ["temperature", "mix"],
      target: .oracle, pays: [], rank: 1, isBaseline: false, control: nil,
      words: "the exact distributions of the task", unpaid: nil, mark: 3),
  ]

  /// The rank of an arm that is not listed: its name says nothing of what it costs or means, but
  /// who names it beside the listed controls asks about it.
  public static let unlistedRank = 2

  /// The arm of that name; `nil` for one that a report of elsewhere names.
  public static func named(_ name: String) -> Arm? { all.first { $0.name == name } }

  /// The names of all arms, for messages.
  public static var names: [String] { all.map(\.name) }

  /// What manifests of its trainings call the labels.
  public var labelsWord: String {
    switch target {
    case .tokens, .meanEntropy: objective
    case .teacher, .oracle: "soft"
    }
  }

  /// Those of a comparison's settings that the arm's objective knows; it drops the others, which are
  /// some other arm's.
  public func known<Value>(
    _ options: [(key: String, value: Value)]
  ) -> [(key: String, value: Value)] {
    options.filter { self.options.contains($0.key) }
  }

  /// Keys of `compare` that are settings of some arms alone.
  public static var allOptions: [String] {
    all.flatMap(\.options).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The arm that differences are taken from; the first one where none is a baseline by itself.
  public static func baseline(of arms: [String]) -> String? {
    arms.first { named($0)?.isBaseline == true } ?? arms.first
  }

  /// The arm that a verdict is about; `nil` where there is nothing beside the baseline.
  public static func headline(of arms: [String]) -> String? {
    func rank(_ name: String) -> Int { named(name)?.rank ?? unlistedRank }
    let others = arms.filter { $0 != baseline(of: arms) }
    guard let highest = others.map(rank).max() else { return nil }
    return others.last { rank($0) == highest }
  }
}
