/// How the students of one arm of a comparison learn: everything that planning, costs, verdicts and
/// the page need to know of it.
///
/// Arms are defined only here; nothing is inferred from the spelling of a name.
public struct Arm: Sendable, Equatable {
  /// The distributions that an arm's students learn towards.
  public enum Target: Sendable, Equatable {
    /// The traces' own tokens: any set with tokens will do.
    case tokens
    /// The tokens, smoothed to the mean entropy stated in a label set's certificate.
    case meanEntropy
    /// A teacher's distributions.
    case teacher
    /// The exact distributions of the task.
    case oracle
  }

  /// What must be paid for before a student of the arm can learn.
  public enum Payment: Sendable, Equatable {
    /// The teacher's forward passes over the labelled samples.
    case labelling
    /// The training of the teacher.
    case teacher
  }

  /// The order in which an arm's students learn.
  public enum Order: Sendable, Equatable {
    /// That of the comparison, a random one unless it says otherwise.
    case shared
    /// The comparison's `curriculum`; all other arms are then random.
    case curriculum
    /// Random, but with the pacing of the comparison's `curriculum`.
    case paced
  }

  /// As pipeline files and reports spell it.
  public let name: String
  /// The kind of stage that trains it.
  public let stage: String
  /// The training objective: the setting `objective` of that stage.
  public let objective: String
  /// Keys of `compare` that are settings of this arm's objective.
  public let options: [String]
  /// Whose distributions the students learn towards.
  public let target: Target
  /// What is charged to the arm besides its students' training; empty: nothing.
  public let pays: [Payment]
  /// A verdict is about the arm of the highest rank; of equals, the last one named.
  public let rank: Int
  /// Whether this arm is the baseline that differences are measured from.
  public let isBaseline: Bool
  /// Another arm that this one is compared with besides the baseline: the one it has to beat.
  public let control: String?
  /// What its students learn from, as shown in a table.
  public let words: String
  /// What its cost column leaves out; `nil`: nothing.
  public let unpaid: String?
  /// The number of its mark and colour on the page.
  public let mark: Int
  /// Whether its students are cut out of the teacher to the comparison's shape instead of being
  /// drawn.
  public var isPruned = false
  /// Whether its students write the texts that they learn from, and a living teacher scores them.
  public var writes = false
  /// The order in which samples are learnt.
  public var order = Order.shared
  /// Whether its rate stays constant and its weights are averaged, in the place of a falling rate.
  public var isAveraged = false

  /// By name alone: names are unique among `all`.
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
      name: "kd-pruned", stage: "distil", objective: "forward-kl", options: ["temperature", "mix"],
      target: .teacher, pays: [.labelling, .teacher], rank: 3, isBaseline: false,
      control: "kd-full",
      words: "the teacher's whole distributions, starting as a pruned copy of the teacher",
      unpaid: nil, mark: 5, isPruned: true),
    Arm(
      name: "kd-on-policy", stage: "distil", objective: "reverse-kl",
      options: ["temperature", "mix", "floor", "texts"], target: .teacher, pays: [.teacher],
      rank: 3,
      isBaseline: false, control: "kd-rkl",
      words: "its own texts, by the reverse divergence from the teacher's whole distributions",
      unpaid: nil, mark: 11, writes: true),
    Arm(
      name: "kd-oracle", stage: "distil", objective: "forward-kl", options: ["temperature", "mix"],
      target: .oracle, pays: [], rank: 1, isBaseline: false, control: nil,
      words: "the exact distributions of the task", unpaid: nil, mark: 3),
    ordered(
      "random", nil, rank: 2, "the teacher's whole distributions, in random order", mark: 6),
    ordered(
      "random-averaged", "random", rank: 2, isAveraged: true,
      "the same at a constant rate, weights averaged", mark: 7),
    ordered(
      "random-paced", "random", .paced, rank: 2,
      "the same, drawn from a pool that grows as the curriculum's does", mark: 8),
    ordered(
      "curriculum", "random", .curriculum, rank: 4,
      "the teacher's whole distributions, in the order of the curriculum", mark: 10),
    ordered(
      "curriculum-averaged", "random-averaged", .curriculum, rank: 4, isAveraged: true,
      "the same at a constant rate, weights averaged", mark: 9),
  ]

  /// An arm that differs from `kd-full` in its order, or in what keeps a rate from hiding it: a
  /// rate that falls gives least weight to what comes last, which is what a curriculum puts there.
  private static func ordered(
    _ name: String, _ control: String?, _ order: Order = .shared, rank: Int,
    isAveraged: Bool = false, _ words: String, mark: Int
  ) -> Arm {
    Arm(
      name: name, stage: "distil", objective: "forward-kl", options: ["temperature", "mix"],
      target: .teacher, pays: [.labelling, .teacher], rank: rank, isBaseline: false,
      control: control, words: words, unpaid: nil, mark: mark, order: order,
      isAveraged: isAveraged)
  }

  /// The rank of an unlisted arm. Its name says nothing about its cost or meaning, but a user who
  /// names it beside the listed controls is asking about it.
  public static let unlistedRank = 2

  /// The arm of that name; `nil` for an arm of an outside report.
  public static func named(_ name: String) -> Arm? { all.first { $0.name == name } }

  /// The names of all arms, for messages.
  public static var names: [String] { all.map(\.name) }

  /// The name of the labels in the manifests of its trainings.
  public var labelsWord: String {
    switch target {
    case .tokens, .meanEntropy: objective
    case .teacher, .oracle: "soft"
    }
  }

  /// The comparison's settings that the arm's objective has; the others belong to other arms and
  /// are dropped.
  public func known<Value>(
    _ options: [(key: String, value: Value)]
  ) -> [(key: String, value: Value)] {
    options.filter { self.options.contains($0.key) }
  }

  /// Keys of `compare` that only some arms use.
  public static var allOptions: [String] {
    all.flatMap(\.options).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The arm that differences are measured from; the first one if none is a baseline by itself.
  public static func baseline(of arms: [String]) -> String? {
    arms.first { named($0)?.isBaseline == true } ?? arms.first
  }

  /// The arm that a verdict is about; `nil` if there is only the baseline.
  public static func headline(of arms: [String]) -> String? {
    func rank(_ name: String) -> Int { named(name)?.rank ?? unlistedRank }
    let others = arms.filter { $0 != baseline(of: arms) }
    guard let highest = others.map(rank).max() else { return nil }
    return others.last { rank($0) == highest }
  }
}
