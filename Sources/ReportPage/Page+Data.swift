internal import Comparison
internal import Statistics

extension Page {
  /// Sets, the labels' certificate, the teacher's own traces, records to read.
  var data: HTML {
    section(
      "data", "The data",
      lead: !facts.sets.isEmpty && facts.sets.allSatisfy(\.isVerified)
        ? """
        Every trace was written by a program and accepted by another that shares no code with it \
        and sees the text alone.
        """ : "Not every set here says that a verifier accepted all of its traces."
    ) {
      sets
      certificates
      samplings
      records
    }
  }

  private var sets: HTML {
    guard !facts.sets.isEmpty else { return HTML() }
    var table = Table(
      ["Set", "Split", "Records", "Drawn", "Repeats dropped", "Verified", "By level"], words: 2,
      name: "counts")
    for set in facts.sets {
      table.add([
        HTML.text(set.stage), .text(set.split ?? "\u{2013}"), .text(Format.count(set.records)),
        .text(set.drawn.map(Format.count) ?? "\u{2013}"),
        .text(set.duplicates.map(Format.count) ?? "\u{2013}"),
        set.isVerified
          ? span("yes", "all")
          : span("no", set.verified == false ? "not all" : "not said"),
        .text(
          Self.counts(set.byLevel.isEmpty ? set.byFamily : set.byLevel)),
      ])
    }
    return HTML.element("h3") { "Sets" } + table.html
  }

  /// `sum-reduce 2: 9 800 · 3: 29 900`, each family's name only once.
  static func counts(_ counts: [DataSet.Count]) -> String {
    guard !counts.isEmpty else { return "\u{2013}" }
    var family: Substring = ""
    return counts.map { count in
      var words = count.name.split(separator: " ")
      if words.count == 2, words[0] == family { words.removeFirst() }
      family = count.name.split(separator: " ").first ?? ""
      return "\(words.joined(separator: " ")): \(Format.count(count.count))"
    }.joined(separator: " \u{00B7} ")
  }

  private var certificates: HTML {
    var table = Table(
      [
        "Labels", "Source", "Samples", "Target tokens", "Mass kept", "KL mean", "KL p99", "KL max",
        "Source's CE", "Mean entropy",
      ], words: 2, name: "dense")
    var seen: Set<String> = []
    for labels in facts.comparisons.flatMap(\.labels) where seen.insert(labels.stage).inserted {
      table.add([
        labels.stage, labels.source, labels.samples.map(Format.count) ?? "\u{2013}",
        labels.targets.map(Format.count) ?? "\u{2013}",
        labels.massKept.map { Format.fixed($0, 6) } ?? "\u{2013}",
        labels.klMean.map(Format.plain) ?? "\u{2013}", labels.klP99.map(Format.plain) ?? "\u{2013}",
        labels.klMax.map(Format.plain) ?? "\u{2013}",
        labels.teacherCrossEntropy.map { Format.fixed($0, 4) } ?? "\u{2013}",
        labels.meanEntropy.map { Format.fixed($0, 4) } ?? "\u{2013}",
      ])
    }
    guard !table.rows.isEmpty else { return HTML() }
    return HTML.element("h3") { "What storing the labels lost" } + table.html
      + p("lead") {
        """
        Measured while the exact distribution was at hand: the share of its mass that the stored \
        form keeps, and the KL divergence of what is read back from what was written, in nat.
        """
      }
  }

  private var samplings: HTML {
    .join(
      facts.samplings.map { sampling in
        var table = Table(["Level", "Written", "Accepted", "Pass rate", "95\u{202F}% interval"])
        let entries =
          sampling.levels
          + [.init(name: "all", sampled: sampling.judged, accepted: sampling.accepted)]
        var rows: [BarChart.Row] = []
        for level in entries {
          guard
            let interval = WilsonInterval(successes: level.accepted, trials: level.sampled)
          else { continue }
          let share = Double(level.accepted) / Double(level.sampled)
          let name = level.name == "all" ? "all levels" : "level " + level.name
          rows.append(
            BarChart.Row(
              name: name, style: "plain", parts: [.init(style: "kept", value: share)],
              interval: (interval.low, interval.high),
              words: Format.fixed(100 * share, 1) + " %"))
          table.add([
            name, Format.count(level.sampled), Format.count(level.accepted),
            Format.fixed(100 * share, 2) + " %",
            "[\(Format.fixed(100 * interval.low, 2)), \(Format.fixed(100 * interval.high, 2))]",
          ])
        }
        guard !rows.isEmpty else {
          return sampling.free == nil
            ? HTML()
            : HTML.element("h3") { "The teacher's own texts" }
              + p { .text(Self.freeTexts(sampling)) }
        }
        var words = [
          "Of \(Format.count(sampling.judged)) traces that the teacher wrote on its own "
            + "(\(sampling.stage)), the verifier accepted \(Format.count(sampling.accepted))."
        ]
        if let wrong = sampling.wrongAnswers, let unclear = sampling.unclearAnswers {
          let missing = sampling.missingAnswers.map {
            ", \(Format.count($0)) hold the right answer nowhere"
          }
          words.append(
            "Of those kept out, \(Format.count(wrong)) gave a clear answer that is wrong"
              + "\(missing ?? ""), and of \(Format.count(unclear)) no answer is clear.")
        }
        if sampling.free != nil { words.append(Self.freeTexts(sampling)) }
        if let unfinished = sampling.unfinished {
          words.append("\(Format.count(unfinished)) did not come to an end.")
        }
        if let duplicates = sampling.duplicates {
          words.append("\(Format.count(duplicates)) repeated a kept one and were dropped.")
        }
        words.append("Whiskers: Wilson intervals over samples of this one teacher.")
        return HTML.element("h3") { "The teacher's own traces" }
          + figure(
            BarChart(rows: rows, title: "share of the teacher's traces that were accepted", end: 1)
              .html, caption: .text(words.joined(separator: " ")), numbers: table)
      })
  }

  private static func freeTexts(_ sampling: Sampling) -> String {
    "For free prompts it wrote \(Format.count(sampling.free ?? 0)) texts (\(sampling.stage)); the "
      + "\(Format.count(sampling.unchecked ?? 0)) that came to an end"
      + (sampling.cut.map { " and the beginnings of \(Format.count($0)) that did not" } ?? "")
      + " are kept, marked unverified: nobody can judge them."
  }

  private var records: HTML {
    let samples = facts.sets.flatMap(\.samples)
    var families: [String] = []
    for sample in samples where !families.contains(sample.family) { families.append(sample.family) }
    return .join(
      families.sorted().map { family in
        var seen: Set<Int> = []
        let shown = samples.filter { $0.family == family && seen.insert($0.level).inserted }
        return HTML.element("h3") { .text(family) }
          + div("records") {
            for sample in shown { record(sample) }
          }
      })
  }

  private func record(_ sample: DataSet.Sample) -> HTML {
    HTML.element("article", ["class": "record"]) {
      p("head") {
        span("", "level \(sample.level)")
        if sample.verdict == "accepted" {
          span("yes", "\u{2713} accepted")
        } else {
          span("no", sample.verdict ?? "not checked")
        }
      }
      HTML.element("pre", ["class": "problem"]) { HTML.text(Self.bounded(sample.problem)) }
      HTML.element("pre") { HTML.text(Self.bounded(sample.solution)) }
      p("id mono") { HTML.text(sample.id) }
    }
  }

  /// At most 1 500 characters and 40 lines; says what was left out.
  static func bounded(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var shown = lines.prefix(40).joined(separator: "\n")
    var left = lines.count > 40 ? "\n\u{2026} \(lines.count - 40) more lines" : ""
    let scalars = shown.unicodeScalars
    if scalars.count > 1500 {
      left = "\n\u{2026} \(scalars.count - 1500) more characters" + left
      shown = String(String.UnicodeScalarView(scalars.prefix(1500)))
    }
    return shown + left
  }
}
