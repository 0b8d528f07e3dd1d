internal import Archives
internal import Files
internal import Records
internal import Sets
internal import Stages

/// A set of records in archives: its problems, and a few records for display.
struct SetFolder {
  let reader: ArchiveReader

  init(_ finished: StageInput.Finished) throws {
    reader = try ArchiveReader(directory: finished.folder)
  }

  /// The problems of a small set, as `<family>-<16 hex of content>`.
  func problems() throws -> Set<String> { Set(try reader.ids.map(problemKey(ofRecord:))) }

  /// Records for display: of each family the first record of up to `levels` levels spread over its
  /// range. A fixed rule, so that no records can be hand-picked.
  func samples(levels wanted: Int = 3) throws -> [DataSet.Sample] {
    var firsts = try reader.firstOfEachLevel().map {
      (bucket: Bucket(family: $0.family, level: $0.level), position: $0.position)
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
}

extension DataSet {
  init(
    _ input: StageInput, _ finished: StageInput.Finished, folder: SetFolder, showing: Bool
  ) throws {
    let manifest = try SetManifest(finished.manifest, name: input.name)
    let counts = ManifestDetails(manifest.counts ?? [:], of: input.name)
    self.init(
      stage: input.name, content: finished.manifest.content, split: manifest.split,
      verified: manifest.isVerified, records: folder.reader.count,
      drawn: try counts.optionalCount("drawn"), duplicates: try counts.optionalCount("duplicates"),
      byLevel: try counts.counts("by_level"), byFamily: try counts.counts("by_family"),
      samples: showing ? try folder.samples() : [])
  }
}
