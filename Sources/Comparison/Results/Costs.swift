package import Arms
package import Scores
public import Statistics

/// Cost of a student of one arm, in floating-point operations.
public struct ArmCost: Sendable, Equatable, Codable {
  /// Name of the arm.
  public var arm: String
  /// Target tokens seen in training, mean over the seeds.
  public var tokens: Double
  /// Operations of the student's training, mean over the seeds.
  public var student: Double
  /// The teacher's forward passes over the labelled samples; 0 for arms without a teacher.
  public var labelling: Double
  /// Training of the teacher; 0 for arms without one.
  public var teacherTraining: Double
  /// Whether the arm pays for a teacher: its labels, its training, or both.
  public var usesTeacher: Bool

  /// The student's training and the labelling.
  public var withLabelling: Double { student + labelling }
  /// As `withLabelling`, and the teacher's training.
  public var withEverything: Double { student + labelling + teacherTraining }
}

/// Number of students from which a teacher pays for itself.
public struct BreakEven: Sendable, Equatable, Codable {
  /// The arm that pays for a teacher.
  public var arm: String
  /// The arm that does not.
  public var baseline: String
  /// Best mean validation level of the baseline, and the tokens at which it is reached.
  public var level: Double
  /// Target tokens at which the baseline's mean curve is lowest.
  public var baselineTokens: Double
  /// Tokens at which the arm's mean curve reaches that level; `nil`: never within its run.
  public var armTokens: Double?
  /// Number of students, counting labelling; `nil`: never.
  public var withLabelling: Int?
  /// Number of students, counting also the teacher's training; `nil`: never.
  public var withEverything: Int?
}

/// The headline at another budget: the arm's teacher is paid from the baseline's operations.
public struct BudgetLine: Sendable, Equatable, Codable {
  /// What the baseline's operations have to pay for.
  public enum Budget: String, Sendable, Equatable, Codable {
    /// The teacher's passes over the labelled samples.
    case labellingPaid = "labelling-paid"
    /// These, and the teacher's training.
    case everythingPaid = "everything-paid"
  }

  /// What is paid before the arm's student may learn.
  public var budget: Budget
  /// The arm that pays for a teacher.
  public var arm: String
  /// The arm whose operations are the budget.
  public var baseline: String
  /// Share of the baseline's operations left for the arm's student.
  public var shareLeft: Double
  /// Of arm - baseline in the curve's metric, read off the validation curves; `nil` where nothing
  /// is left or no seed has both.
  public var interval: PairedInterval?
  /// The claim, or why there is none.
  public var sentence: String
}

extension Compared {
  /// Costs that come before a student of the arm can learn.
  ///
  /// An unlisted arm pays for what its trainings say they read: if they learnt towards
  /// distributions that are not known to be the truth, a teacher made these. An arm without a known
  /// name is never free.
  package func payments(of arm: String) -> [Arm.Payment] {
    if let listed = Arm.named(arm) { return listed.pays }
    let models = runs(of: arm).compactMap(\.model).filter { $0.labels != "hard" }
    let isFree = models.allSatisfy { model in
      labels.contains { $0.source == "oracle" && (model.reads ?? []).contains($0.content) }
    }
    return isFree ? [] : [.labelling, .teacher]
  }

  /// Whether the arm pays for a teacher: its labels, its training, or both.
  package func usesTeacher(_ arm: String) -> Bool { !payments(of: arm).isEmpty }

  /// The cost of each arm that has a finished training.
  package var costs: [ArmCost] {
    let labelling = labels.filter { $0.source == "teacher" }.compactMap(\.flops).reduce(0, +)
    return arms.compactMap { arm in
      let models = runs(of: arm).compactMap(\.model)
      guard !models.isEmpty else { return nil }
      let pays = payments(of: arm)
      return ArmCost(
        arm: arm, tokens: mean(models.map { Double($0.tokens) }),
        student: mean(models.map(\.flops)), labelling: pays.contains(.labelling) ? labelling : 0,
        teacherTraining: pays.contains(.teacher) ? teacher?.flops ?? 0 : 0,
        usesTeacher: !pays.isEmpty)
    }
  }

  /// KL above the floor where the validation set has an oracle, else NLL.
  package var curveMetric: Metric {
    let points = runs.compactMap(\.model).flatMap(\.curve)
    return !points.isEmpty && points.allSatisfy { $0.klChoice != nil } ? .ceChoice : .nll
  }

  /// The validation curve of a run in `curveMetric`.
  package func curve(_ run: Run) -> [(tokens: Double, value: Double)] {
    (run.model?.curve ?? []).compactMap { point in
      let value = curveMetric == .ceChoice ? point.klChoice : point.nll
      return value.map { (Double(point.tokens), $0) }
    }
  }

  /// Means over the seeds at the points that all of an arm's curves share, by index.
  package func meanCurve(_ arm: String) -> [(tokens: Double, value: Double)] {
    let curves = runs(of: arm).map { curve($0) }.filter { !$0.isEmpty }
    guard let shortest = curves.map(\.count).min() else { return [] }
    return (0..<shortest).map { i in
      (mean(curves.map { $0[i].tokens }), mean(curves.map { $0[i].value }))
    }
  }

  /// Of the headline's arm; empty if it pays for no teacher.
  package var breakEven: [BreakEven] {
    guard let headline, usesTeacher(headline.arm) else { return [] }
    let baseline = meanCurve(headline.baseline)
    let arm = meanCurve(headline.arm)
    let costs = self.costs
    guard let best = baseline.min(by: { $0.value < $1.value }), !arm.isEmpty,
      let own = costs.first(where: { $0.arm == headline.arm }),
      let other = costs.first(where: { $0.arm == headline.baseline }), own.tokens > 0,
      other.tokens > 0
    else { return [] }
    let reached = tokens(in: arm, reaching: best.value)
    var line = BreakEven(
      arm: headline.arm, baseline: headline.baseline, level: best.value,
      baselineTokens: best.tokens, armTokens: reached, withLabelling: nil, withEverything: nil)
    if let reached {
      let saved = other.student * best.tokens / other.tokens - own.student * reached / own.tokens
      if saved > 0 {
        // Bounded: a tiny saving would give a number that does not fit an Int.
        func students(_ cost: Double) -> Int? {
          let count = (cost / saved).rounded(.up)
          return count < 1e9 ? max(1, Int(count)) : nil
        }
        line.withLabelling = students(own.labelling)
        if teacher?.isImported != true {
          line.withEverything = students(own.labelling + own.teacherTraining)
        }
      }
    }
    return [line]
  }

  /// The first point where a curve falls to a level, with straight lines between its points.
  private func tokens(in curve: [(tokens: Double, value: Double)], reaching level: Double)
    -> Double?
  {
    guard let first = curve.first else { return nil }
    if first.value <= level { return first.tokens }
    for (left, right) in zip(curve, curve.dropFirst()) where right.value <= level {
      let share = (left.value - level) / (left.value - right.value)
      return left.tokens + share * (right.tokens - left.tokens)
    }
    return nil
  }

  /// The value of a curve at a number of tokens; `nil` before its first point.
  private func value(of curve: [(tokens: Double, value: Double)], at tokens: Double) -> Double? {
    guard let first = curve.first, tokens >= first.tokens else { return nil }
    for (left, right) in zip(curve, curve.dropFirst()) where tokens <= right.tokens {
      guard right.tokens > left.tokens else { return right.value }
      let share = (tokens - left.tokens) / (right.tokens - left.tokens)
      return left.value + share * (right.value - left.value)
    }
    return curve.last?.value
  }

  /// Of the headline's arm; empty if it pays for no teacher.
  package var budgets: [BudgetLine] {
    guard let headline, usesTeacher(headline.arm) else { return [] }
    let costs = self.costs
    guard let own = costs.first(where: { $0.arm == headline.arm }),
      let other = costs.first(where: { $0.arm == headline.baseline }), other.student > 0,
      own.student > 0
    else { return [] }
    var kinds: [(BudgetLine.Budget, Double)] = [(.labellingPaid, own.labelling)]
    // The cost of an imported teacher's training is unknown: no budget can include it.
    if teacher?.isImported != true {
      kinds.append((.everythingPaid, own.labelling + own.teacherTraining))
    }
    return kinds.map { budget, overhead in
      budgetLine(
        budget, headline, left: (other.student - overhead) / other.student, own: own, other)
    }
  }

  private func budgetLine(
    _ budget: BudgetLine.Budget, _ pair: (arm: String, baseline: String), left: Double,
    own: ArmCost, _ other: ArmCost
  ) -> BudgetLine {
    let paid =
      budget == .labellingPaid
      ? "With labelling paid" : "With labelling and the teacher's training paid"
    var line = BudgetLine(
      budget: budget, arm: pair.arm, baseline: pair.baseline, shareLeft: left, interval: nil,
      sentence: "")
    guard left > 0 else {
      let times = 1 - left
      line.sentence =
        "\(paid), out of the operations of one \(pair.baseline) student: impossible. The "
        + "teacher's share alone is \(Format.short(times)) times as much; it pays only over several "
        + "students, or where it is there anyway."
      return line
    }
    let tokens = own.tokens * left * other.student / own.student
    var differences: [Double] = []
    for seed in seeds {
      guard let arm = run(arm: pair.arm, seed: seed),
        let baseline = run(arm: pair.baseline, seed: seed),
        let reached = value(of: curve(arm), at: tokens), let end = curve(baseline).last
      else { continue }
      differences.append(reached - end.value)
    }
    line.interval = PairedInterval(differences)
    let claim = Claim(
      arm: pair.arm, baseline: pair.baseline, metric: curveMetric, interval: line.interval,
      scale: "\(paid), at equal total operations (\(Format.fixed(100 * left, 1))\u{202F}% of them "
        + "left for the student; read off the validation curve, in the middle of a schedule)")
    line.sentence = claim.sentence
    return line
  }
}
