internal import Comparison
internal import Scores
internal import Statistics

extension Page {
  /// Paired differences in the primary metric, and all others as a table.
  var differences: HTML {
    section(
      "differences", "Differences",
      lead: """
        Each seed gives one difference between two arms. The interval is over seeds: it speaks of \
        new training runs on this test set.
        """
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        forest(pair.compared, pair.result)
        allMetrics(pair.compared, pair.result)
      }
    }
  }

  private func forest(_ compared: Compared, _ result: Results.Result) -> HTML {
    let metric = compared.primary
    let contrasts = result.contrasts.filter { $0.metric == metric && $0.checkpoint == .final }
    guard !contrasts.isEmpty else {
      return p { "The primary metric could not be computed for any pair of arms." }
    }
    var rows: [ForestChart.Row] = []
    var table = Table([
      "Pair", "Difference", "95\u{202F}% interval", "SD", "t-test p", "Sign-flip p", "Seeds",
    ])
    for contrast in contrasts {
      guard let interval = contrast.interval else { continue }
      let decimals = Format.decimals(for: interval, metric)
      rows.append(
        ForestChart.Row(
          name: contrast.arm, note: "\u{2212} " + contrast.baseline,
          style: ArmStyle.of(contrast.arm, among: compared.arms), interval: interval,
          words: Self.words(for: contrast)))
      table.add([
        "\(contrast.arm) \u{2212} \(contrast.baseline)",
        Format.difference(interval.mean, metric, decimals: decimals),
        Format.interval(interval, metric),
        Format.difference(interval.standardDeviation, metric, decimals: decimals),
        interval.p.map(Format.plain) ?? "\u{2013}",
        contrast.signFlipP.map(Format.plain) ?? "\u{2013}",
        contrast.seeds.map(String.init).joined(separator: ", "),
      ])
    }
    return figure(
      ForestChart(rows: rows, metric: metric).html,
      caption: .text(
        "Paired differences in \(metric.words), final checkpoint. Mark and bar: mean and 95\u{202F}% "
          + "t-interval; ticks below: the seeds. "
          + (metric.higherIsBetter ? "Right" : "Left")
          + " of zero is better. The first row is the question; the others are secondary and not "
          + "corrected for their number."),
      numbers: table)
  }

  /// What the interval supports, in a few words.
  static func words(for contrast: Contrast) -> String {
    guard let interval = contrast.interval else { return "" }
    let metric = contrast.metric
    switch contrast.claim.kind {
    case .better, .worse:
      let decimals = Format.decimals(for: interval, metric)
      return Format.difference(interval.mean, metric, decimals: decimals) + " "
        + Format.interval(interval, metric)
    case .noClaim: return "no claim"
    case .singleRun: return "single run"
    case .noData: return ""
    }
  }

  private func allMetrics(_ compared: Compared, _ result: Results.Result) -> HTML {
    var table = Table(["Metric"] + compared.arms + ["teacher"], name: "metrics")
    table.head =
      ["Metric"] + compared.arms.map { armLabel($0, among: compared.arms) }
      + [armLabel("teacher", among: compared.arms)]
    for metric in Metric.all {
      var cells: [HTML] = [.text(Self.capitalized(metric.words))]
      var isEmpty = true
      for arm in compared.arms {
        let values = compared.runs(of: arm).compactMap { metric.value($0.final) }
        isEmpty = isEmpty && values.isEmpty
        let difference = result.contrasts.first {
          $0.arm == arm && $0.baseline == compared.baseline && $0.metric == metric
            && $0.checkpoint == .final
        }
        cells.append(Self.cell(values, metric, difference))
      }
      cells.append(.text(Format.value(metric.value(compared.teacherEvaluation), metric)))
      if !isEmpty { table.add(cells) }
    }
    return HTML.element("details", ["open": ""]) {
      HTML.element("summary") {
        HTML.text(
          "Every metric, all test items: means over seeds, and differences to \(compared.baseline)")
      }
      table.html
    }
  }

  /// The mean, and below it the difference to the baseline with its interval, coloured only if the
  /// interval supports a claim.
  static func cell(_ values: [Double], _ metric: Metric, _ difference: Contrast?) -> HTML {
    guard !values.isEmpty else { return "\u{2013}" }
    let value = HTML.text(Format.value(mean(values), metric))
    guard let difference, let interval = difference.interval else { return value }
    let name =
      switch difference.claim.kind {
      case .better: "split yes"
      case .worse: "split no"
      default: "split"
      }
    let decimals = Format.decimals(for: interval, metric)
    return value
      + HTML.element("span", ["class": name]) {
        HTML.text(Format.difference(interval.mean, metric, decimals: decimals))
      }
      + span("split", interval.low == nil ? "" : Format.interval(interval, metric))
  }

  /// Levels: a picture of the primary metric, tables of three.
  var levels: HTML {
    section(
      "levels", "By level",
      lead: "Harder items one level at a time; the teacher stands beside the students."
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        levels(pair.compared, pair.result)
      }
    }
  }

  private func levels(_ compared: Compared, _ result: Results.Result) -> HTML {
    let buckets = compared.buckets
    guard !buckets.isEmpty else { return p { "No evaluation is finished." } }
    let shown = Metric.all.filter { $0.placeByLevel != nil && $0 != compared.primary }
      .sorted { ($0.placeByLevel ?? 0) < ($1.placeByLevel ?? 0) }
    var pieces = [levelFigure(compared, compared.primary, buckets)]
    if compared.primary != .answer { pieces.append(levelFigure(compared, .answer, buckets)) }
    for metric in [compared.primary] + shown {
      let table = levelTable(compared, result, metric, buckets)
      guard !table.rows.isEmpty else { continue }
      pieces.append(
        HTML.element("details", metric == compared.primary ? ["open": ""] : [:]) {
          HTML.element("summary") {
            HTML.text("\(Self.capitalized(metric.words)), arms \u{00D7} levels")
          }
          table.html
        })
    }
    return .join(pieces)
  }

  private func levelTable(
    _ compared: Compared, _ result: Results.Result, _ metric: Metric, _ buckets: [Bucket]
  ) -> Table {
    var table = Table([])
    table.head =
      ["Level", "Items"] + compared.arms.map { armLabel($0, among: compared.arms) }
      + [armLabel("teacher", among: compared.arms)]
    for bucket in buckets {
      let items = compared.runs.compactMap(\.final).first?.tally(bucket)?.items
      var cells: [HTML] = [
        .text("\(bucket.family) \(bucket.level)"), .text(items.map(Format.count) ?? "\u{2013}"),
      ]
      var isEmpty = true
      for arm in compared.arms {
        let values = compared.runs(of: arm).compactMap { metric.value($0.final, in: bucket) }
        isEmpty = isEmpty && values.isEmpty
        let difference = result.levels.first {
          $0.arm == arm && $0.metric == metric && $0.bucket == bucket
        }
        cells.append(Self.cell(values, metric, difference))
      }
      cells.append(
        .text(Format.value(metric.value(compared.teacherEvaluation, in: bucket), metric)))
      if !isEmpty { table.add(cells) }
    }
    return table
  }

  private func levelFigure(_ compared: Compared, _ metric: Metric, _ buckets: [Bucket]) -> HTML {
    let several = Set(buckets.map(\.family)).count > 1
    var table = Table(
      ["Level", "Arm"] + compared.seeds.map { "Seed \($0)" } + ["Teacher"], words: 2)
    let columns = buckets.map { bucket in
      let teacher = metric.value(compared.teacherEvaluation, in: bucket)
      let groups = compared.arms.map { arm in
        let values = compared.seeds.map { seed in
          metric.value(compared.run(arm: arm, seed: seed)?.final, in: bucket)
        }
        table.add(
          ["\(bucket.family) \(bucket.level)", arm] + values.map { Format.value($0, metric) }
            + [Format.value(teacher, metric)])
        return (
          arm: arm, style: ArmStyle.of(arm, among: compared.arms), values: values.compactMap { $0 }
        )
      }
      return DotChart.Column(
        name: "level \(bucket.level)", note: several ? bucket.family : "", groups: groups,
        teacher: teacher)
    }
    guard columns.contains(where: { $0.groups.contains { !$0.values.isEmpty } }) else {
      return HTML()
    }
    return figure(
      DotChart(columns: columns, metric: metric).html + key(compared),
      caption: .text(
        "\(Self.capitalized(metric.words)) per level. Marks: seeds; short lines: their mean; dashed: "
          + "the teacher. "
          + (metric.higherIsBetter ? "Higher is better." : "Lower is better.")),
      numbers: table)
  }

  /// Names of the arms with their marks.
  func key(_ compared: Compared, _ name: String = "key") -> HTML {
    div(name) {
      for arm in compared.arms { armLabel(arm, among: compared.arms) }
    }
  }
}
