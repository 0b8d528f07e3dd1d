internal import Comparison
internal import Arms
internal import Scores
internal import Statistics

extension Page {
  /// The final checkpoint against the one with the best validation.
  var finalAndBest: HTML {
    section(
      "best", "Final or best checkpoint",
      lead: """
        The final checkpoint is what is compared. The one that validated best is shown beside it: \
        where it is much better, an arm was trained past its best.
        """
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        finalAndBest(pair.compared, pair.result)
      }
    }
  }

  private func finalAndBest(_ compared: Compared, _ result: Results.Result) -> HTML {
    let metric = compared.primary
    var table = Table([
      "Arm", "Final", "Best on validation", "Best at step", "Final \u{2212} \(compared.baseline)",
      "Best \u{2212} \(compared.baseline)",
    ])
    for arm in compared.arms {
      let runs = compared.runs(of: arm)
      func average(_ evaluation: (Run) -> Evaluation?) -> String {
        let values = runs.compactMap { metric.value(evaluation($0)) }
        return values.isEmpty ? "\u{2013}" : Format.value(mean(values), metric)
      }
      func difference(_ checkpoint: Contrast.Checkpoint) -> String {
        let contrast = result.contrasts.first {
          $0.arm == arm && $0.baseline == compared.baseline && $0.metric == metric
            && $0.checkpoint == checkpoint
        }
        guard let interval = contrast?.interval else { return "\u{2013}" }
        return Format.difference(
          interval.mean, metric, decimals: Format.decimals(for: interval, metric))
          + (interval.low == nil ? "" : " " + Format.interval(interval, metric))
      }
      let steps = runs.compactMap { $0.model?.bestStep }
      table.add([
        armLabel(arm, among: compared.arms), .text(average(\.final)),
        .text(average(\.bestOrFinal)), .text(Self.one(steps)), .text(difference(.final)),
        .text(difference(.best)),
      ])
    }
    return table.html
  }

  /// The headline difference by data size.
  var bySize: HTML {
    guard !results.bySize.isEmpty else { return HTML() }
    var rows: [ForestChart.Row] = []
    var table = Table(
      ["Samples", "Comparison", "Pair", "Difference", "95\u{202F}% interval", "Seeds"], words: 3)
    for point in results.bySize {
      let contrast = point.contrast
      guard let interval = contrast.interval else { continue }
      let arms = facts.comparisons.first { $0.name == point.comparison }?.arms ?? []
      rows.append(
        ForestChart.Row(
          name: Format.count(point.samples) + " samples",
          note: "\(contrast.arm) \u{2212} \(contrast.baseline)",
          style: ArmStyle.of(contrast.arm, among: arms), interval: interval,
          words: Self.words(for: contrast)))
      table.add([
        Format.count(point.samples), point.comparison,
        "\(contrast.arm) \u{2212} \(contrast.baseline)",
        Format.difference(
          interval.mean, contrast.metric, decimals: Format.decimals(for: interval, contrast.metric)),
        Format.interval(interval, contrast.metric), String(interval.seedCount),
      ])
    }
    guard let metric = results.bySize.first?.contrast.metric,
      results.bySize.allSatisfy({ $0.contrast.metric == metric }), !rows.isEmpty
    else { return HTML() }
    return section(
      "size", "With more data",
      lead: "The same question at several numbers of training samples."
    ) {
      figure(
        ForestChart(rows: rows, metric: metric).html,
        caption: .text(
          "The primary difference by number of samples. An interval that includes 0 does not say "
            + "that the gap has closed: that would need a test of its own."),
        numbers: table)
    }
  }

  /// Operations: the student's, the labels', the teacher's.
  var costs: HTML {
    section(
      "costs", "What it cost",
      lead: """
        Floating-point operations as each stage counted them: about 6 a parameter and token in \
        training, 2 a parameter and token in labelling, attention included. A teacher is free only \
        where it is there anyway.
        """
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        costs(pair.compared, pair.result)
      }
    }
  }

  private func costs(_ compared: Compared, _ result: Results.Result) -> HTML {
    guard !result.costs.isEmpty else { return p { "No training is finished." } }
    var table = Table([
      "Arm", "Training tokens", "Teacher free", "Labelling paid", "Teacher's training paid",
    ])
    var rows: [BarChart.Row] = []
    for cost in result.costs {
      table.add([
        armLabel(cost.arm, among: compared.arms), .text(Format.count(Int(cost.tokens))),
        .text(Format.short(cost.student)), .text(Format.short(cost.withLabelling)),
        .text(Format.short(cost.withEverything)),
      ])
      rows.append(
        BarChart.Row(
          name: cost.arm, style: ArmStyle.of(cost.arm, among: compared.arms).name,
          parts: [
            .init(style: "student", value: cost.student),
            .init(style: "labelling", value: cost.labelling),
            .init(style: "training", value: cost.teacherTraining),
          ], interval: nil, words: Format.short(cost.withEverything) + "FLOP"))
    }
    let unpaid = compared.arms.compactMap { Arm.named($0)?.unpaid }.map { " " + $0 }.joined()
    return figure(
      BarChart(
        rows: rows, title: "operations per student, one student alone bearing all of the teacher",
        legend: [
          ("student", "student"), ("labelling", "labelling"),
          ("training", "teacher\u{2019}s training"),
        ]
      ).html,
      caption: .text(
        "Floating-point operations for one student, with one student alone bearing the whole "
          + "teacher." + unpaid), numbers: table)
      + .join(result.budgets.map { budget in p { .text(budget.sentence) } })
      + .join(result.breakEven.map { line in p { .text(Self.sentence(for: line, compared)) } })
      + ledger(compared)
  }

  static func sentence(for line: BreakEven, _ compared: Compared) -> String {
    let metric = compared.curveMetric
    let level =
      "\(line.baseline)'s best mean validation level (\(Format.value(line.level, metric)) in "
      + "\(metric.words), at \(Format.short(line.baselineTokens)) tokens)"
    guard let tokens = line.armTokens else {
      return "\(line.arm) never reaches \(level) within its run: there is no break-even number of "
        + "students."
    }
    let reached = "\(line.arm) reaches \(level) after \(Format.short(tokens)) tokens"
    guard line.withLabelling != nil || line.withEverything != nil else {
      return reached + ", which saves no operations: the teacher never pays for itself by that."
    }
    func students(_ count: Int?) -> String {
      count.map { Format.count($0) + ($0 == 1 ? " student" : " students") }
        ?? "no number of students"
    }
    return reached
      + ". What it saves pays for the labels after \(students(line.withLabelling)), "
      + (compared.teacher?.isImported == true
        ? "what the imported teacher's training cost is not known"
        : "for the teacher's training too after \(students(line.withEverything))")
      + " (means of curves, checkpoints in the middle of a schedule: an estimate, not a claim)."
  }

  private func ledger(_ compared: Compared) -> HTML {
    var table = Table(["Stage", "What", "Tokens", "Operations"], words: 2, name: "wrap")
    if let teacher = compared.teacher {
      table.add(
        teacher.isImported == true
          ? [
            teacher.stage, "the teacher, imported: its training is not counted", "\u{2013}",
            "\u{2013}",
          ]
          : [
            teacher.stage, "training of the teacher", Format.count(teacher.tokens),
            Format.short(teacher.flops),
          ])
    }
    for labels in compared.labels {
      table.add([
        labels.stage, labels.source == "oracle" ? "exact labels" : "labelling",
        labels.targets.map(Format.count) ?? "\u{2013}",
        labels.flops.map(Format.short) ?? "\u{2013}",
      ])
    }
    for sampling in facts.samplings
    where sampling.comparison == nil || sampling.comparison == compared.name {
      table.add([
        sampling.stage, "traces written by the teacher (no arm learns from them)", "\u{2013}",
        sampling.flops.map(Format.short) ?? "\u{2013}",
      ])
    }
    for run in compared.runs {
      guard let model = run.model else { continue }
      table.add([
        model.stage, "training, \(run.arm), seed \(run.seed)", Format.count(model.tokens),
        Format.short(model.flops),
      ])
    }
    return HTML.element("details") {
      HTML.element("summary") { "The ledger, stage by stage" }
      table.html
    }
  }
}
