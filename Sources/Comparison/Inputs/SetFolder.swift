internal import Archives
internal import Files
internal import Records
internal import Stages

/// A set of records in archives: its problems, and a few records to show.
struct SetFolder {
  let reader: ArchiveReader

  init(_ finished: StageInput.Finished) throws {
    reader = try ArchiveReader(directory: finished.folder)
  }

  /// The problems of the set, as `<family>-<16 hex of content>`.
  var problems: Set<String> { Set(reader.ids.map(problemKey(ofRecord:))) }

  /// Records to show: of each family the first of up to `levels` levels spread over its range. A
  /// fixed rule, so that nobody picks the pretty ones.
  func samples(levels wanted: Int = 3) throws -> [DataSet.Sample] {
    var firsts: [(bucket: Bucket, position: Int)] = []
    var known: Set<String> = []
    for (position, id) in reader.ids.enumerated() {
      let columns = reader.columns(at: position)
      let family = Self.family(ofRecord: id)
      let level = columns["level"]?.intValue ?? 0
      guard known.insert("\(family) \(level)").inserted else { continue }
      firsts.append((Bucket(family: family, level: level), position))
    }
    firsts.sort { $0.bucket < $1.bucket }
    var shown: [Int] = []
    var start = 0
    while start < firsts.count {
      let family = firsts[start].bucket.family
      let end = firsts[start...].firstIndex { $0.bucket.family != family } ?? firsts.count
      let count = end - start
      let taken = min(wanted, count)
      for k in 0..<taken {
        let step = taken == 1 ? 0 : k * (count - 1) / (taken - 1)
        shown.append(firsts[start + step].position)
      }
      start = end
    }
    return try shown.map { position in
      let sample = try reader.sample(at: position)
      guard sample["json"] != nil else {
        throw ComparisonError.manifest(
          input: reader.directory, key: "fields", expected: "a list with \"json\"")
      }
      let record = try sample.record()
      return DataSet.Sample(
        id: record.id, family: record.family, level: record.level, problem: record.problem,
        solution: record.solution, answer: record.answer, verdict: record.checker?.verdict.rawValue)
    }
  }

  /// `sum-reduce` of `sum-reduce-<16 hex>-<8 hex>`.
  static func family(ofRecord id: String) -> String {
    let problem = problemKey(ofRecord: id)
    return problem.lastIndex(of: "-").map { String(problem[..<$0]) } ?? problem
  }
}

extension DataSet {
  init(
    _ input: StageInput, _ finished: StageInput.Finished, folder: SetFolder, showing: Bool
  ) throws {
    let details = Details(input, finished)
    let counts = try details.block("counts")
    self.init(
      stage: input.name, content: finished.manifest.content, split: details.optionalText("split"),
      verified: finished.manifest.details["verified"]?.boolValue, records: folder.reader.count,
      drawn: try counts.optionalCount("drawn"), duplicates: try counts.optionalCount("duplicates"),
      byLevel: try counts.counts("by_level"), byFamily: try counts.counts("by_family"),
      samples: showing ? try folder.samples() : [])
  }
}
