internal import Arms
internal import Scores
internal import Statistics

/// One check that a fair comparison depends on.
public struct Check: Sendable, Equatable, Codable {
  /// Outcome of a check.
  public enum State: String, Sendable, Equatable, Codable {
    /// Checked, and it holds.
    case holds
    /// It does not hold, or cannot be checked. The report shows it in red.
    case flag
    /// The comparison is not valid: the stage fails.
    case refused
  }

  /// What is checked, in a few words.
  public var name: String
  /// Name of the comparison; `nil`: the whole report.
  public var comparison: String?
  /// Whether it holds, and what follows if not.
  public var state: State
  /// What was found, in a sentence.
  public var text: String

  /// - Parameter comparison: its name; `nil`: the whole report.
  public init(name: String, comparison: String?, state: State, text: String) {
    self.name = name
    self.comparison = comparison
    self.state = state
    self.text = text
  }
}

/// The rules of a fair comparison, as code: each gives a passed check, a red flag, or a refusal.
public enum Guards {
  /// All checks of all comparisons, in the order of the report.
  public static func checks(_ facts: Facts) -> [Check] {
    facts.comparisons.flatMap { checks(of: $0) }
  }

  /// - Throws: `ComparisonError.guardFailed` for the first refused check.
  public static func enforce(_ checks: [Check]) throws(ComparisonError) {
    guard let check = checks.first(where: { $0.state == .refused }) else { return }
    throw .guardFailed(
      name: (check.comparison.map { $0 + ": " } ?? "") + check.name, reason: check.text)
  }

  private static func checks(of compared: Compared) -> [Check] {
    var checks = SharedFigure.all.map { figure in
      switch figure.scope {
      case .arms, .ordered: perSeed(compared, figure)
      case .runs: same(compared, figure)
      }
    }
    checks += [tokenizer(compared), testItems(compared)]
    checks += targets(compared) + machines(compared)
    checks += overlaps(compared) + replicates(compared) + missing(compared)
    checks += tuning(compared) + yardsticks(compared) + items(compared)
    return checks.map {
      var check = $0
      check.comparison = compared.name
      return check
    }
  }

  private static func check(_ name: String, _ state: Check.State, _ text: String) -> Check {
    Check(name: name, comparison: nil, state: state, text: text)
  }

  /// All arms of a seed must have the same digest.
  private static func perSeed(_ compared: Compared, _ figure: SharedFigure) -> Check {
    let name = figure.name
    var unknown: [String] = []
    var isCompared = false
    var orders = 1
    for seed in compared.seeds {
      let runs = compared.runs.filter { $0.seed == seed && $0.model != nil }
      if runs.count > 1 { isCompared = true }
      var groups: [(order: Arm.Order, isApart: Bool, arm: String, digest: String)] = []
      for run in runs where !(figure.isTexts && Arm.named(run.arm)?.writes == true) {
        let order = figure.scope == .ordered ? Arm.named(run.arm)?.order ?? .shared : .shared
        guard let found = run.model.flatMap(figure.of) else {
          unknown.append("\(run.arm) seed \(seed)")
          continue
        }
        // Where students start is what a pruned arm differs in.
        let isApart = figure.isStart && Arm.named(run.arm)?.isPruned == true
        let first = groups.first { $0.order == order && $0.isApart == isApart }
        if let first, first.digest != found {
          return check(
            name, figure.otherwise,
            "seed \(seed): \(first.arm) has \(first.digest.prefix(12)), \(run.arm) has "
              + "\(found.prefix(12)); all arms of a seed must share it")
        }
        if first == nil { groups.append((order, isApart, run.arm, found)) }
      }
      orders = max(orders, groups.count { !$0.isApart })
    }
    guard unknown.isEmpty else {
      return check(name, .flag, "not recorded by " + unknown.joined(separator: ", "))
    }
    guard isCompared else {
      return check(name, .flag, "not compared: no seed has two finished trainings")
    }
    let apart =
      figure.isStart
      ? compared.arms.filter { Arm.named($0)?.isPruned == true } : []
    let writing = figure.isTexts ? compared.arms.filter { Arm.named($0)?.writes == true } : []
    return check(
      name, .holds,
      "identical across the arms of each seed" + (orders > 1 ? " that learn in one order" : "")
        + (apart.isEmpty
          ? "" : "; \(list(apart)) starts from the pruned teacher, which is its difference")
        + (writing.isEmpty
          ? "" : "; \(list(writing)) writes its own texts, which is its difference"))
  }

  /// All runs must agree on a figure.
  private static func same(_ compared: Compared, _ figure: SharedFigure) -> Check {
    let name = figure.name
    let models = compared.runs.compactMap(\.model)
    guard let first = models.first else { return check(name, .flag, "no finished training") }
    func words(_ model: Model) -> String { figure.of(model) ?? "none" }
    if let other = models.first(where: { words($0) != words(first) }) {
      return check(
        name, figure.otherwise,
        "\(first.stage) has \(words(first)), \(other.stage) has \(words(other))")
    }
    return check(name, .holds, "\(words(first)) in every run")
  }

  private static func tokenizer(_ compared: Compared) -> Check {
    let name = "tokenizer"
    var used = compared.runs.compactMap(\.model).map { ($0.stage, $0.tokenizer) }
    used += [compared.teacher].compactMap { $0 }.map { ($0.stage, $0.tokenizer) }
    used += compared.labels.map { ($0.stage, $0.tokenizer) }
    let known = used.compactMap { stage, digest in digest.map { (stage, $0) } }
    if let first = known.first, let other = known.first(where: { $0.1 != first.1 }) {
      return check(
        name, .refused,
        "\(first.0) and \(other.0) have different ones: nats per token cannot be compared")
    }
    let silent = used.filter { $0.1 == nil }.map(\.0)
    let what =
      [isWhole(compared) ? "all arms" : "all finished arms"]
      + (compared.teacher == nil ? [] : ["the teacher"])
      + (compared.labels.isEmpty ? [] : ["the labels"])
    return silent.isEmpty && known.count > 1
      ? check(name, .holds, "one for " + Self.list(what))
      : check(
        name, .flag,
        silent.isEmpty ? "nothing to compare" : "not recorded by " + silent.joined(separator: ", "))
  }

  private static func isWhole(_ compared: Compared) -> Bool {
    compared.runs.allSatisfy { $0.missing == nil }
  }

  /// `a`, `a and b`, `a, b and c`
  private static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func testItems(_ compared: Compared) -> Check {
    let name = "test items"
    var judged = compared.runs.flatMap { run in
      [run.final, run.best].compactMap { $0 }.map { ("\(run.arm) seed \(run.seed)", $0) }
    }
    if let teacher = compared.teacherEvaluation { judged.append(("the teacher", teacher)) }
    guard let first = judged.first else { return check(name, .flag, "no finished evaluation") }
    if let other = judged.first(where: { $0.1.testItems != first.1.testItems }) {
      return check(name, .refused, "\(first.0) and \(other.0) were not asked the same items")
    }
    guard judged.count > 1 else { return check(name, .flag, "only one finished evaluation") }
    return check(
      name, .holds,
      "the same \(first.1.overall.items) items for every \(isWhole(compared) ? "" : "finished ")"
        + (compared.teacherEvaluation == nil ? "arm and seed" : "arm, seed and the teacher"))
  }

  private static func overlaps(_ compared: Compared) -> [Check] {
    let name = "no test problem in training"
    let shared = compared.overlaps.filter { $0.shared > 0 }
    if let first = shared.first(where: { $0.heldOut != nil }) {
      return [
        check(
          "no validation problem in training", .refused,
          "\(first.shared) of \(first.testProblems) problems of \(first.heldOut ?? "") stand in "
            + "\(first.stage), which the \(first.reader) learnt from: "
            + first.examples.joined(separator: ", "))
      ]
    }
    let learnt = shared.filter { $0.reader != "validation" }
    if let first = learnt.first {
      return [
        check(
          name, .refused,
          "\(first.shared) of \(first.testProblems) test problems stand in \(first.stage), which "
            + "the \(first.reader) learnt from: " + first.examples.joined(separator: ", "))
      ]
    }
    let sets = compared.overlaps.filter { $0.heldOut == nil && $0.reader != "validation" }
    guard let first = sets.first, first.testProblems > 0 else {
      return [
        check(
          name, .flag,
          "not checked: "
            + (sets.isEmpty ? "no training set was given" : "no test problem is known"))
      ]
    }
    var checks = [
      check(
        name, .holds,
        "compared by canonical problem with " + sets.map(\.stage).joined(separator: ", "))
    ]
    checks += shared.map {
      check(
        "no test problem in validation", .flag,
        "\($0.shared) of \($0.testProblems) stand in \($0.stage), by which checkpoints were chosen")
    }
    return checks
  }

  /// What a listed arm's students learnt from, according to their trainings, must match its name.
  private static func targets(_ compared: Compared) -> [Check] {
    for run in compared.runs {
      guard let arm = Arm.named(run.arm), let found = run.model?.labels else { continue }
      let expected = arm.labelsWord
      let writes = run.model?.texts == "student"
      guard found != expected || writes != arm.writes else { continue }
      return [
        check(
          "what the arms learn from", .refused,
          "\(run.arm) seed \(run.seed): "
            + (found != expected
              ? "expected \(expected) labels, its training had \(found)"
              : "expected \(Self.writers(arm.writes)) texts, its training learnt "
                + "\(Self.writers(writes))"))
      ]
    }
    return []
  }

  private static func writers(_ writes: Bool) -> String { writes ? "the student's" : "the set's" }

  /// All stages ran on one kind of processor, since bytes are the same only on one kind.
  private static func machines(_ compared: Compared) -> [Check] {
    guard let machines = compared.machines else { return [] }
    let name = "processor"
    var flags = machines.mixed.map {
      check(
        name, .flag,
        "\($0.stage) was begun on one kind and ended on another (\($0.spans)): its bytes are those of "
          + "neither")
    }
    if machines.kinds.count > 1 {
      let list = machines.kinds.map { kind in
        let few = kind.stages.prefix(3).joined(separator: ", ")
        let more = kind.stages.count > 3 ? " and \(kind.stages.count - 3) more" : ""
        return "\(few)\(more) on \(kind.machine)"
      }
      flags.append(
        check(
          name, .flag,
          "several kinds were at work: " + list.joined(separator: "; ")
            + "; runs differ by rounding beside their arms"))
    }
    if !flags.isEmpty { return flags }
    return [check(name, .holds, "one kind for every stage: \(machines.kinds[0].machine)")]
  }

  /// Different seeds must give different runs: equal initial weights or results mean one run twice.
  private static func replicates(_ compared: Compared) -> [Check] {
    var seen: [String: Int] = [:]
    for seed in compared.seeds {
      let model = compared.runs.first { $0.seed == seed && $0.model != nil }?.model
      guard var digest = model?.initialWeights else { continue }
      // Students of one checkpoint start alike with every seed, and read in orders of their own.
      if model?.start != nil { digest += " " + (model?.order ?? "") }
      if let other = seen[digest] {
        return [
          check(
            "independent seeds", .refused,
            "seeds \(other) and \(seed) start from the same weights: they are one replicate")
        ]
      }
      seen[digest] = seed
    }
    if compared.seeds.count < 2 {
      return [check("seeds", .flag, "single run: no claim about the method")]
    }
    if !SignFlip.canReachFivePercent(seeds: compared.seeds.count) {
      return [
        check(
          "seeds", .flag,
          "\(compared.seeds.count) seeds allow no exact test: the smallest sign-flip p is "
            + "\(Format.plain(SignFlip.smallestP(seeds: compared.seeds.count))); the t-interval "
            + "assumes that differences between seeds are near normal")
      ]
    }
    return []
  }

  private static func missing(_ compared: Compared) -> [Check] {
    compared.runs.compactMap { run in
      run.missing.map {
        check(
          "missing run", .flag,
          "\(run.arm) seed \(run.seed): \($0); its seed is left out of every difference with this "
            + "arm")
      }
    }
  }

  private static func tuning(_ compared: Compared) -> [Check] {
    [
      check(
        "learning rate", .flag,
        "not tuned per arm: every arm uses the same one, so an arm may stand below its best")
    ]
  }

  private static func yardsticks(_ compared: Compared) -> [Check] {
    var checks: [Check] = []
    if compared.teacherEvaluation == nil {
      checks.append(check("teacher", .flag, "not evaluated on the test set"))
    }
    if compared.primary.ground == .teacher, !compared.metrics.contains(compared.primary) {
      checks.append(
        check(
          "teacher's rows", .flag,
          "the test set holds no distributions of the teacher, so \(compared.primary.words) cannot "
            + "be computed"))
    }
    if compared.primary.ground == .exact, compared.floor == nil {
      checks.append(
        check(
          "oracle", .flag,
          "the test set has no exact next-token distributions, so \(compared.primary.words) cannot "
            + "be computed"))
    }
    return checks
  }

  /// Flags too few items, or accuracy at its floor or ceiling, where it shows nothing.
  private static func items(_ compared: Compared) -> [Check] {
    var checks: [Check] = []
    let finals = compared.runs.compactMap(\.final)
    if let few = finals.first?.tallies.filter({ $0.items < 200 }), !few.isEmpty {
      let list = few.map { "\($0.family) \($0.level): \($0.items)" }.joined(separator: ", ")
      checks.append(
        check("test size", .flag, "under 200 items in a level, too few for shares: \(list)"))
    }
    let shares = finals.compactMap { Metric.answer.value($0) }
    if !shares.isEmpty, shares.allSatisfy({ $0 < 0.05 }) || shares.allSatisfy({ $0 > 0.95 }) {
      checks.append(
        check(
          "accuracy range", .flag,
          "every student answers \(shares[0] < 0.5 ? "under 5" : "over 95") % exactly: accuracy "
            + "separates nothing here, look at the smooth metrics"))
    }
    return checks
  }
}
