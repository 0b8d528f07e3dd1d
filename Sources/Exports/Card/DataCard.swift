internal import Auditing
internal import Files
internal import Records
internal import Tasks
internal import Verifiers

/// The `README.md` of an export: what Hugging Face shows as the dataset's card.
///
/// Everything in it is counted from the exported records or measured for it.
struct DataCard {
  let title: String
  let license: String
  let format: any ExportFormat.Type
  let facts: SetFacts
  let splits: [(split: ExportedSplit, content: String)]
  let audits: [MutationAudit]

  var text: String {
    ([frontMatter, "# \(title)", summary, splitTable, familyTable] + knobTables
      + [checking, keys, loading, hashes]).joined(separator: "\n\n") + "\n"
  }

  private var frontMatter: String {
    let size: String
    switch facts.records {
    case ..<1_000: size = "n<1K"
    case ..<10_000: size = "1K<n<10K"
    case ..<100_000: size = "10K<n<100K"
    case ..<1_000_000: size = "100K<n<1M"
    case ..<10_000_000: size = "1M<n<10M"
    default: size = "10M<n<100M"
    }
    var lines = [
      "---", "license: \(license)", "language: [en]", "task_categories: [text-generation]",
      "size_categories: [\(size)]", "tags: [synthetic, reasoning, verified, retort]",
    ]
    if format.isTable || format.name == WebDatasetTar.name {
      lines += ["configs:", "- config_name: default", "  data_files:"]
      for (split, _) in splits {
        let suffix = split.files.first.map { "." + ($0.split(separator: ".").last ?? "") } ?? ""
        lines += ["  - split: \(split.name)", "    path: data/\(split.name)-*\(suffix)"]
      }
    }
    return (lines + ["---"]).joined(separator: "\n")
  }

  private var summary: String {
    let unverified = facts.families.values.reduce(0) { $0 + ($1.checkers["nothing"] ?? 0) }
    return """
      \(facts.records.counted("record")) of \(facts.problems.counted("distinct problem")), made by \
      Retort. \(unverified == 0
        ? "Every solution was accepted by a verifier that reads its text alone."
        : "\(unverified) records were checked by nothing.") \(Self.duplicates(facts))
      """
  }

  private static func duplicates(_ facts: SetFacts) -> String {
    let shared =
      facts.shared == 0
      ? "No problem is in two splits" : "\(facts.shared) problems are in more than one split"
    return "\(shared); \(facts.repeatedTraces) of the solutions are repeated."
  }

  private var splitTable: String {
    var lines = ["## Splits", "", "| split | rows | bytes | files |", "|---|---|---|---|"]
    for (split, _) in splits {
      lines.append("| \(split.name) | \(split.rows) | \(split.bytes) | \(split.files.count) |")
    }
    let notes = splits.flatMap { split, _ in split.notes.map { "* \(split.name): \($0)" } }
    return (lines + (notes.isEmpty ? [] : [""] + notes)).joined(separator: "\n")
  }

  private var familyTable: String {
    var lines = [
      "## Families", "",
      "| family | level | records | distinct problems | share of all problems there are |",
      "|---|---|---|---|---|",
    ]
    for (name, family) in facts.families.sorted(by: { $0.key < $1.key }) {
      for (level, cells) in family.cells.sorted(by: { $0.key < $1.key }) {
        let records = cells.values.reduce(0, +)
        let coverage = facts.coverage(of: name, level: level).map(Self.percent) ?? "not counted"
        lines.append(
          "| \(name) | \(level) | \(records) | \(family.problems[level]?.count ?? 0) | \(coverage) |"
        )
      }
    }
    lines += ["", "| family | records | mean steps | mean bytes |", "|---|---|---|---|"]
    for (name, family) in facts.families.sorted(by: { $0.key < $1.key }) {
      let n = Double(max(1, family.records))
      lines.append(
        "| \(name) | \(family.records) | \(Self.tenths(Double(family.steps) / n)) | "
          + "\(Self.tenths(Double(family.bytes) / n)) |")
    }
    return lines.joined(separator: "\n")
  }

  private var knobTables: [String] {
    var lines = [
      "## Knobs", "", "Records by value.", "", "| family | knob | values |", "|---|---|---|",
    ]
    for (name, family) in facts.families.sorted(by: { $0.key < $1.key }) {
      for (knob, values) in family.knobs.sorted(by: { $0.key < $1.key }) {
        let sorted = values.sorted {
          (Int($0.key) ?? .max, $0.key) < (Int($1.key) ?? .max, $1.key)
        }
        let shown = sorted.prefix(20).map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let rest = sorted.count > 20 ? " and \(sorted.count - 20) more" : ""
        lines.append("| \(name) | \(knob) | \(shown)\(rest) |")
      }
    }
    return lines.count > 6 ? [lines.joined(separator: "\n")] : []
  }

  private var checking: String {
    var lines = [
      "## Checking", "", "| family | checker, version, level | records |", "|---|---|---|",
    ]
    for (name, family) in facts.families.sorted(by: { $0.key < $1.key }) {
      for (checker, count) in family.checkers.sorted(by: { $0.key < $1.key }) {
        lines.append("| \(name) | \(checker) | \(count) |")
      }
    }
    if audits.isEmpty {
      lines += ["", "The verifiers were not audited for this card (`audit: N`)."]
    } else {
      lines += [
        "", "Audits, made for this card: changed traces, judged without the verifier.", "",
        "| family | wrong ones | rejected | right ones | accepted | kill rate at least (95 %) |",
        "|---|---|---|---|---|---|",
      ]
      for audit in audits {
        let total = audit.total
        lines.append(
          "| \(audit.family) | \(total.invalid) | \(total.killed) | \(total.valid) | "
            + "\(total.accepted) | \(Self.percent(100 * total.killRateBound)) |")
      }
    }
    return lines.joined(separator: "\n")
  }

  private var keys: String {
    """
    ## Keys

    `id` names a solution, `content` a problem (the same for problems that differ only by the family's
    symmetries); `knobs` and `checker` are JSON text in tables. `solution` has one step a line and
    ends with `Answer: …`. Format `\(format.name)`: \(format.about).
    """
  }

  private var loading: String {
    let first = splits.first?.split.name ?? "train"
    let code: String
    switch format.name {
    case MosaicShards.name:
      code = "from streaming import StreamingDataset\ndata = StreamingDataset(local=\"\(first)\")"
    case WebDatasetTar.name:
      code =
        "import webdataset\ndata = webdataset.WebDataset(\"data/\(first)-000000.tar\").decode()"
    default:
      code = "from datasets import load_dataset\ndata = load_dataset(\".\", split=\"\(first)\")"
    }
    return "## Reading it\n\n```python\n\(code)\n```"
  }

  private var hashes: String {
    var lines = ["## Hashes", "", "| split | content digest of the set |", "|---|---|"]
    for (split, content) in splits { lines.append("| \(split.name) | `\(content)` |") }
    return lines.joined(separator: "\n")
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Per cent with three digits after the point, rounded down; `< 0.001 %`.
  private static func percent(_ value: Double) -> String {
    let thousandths = Int((min(value, 1e6) * 1000).rounded(.down))
    if thousandths == 0 { return value > 0 ? "< 0.001 %" : "0 %" }
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.utf8.count) + rest
      + " %"
  }
}
