internal import Files
internal import Sets
internal import Stages

extension ManifestDetails {
  init(_ input: StageInput, _ finished: StageInput.Finished) {
    self.init(finished.manifest.details, of: input.name)
  }

  /// Counts under a key: `{"2": 10}` or, one level deeper, `{"sum-reduce": {"2": 10}}`.
  func counts(_ key: String) throws(SetError) -> [DataSet.Count] {
    var found: [DataSet.Count] = []
    for member in try block(key).members {
      if let count = member.value.intValue, count >= 0 {
        found.append(DataSet.Count(name: member.key, count: count))
      } else if let inner = member.value.objectValue {
        for entry in inner.members {
          guard let count = entry.value.intValue, count >= 0 else { throw wrong(key, "counts") }
          found.append(DataSet.Count(name: member.key + " " + entry.key, count: count))
        }
      } else {
        throw wrong(key, "counts")
      }
    }
    return found.sorted { orderedByNumbers($0.name, $1.name) }
  }
}

/// `2` before `10`, `a 2` before `a 10`.
func orderedByNumbers(_ left: String, _ right: String) -> Bool {
  let a = left.split(separator: " ")
  let b = right.split(separator: " ")
  for (x, y) in zip(a, b) where x != y {
    if let m = Int(x), let n = Int(y), m != n { return m < n }
    return x < y
  }
  return a.count < b.count
}

extension Model {
  /// Facts of a model from its training's manifest, with the validation curve from `metrics.jsonl`.
  init(_ input: StageInput, _ finished: StageInput.Finished) throws {
    let details = ManifestDetails(input, finished)
    guard let flops = try details.optionalNumber("flops"), flops >= 0 else {
      throw details.wrong("flops", "a number")
    }
    // The passes of a living teacher are a part of the training that they serve.
    let taught = try details.optionalNumber("teacher_flops") ?? 0
    guard taught >= 0 else { throw details.wrong("teacher_flops", "a number") }
    self.init(
      stage: input.name, content: finished.manifest.content,
      parameters: try details.count("parameters"), tokens: try details.count("tokens"),
      flops: flops + taught, steps: try details.count("steps"),
      bestStep: try details.optionalCount("best_step"),
      uniqueSamples: try details.optionalCount("unique_samples"),
      fingerprint: try details.optionalString("fingerprint"),
      tokenizer: try details.optionalString("tokenizer"),
      initialWeights: try details.optionalString("initial_weights"),
      start: details.value("start")?["fingerprint"]?.stringValue,
      order: try details.optionalString("order"), labels: details.optionalText("labels"),
      texts: details.optionalText("texts"),
      formula: details.optionalText("formula"),
      reads: finished.manifest.stage?["inputs"]?.arrayValue?
        .filter { $0["makes"]?.arrayValue?.contains(JSON(StageProduct.labels.rawValue)) ?? false }
        .compactMap { $0["content"]?.stringValue },
      curve: try CurvePoint.read(finished.folder + "/metrics.jsonl"),
      isImported: details.value("imported") == .bool(true) ? true : nil)
  }
}

extension CurvePoint {
  /// The validation lines of `metrics.jsonl`; lines of training are skipped.
  static func read(_ path: String) throws -> [CurvePoint] {
    guard fileExists(path) else { return [] }
    var points: [CurvePoint] = []
    try Lines(path).forEach { line in
      guard let validation = line.object["validation"], validation != .null else { return }
      guard let object = validation.objectValue else {
        throw line.error("\"validation\" is no object")
      }
      let inner = Lines.Line(file: line.file, number: line.number, object: object)
      func optional(_ key: String) throws(ComparisonError) -> Double? {
        guard let value = object[key], value != .null else { return nil }
        return try inner.number(key)
      }
      let point = CurvePoint(
        step: try line.count("step"), tokens: try line.count("tokens"),
        nll: try inner.number("nll"), nllChoice: try optional("nll_choice"),
        nllForced: try optional("nll_forced"), ceChoice: try optional("ce_choice"),
        entropyChoice: try optional("entropy_choice"))
      if let last = points.last, point.step <= last.step {
        throw line.error("step \(point.step) after step \(last.step): steps must rise")
      }
      points.append(point)
    }
    return points
  }
}

extension LabelSet {
  init(_ input: StageInput, _ finished: StageInput.Finished) throws {
    let details = ManifestDetails(input, finished)
    let certificate = try details.block("certificate")
    self.init(
      stage: input.name, content: finished.manifest.content,
      source: try details.optionalString("source") ?? "teacher",
      samples: try Self.samples(details), targets: try certificate.optionalCount("targets"),
      flops: try details.optionalNumber("flops"),
      tokenizer: try details.optionalString("tokenizer"),
      teacher: try details.optionalString("teacher"),
      massKept: try certificate.optionalNumber("mass_kept"),
      klMean: try certificate.optionalNumber("kl_mean"),
      klP99: try certificate.optionalNumber("kl_p99"),
      klMax: try certificate.optionalNumber("kl_max"),
      teacherCrossEntropy: try certificate.optionalNumber("teacher_ce"),
      meanEntropy: try certificate.optionalNumber("mean_entropy"))
  }

  private static func samples(_ details: ManifestDetails) throws(SetError) -> Int? {
    let counts = try details.block("counts")
    for key in ["records", "samples", "kept", "labelled"] {
      if let count = try counts.optionalCount(key) { return count }
    }
    return nil
  }
}

extension Sampling {
  init(_ input: StageInput, _ finished: StageInput.Finished, comparison: String?) throws {
    let details = ManifestDetails(input, finished)
    let counts = try details.block("counts")
    var levels: [Level] = []
    for member in try counts.block("by_level").members {
      guard let sampled = member.value["sampled"]?.intValue,
        let accepted = member.value["accepted"]?.intValue, sampled >= 0,
        (0...sampled).contains(accepted)
      else {
        throw counts.wrong(
          "by_level", "counts {sampled, accepted} with no more accepted than sampled")
      }
      levels.append(Level(name: member.key, sampled: sampled, accepted: accepted))
    }
    self.init(
      stage: input.name, content: finished.manifest.content, comparison: comparison,
      sampled: try counts.count("sampled"), accepted: try counts.count("accepted"),
      rejected: try counts.optionalCount("rejected"),
      unfinished: try counts.optionalCount("unfinished"),
      duplicates: try counts.optionalCount("duplicates"),
      flops: try details.optionalNumber("flops"),
      levels: levels.sorted { orderedByNumbers($0.name, $1.name) },
      free: try counts.optionalCount("free"),
      unchecked: try counts.optionalCount("unchecked"),
      wrongAnswers: try counts.optionalCount("wrong_answers"),
      missingAnswers: try counts.optionalCount("missing_answers"),
      unclearAnswers: try counts.optionalCount("unclear_answers"),
      cut: try counts.optionalCount("cut"))
  }
}
