internal import Comparison
internal import Scores
internal import Statistics

extension Page {
  /// Every seed of every arm, including failed ones.
  var seeds: HTML {
    section(
      "seeds", "All seeds", lead: "Nothing is left out: a run that failed keeps its row."
    ) {
      for pair in pairs {
        if hasSeveral { HTML.element("h3") { HTML.text(pair.compared.shownName) } }
        seeds(pair.compared)
      }
    }
  }

  private func seeds(_ compared: Compared) -> HTML {
    let metrics = compared.metrics
    var table = Table(["Arm", "Seed"] + metrics.map(\.head) + ["Best step"])
    for run in compared.runs {
      let label = armLabel(run.arm, among: compared.arms)
      if let missing = run.missing, run.final == nil {
        table.add(
          [label, .text(String(run.seed)), span("no", "missing: " + missing)]
            + Array(repeating: HTML.text("\u{2013}"), count: metrics.count))
        continue
      }
      table.add(
        [label, .text(String(run.seed))]
          + metrics.map { .text(Format.value($0.value(run.final), $0)) }
          + [.text(run.model?.bestStep.map(Format.count) ?? "\u{2013}")])
    }
    if let teacher = compared.teacherEvaluation {
      table.add(
        [armLabel("teacher", among: compared.arms), .text("\u{2013}")]
          + metrics.map { .text(Format.value($0.value(teacher), $0)) }
          + [.text("\u{2013}")])
    }
    return table.html
  }

  /// Red flags, and the statistics in words.
  var methods: HTML {
    section("methods", "Methods and guards") {
      HTML.element("h3") { "Red flags" }
      flags
      HTML.element("h3") { "How the intervals are made" }
      p {
        """
        The replicate is the training seed. For seed s both arms start from the same weights and \
        see the same batches, but for what an arm is about (where it starts, what it writes); D is the difference of their metrics over the whole test set. The \
        interval is the 95\u{202F}% t-interval over the D's, so it speaks of new training runs on this \
        test set, not of new test items. Intervals over items alone, as is common, describe one \
        training run and say nothing about a method; none is used for a claim here.
        """
      }
      p {
        """
        An interval that excludes 0 licenses the sentence printed, at this size of model and data \
        only. One that includes 0 licenses no claim; it never means that two arms are the same, \
        which would need a test of its own. One seed licenses nothing. There is one primary metric, \
        named before the runs; all other metrics, levels and pairs are secondary and not corrected \
        for their number.
        """
      }
      HTML.element("h3") { "How the metrics are made" }
      p {
        """
        NLL, cross-entropy and KL are taken on reference traces, in nat per target token, pooled \
        over items (sum over sum). A choice token is one where the exact distribution of the task \
        allows several next tokens; a forced token allows one. KL above the floor is the \
        cross-entropy against the exact distribution less that distribution's entropy. Invalid mass \
        is the probability on tokens that no valid trace allows. KL to the teacher is taken against \
        the distributions that the teacher's own text was labelled with; agreement is the share of \
        those tokens at which both find the same token likeliest. Exact answer and verified trace \
        are shares of items, from greedy decoding: the answer compared, the whole trace judged step \
        by step.
        """
      }
      HTML.element("h3") { "Test problems and training data" }
      overlaps
      p {
        """
        Compared by the canonical problem (after the family's symmetries), by 64 bits of its \
        digest. One shared problem with what the teacher or a student learnt from stops the report.
        """
      }
    }
  }

  private var flags: HTML {
    let flagged = results.checks.filter { $0.state == .flag }
    // A flag shared by several comparisons is listed once.
    var texts: [(name: String, text: String, comparisons: [String])] = []
    for flag in flagged {
      let comparison = flag.comparison ?? ""
      if let place = texts.firstIndex(where: { $0.name == flag.name && $0.text == flag.text }) {
        texts[place].comparisons.append(comparison)
      } else {
        texts.append((flag.name, flag.text, [comparison]))
      }
    }
    guard !texts.isEmpty else { return p { "None." } }
    return HTML.element("ul", ["class": "flags"]) {
      for flag in texts {
        HTML.element("li") {
          HTML.element("b") { .text(Self.capitalized(flag.name)) }
          HTML.text(
            flag.text
              + (hasSeveral && flag.comparisons.count < facts.comparisons.count
                ? " (\(flag.comparisons.joined(separator: ", ")))" : "") + ".")
        }
      }
    }
  }

  private var overlaps: HTML {
    var table = Table(
      ["Comparison", "Set", "Read by", "Problems", "Test problems", "Shared"], words: 3)
    for compared in facts.comparisons {
      for overlap in compared.overlaps {
        table.add([
          compared.name, overlap.stage, overlap.reader, Format.count(overlap.problems),
          Format.count(overlap.testProblems), Format.count(overlap.shared),
        ])
      }
    }
    return table.rows.isEmpty ? HTML() : table.html
  }

  /// The commands to reproduce the report, and what identifies the inputs.
  var reproduce: HTML {
    let file = facts.pipeline.map { "Pipelines/\($0).yaml" } ?? "PIPELINE.yaml"
    var table = Table(["Stage", "Content"], words: 2)
    for set in facts.sets { table.add([.text(set.stage), code(String(set.content.prefix(16)))]) }
    for compared in facts.comparisons {
      if let teacher = compared.teacher {
        table.add([.text(teacher.stage), code(String(teacher.content.prefix(16)))])
      }
      for labels in compared.labels {
        table.add([.text(labels.stage), code(String(labels.content.prefix(16)))])
      }
      for run in compared.runs {
        guard let model = run.model else { continue }
        table.add([.text(model.stage), code(String(model.content.prefix(16)))])
      }
    }
    return section(
      "reproduce", "Reproduce",
      lead: "The same pipeline file gives the same bytes on the same kind of processor."
    ) {
      HTML.element("pre", ["class": "commands"]) {
        HTML.text(
          """
          retort run \(file) --into RUN
          retort status RUN --digest
          retort compare check RUN/report
          retort compare report RUN/report -o report.html
          """)
      }
      HTML.element("details") {
        HTML.element("summary") { "Digests of the inputs" }
        table.html
      }
    }
  }
}
