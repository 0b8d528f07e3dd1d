internal import Comparison
internal import Scores
internal import Statistics

/// The report as one self-contained page: no script, no request; light, dark and print styles.
struct Page {
  let report: Report
  var facts: Facts { report.facts }
  var results: Results { report.results }

  init(_ report: Report) { self.report = report }

  /// Each comparison with its results.
  var pairs: [(compared: Compared, result: Results.Result)] {
    Array(zip(facts.comparisons, results.comparisons))
  }

  var hasSeveral: Bool { facts.comparisons.count > 1 }

  var bytes: [UInt8] {
    let page = HTML.element("html", ["lang": "en"]) {
      HTML.element("head") {
        HTML.void("meta", ["charset": "utf-8"])
        HTML.void(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'",
          ])
        HTML.void(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        HTML.void("meta", ["name": "referrer", "content": "no-referrer"])
        HTML.element("title") { HTML.text(facts.title) }
        HTML.element("style") { styleSheet }
      }
      HTML.element("body") {
        HTML.element("main") {
          top
          compared
          curves
          differences
          levels
          finalAndBest
          bySize
          costs
          data
          seeds
          methods
          reproduce
          HTML.element("footer") {
            "Everything on this page is computed from report.json beside it."
          }
        }
      }
    }
    return Array("<!DOCTYPE html>\n".utf8) + page.bytes + [0x0A]
  }

  private var top: HTML {
    HTML.element("header") {
      p("eyebrow") { HTML.text(facts.pipeline.map { "Retort \u{00B7} " + $0 } ?? "Retort") }
      HTML.element("h1") { HTML.text(facts.title) }
      if let about = facts.about { p("about") { HTML.text(about) } }
      div("verdict") {
        for (i, pair) in pairs.enumerated() { verdict(pair.compared, pair.result, isFirst: i == 0) }
        facts.comparisons.first.map(tiles) ?? HTML()
        lines
      }
      navigation
    }
  }

  private func verdict(_ compared: Compared, _ result: Results.Result, isFirst: Bool) -> HTML {
    let claim = result.headline?.claim
    let kind = claim?.kind ?? .noData
    let words =
      switch kind {
      case .better: "better"
      case .worse: "worse"
      case .noClaim: "no claim"
      case .singleRun: "single run"
      case .noData: "no data"
      }
    let pair = result.headline.map { "\($0.arm) against \($0.baseline)" } ?? "one arm only"
    return p("badge-line") {
      span("badge " + kind.rawValue, words)
      HTML.text((hasSeveral ? compared.shownName + ": " : "") + pair)
    }
      + p(isFirst ? "answer" : "answer second") {
        HTML.text(claim?.sentence ?? "There is only one arm: nothing is compared.")
      }
  }

  /// The primary metric at a glance: every arm, the teacher, the floor.
  private func tiles(_ compared: Compared) -> HTML {
    let metric = compared.primary
    return div("tiles") {
      for arm in compared.arms {
        let values = compared.runs(of: arm).compactMap { metric.value($0.final) }
        div("tile") {
          armLabel(arm, among: compared.arms)
          span("big", values.isEmpty ? "\u{2013}" : Format.value(mean(values), metric))
          span(
            "sub",
            standardDeviation(values).map {
              "\u{00B1} \(Format.value($0, metric)) SD of \(values.count) seeds"
            } ?? "\(values.count) run")
        }
      }
      if let teacher = metric.value(compared.teacherEvaluation) {
        div("tile") {
          armLabel("teacher", among: compared.arms)
          span("big", Format.value(teacher, metric))
          span("sub", "the labels' source")
        }
      }
    }
  }

  private var lines: HTML {
    HTML.element("dl") {
      if let first = facts.comparisons.first {
        line("Primary metric", Self.meaning(of: first))
        line("Replicates", replicates(first))
      }
      for pair in pairs where !pair.result.budgets.isEmpty {
        HTML.element("dt") {
          HTML.text("Teacher paid" + (hasSeveral ? ", " + pair.compared.shownName : ""))
        }
        HTML.element("dd") {
          for budget in pair.result.budgets { p { HTML.text(budget.sentence) } }
        }
      }
      HTML.element("dt") { "Red flags" }
      HTML.element("dd") {
        let flags = results.checks.filter { $0.state == .flag }
        if flags.isEmpty {
          "None."
        } else {
          HTML.element("a", ["href": "#methods"]) {
            HTML.text("\(flags.count) of \(results.checks.count) checks")
          }
          HTML.text(": " + Self.names(flags).joined(separator: ", ") + ".")
        }
      }
    }
  }

  /// Names of checks, without duplicates.
  static func names(_ checks: [Check]) -> [String] {
    var names: [String] = []
    for check in checks where !names.contains(check.name) { names.append(check.name) }
    return names
  }

  private func line(_ name: String, _ text: String) -> HTML {
    HTML.element("dt") { HTML.text(name) } + HTML.element("dd") { HTML.text(text) }
  }

  private static func meaning(of compared: Compared) -> String {
    let metric = compared.primary
    var text = metric.words + (metric.isShare ? "" : ", nat per token")
    if let floor = compared.floor, floor.scores.choices > 0, metric.isAboveFloor {
      let count = metric.scope == .choices ? floor.scores.choices : floor.targets
      text +=
        "; the floor that is taken off, the entropy of the exact next-token distribution, is "
        + "\(Format.fixed(floor.scores.entropyChoice / Double(count), 3)) nat"
    }
    return text + ". Final checkpoint; "
      + (metric.higherIsBetter ? "higher is better." : "lower is better.")
  }

  private func replicates(_ compared: Compared) -> String {
    let seeds = compared.seeds.count
    var text =
      seeds == 1
      ? "One training seed: no interval, no claim about the method."
      : "\(seeds) training seeds, paired: same initial weights"
        + (Self.comparesOrders(compared)
          ? "; batches and tokens are the same among arms of one order."
          : ", batches and tokens in every arm.")
    if seeds > 1, !SignFlip.canReachFivePercent(seeds: seeds) {
      text +=
        " No exact test is possible with \(seeds) (smallest sign-flip p = "
        + "\(Format.plain(SignFlip.smallestP(seeds: seeds))))."
    }
    if let smallest = results.comparisons.first?.smallestEffect {
      let metric = compared.primary
      text +=
        " Smallest difference found with 80\u{202F}% probability at this spread: "
        + (metric.isShare
          ? "\(Format.fixed(100 * smallest.inUnits, 1)) percentage points."
          : "\(Format.fixed(smallest.inUnits, 3)) nat.")
    }
    return text
  }

  private var navigation: HTML {
    let links = [
      ("compared", "What was compared"), ("curves", "Learning curves"),
      ("differences", "Differences"), ("levels", "By level"), ("costs", "Costs"),
      ("data", "Data"), ("seeds", "All seeds"), ("methods", "Methods and guards"),
    ]
    return HTML.element("nav", ["aria-label": "Sections"]) {
      for (id, name) in links {
        HTML.element("a", ["href": "#" + id]) { HTML.text(name) }
      }
    }
  }
}
