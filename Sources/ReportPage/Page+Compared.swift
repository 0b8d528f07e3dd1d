internal import Comparison
internal import Arms
internal import Scores
internal import Statistics

extension Page {
  /// Each arm's setup, size and digests, and the checks that the arms are comparable.
  var compared: HTML {
    section(
      "compared", "What was compared",
      lead: comparesOrders
        ? """
        Arms of one seed start from the same weights. Some learn in an order or at rates of their own, \
        as their rows say: only arms of one order see the same batches.
        """
        : """
        Arms of one seed start from the same weights and see the same batches in the same order; \
        they differ in nothing but the targets they learn from.
        """
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        arms(pair.compared)
        formulas(pair.compared)
        holds(pair.compared)
        digests(pair.compared)
      }
    }
  }

  /// Whether some arm differs from others in its order or its rates.
  var comparesOrders: Bool { pairs.contains { Self.comparesOrders($0.compared) } }

  static func comparesOrders(_ compared: Compared) -> Bool {
    compared.arms.contains { arm in
      Arm.named(arm).map { $0.order != .shared || $0.isAveraged } ?? false
    }
  }

  private func arms(_ compared: Compared) -> HTML {
    var table = Table(
      ["Arm", "Learns from", "Parameters", "Training tokens", "Samples", "Steps", "Seeds"],
      words: 2, name: "wrap")
    for arm in compared.arms {
      let models = compared.runs(of: arm).compactMap(\.model)
      table.add([
        armLabel(arm, among: compared.arms), .text(Self.targets(arm)),
        .text(Self.one(models.map(\.parameters))), .text(Self.one(models.map(\.tokens))),
        .text(Self.one(models.compactMap(\.uniqueSamples))), .text(Self.one(models.map(\.steps))),
        .text("\(models.count) of \(compared.seeds.count)"),
      ])
    }
    if let teacher = compared.teacher {
      table.add([
        armLabel("teacher", among: compared.arms),
        .text(lessons(of: teacher)),
        .text(Format.count(teacher.parameters)),
        .text(teacher.isImported == true ? "\u{2013}" : Format.count(teacher.tokens)),
        .text(teacher.uniqueSamples.map(Format.count) ?? "\u{2013}"),
        .text(teacher.isImported == true ? "\u{2013}" : Format.count(teacher.steps)), "1",
      ])
    }
    return table.html
  }

  /// What each arm minimised; every formula of its trainings where they differ.
  private func formulas(_ compared: Compared) -> HTML {
    let known = compared.arms.compactMap { arm -> (arm: String, formulas: [String])? in
      var found: [String] = []
      for formula in compared.runs(of: arm).compactMap({ $0.model?.formula })
      where !found.contains(formula) { found.append(formula) }
      return found.isEmpty ? nil : (arm, found)
    }
    guard !known.isEmpty else { return HTML() }
    return p {
      "What was minimised, mean over target tokens: p is the label's distribution, q the student's, "
        + "CE the cross-entropy of the next token."
    }
      + HTML.element("dl", ["class": "formulas"]) {
        for (arm, formulas) in known {
          HTML.element("dt") { armLabel(arm, among: compared.arms) }
          for formula in formulas { HTML.element("dd") { code(formula) } }
        }
      }
  }

  /// What the teacher learnt from, as far as manifests show.
  private func lessons(of teacher: Model) -> String {
    if teacher.isImported == true { return "what its makers gave it (imported)" }
    if teacher.labels == "soft" { return "another teacher's distributions" }
    let isVerified = !facts.sets.isEmpty && facts.sets.allSatisfy(\.isVerified)
    return isVerified ? "the verified traces" : "the traces of its set"
  }

  static func targets(_ arm: String) -> String {
    Arm.named(arm)?.words ?? "as its name says"
  }

  /// One figure, or its range.
  static func one(_ values: [Int]) -> String {
    guard let low = values.min(), let high = values.max() else { return "\u{2013}" }
    return low == high ? Format.count(low) : "\(Format.count(low))\u{2013}\(Format.count(high))"
  }

  /// What arms do not share because it is what they are about.
  private static func exceptions(of compared: Compared) -> String {
    let arms = compared.arms.compactMap(Arm.named)
    return arms.filter(\.isPruned).map { ", but for the start of \($0.name)" }.joined()
      + arms.filter(\.writes).map { ", but for the texts of \($0.name)" }.joined()
  }

  private func holds(_ compared: Compared) -> HTML {
    let checks = results.checks.filter { $0.comparison == compared.name && $0.state == .holds }
    let paired = ["initial weights", "order of the batches", "training tokens"]
    let isPaired = paired.allSatisfy { name in checks.contains { $0.name == name } }
    return
      (isPaired
      ? p("paired") {
        HTML.text(
          (Self.comparesOrders(compared)
            ? "Identical initial weights, and order of the batches and tokens among arms of one order: "
            : "Identical initial weights, order of the batches and tokens: ")
            + "verified" + Self.exceptions(of: compared) + ".")
      }
      : HTML())
      + HTML.element("ul", ["class": "holds"]) {
        for check in checks {
          HTML.element("li") {
            HTML.element("b") { HTML.text(Self.capitalized(check.name)) }
            HTML.text(": " + check.text)
          }
        }
      }
  }

  static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private func digests(_ compared: Compared) -> HTML {
    var table = Table(["Run", "Initial weights", "Order", "Final weights"], words: 4)
    for run in compared.runs {
      func short(_ text: String?) -> HTML {
        text.map { code(String($0.prefix(12))) } ?? .text("\u{2013}")
      }
      table.add([
        .text("\(run.arm) \u{00B7} seed \(run.seed)"), short(run.model?.initialWeights),
        short(run.model?.order), short(run.model?.fingerprint),
      ])
    }
    return HTML.element("details") {
      HTML.element("summary") { "Digests of every run" }
      table.html
    }
  }

  /// Learning curves on the validation set.
  var curves: HTML {
    section(
      "curves", "Learning curves",
      lead: """
        On the validation set, at checkpoints of one schedule: only the last point of each line is \
        a finished training.
        """
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        curves(pair.compared)
      }
    }
  }

  private func curves(_ compared: Compared) -> HTML {
    let metric = compared.curveMetric
    let all = compared.runs.compactMap(\.model).flatMap(\.curve)
    guard !all.isEmpty else {
      return p { "No validation set was given, so there are no curves." }
    }
    var figures: [HTML] = []
    if metric == .ceChoice {
      figures.append(
        curveFigure(
          compared, "KL above the floor at choice tokens, nat", teacher: .ceChoice,
          zeroLevel: "floor", \.klChoice))
    }
    figures.append(curveFigure(compared, "NLL per target token, nat", teacher: .nll, \.nll))
    return .join(figures)
  }

  private func curveFigure(
    _ compared: Compared, _ title: String, teacher metric: Metric, zeroLevel: String? = nil,
    _ value: (CurvePoint) -> Double?
  ) -> HTML {
    let arms = compared.arms.map { arm in
      CurveChart.Arm(
        name: arm, style: ArmStyle.of(arm, among: compared.arms),
        seeds: compared.runs(of: arm).compactMap(\.model).map { model in
          model.curve.compactMap { point in value(point).map { (Double(point.tokens), $0) } }
        }.filter { !$0.isEmpty })
    }.filter { !$0.seeds.isEmpty }
    var levels: [CurveChart.Level] = []
    if let known = metric.value(compared.teacherEvaluation) {
      levels.append(CurveChart.Level(name: "teacher (test)", value: known))
    }
    if let floor = compared.floor, metric == .nll, floor.targets > 0 {
      levels.append(
        CurveChart.Level(
          name: "floor (test)", value: floor.scores.entropyChoice / Double(floor.targets)))
    }
    var table = Table(["Arm", "Tokens", "Mean", "95\u{202F}% low", "95\u{202F}% high", "Seeds"])
    for arm in arms {
      for point in CurveChart.points(arm) {
        table.add([
          arm.name, Format.count(Int(point.tokens)), Format.fixed(point.mean, 4),
          point.low.map { Format.fixed($0, 4) } ?? "\u{2013}",
          point.high.map { Format.fixed($0, 4) } ?? "\u{2013}", String(point.count),
        ])
      }
    }
    return figure(
      CurveChart(arms: arms, levels: levels, yTitle: title).html
        // A narrow screen scrolls, so the names at the lines' ends may be out of view.
        + key(compared, "key narrow"),
      caption: .text(
        "\(title). Thin lines: single seeds. Heavy line: their mean; band: its 95\u{202F}% t-interval, cut "
          + "at the frame. Both axes are logarithmic. Dotted: the teacher on the test set"
          + (metric == .nll ? " and the floor, the entropy of the exact distribution." : ".")),
      numbers: table)
  }
}
