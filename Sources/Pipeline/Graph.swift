internal import Stages

/// The order of stages.
enum Graph {
  /// The drafts, each after all its inputs, otherwise in their given order.
  ///
  /// - Throws: `PipelineError` for a name used twice, a missing input, or a cycle.
  static func ordered(_ drafts: [Draft], file: String) throws(PipelineError) -> [Draft] {
    var index: [String: Int] = [:]
    for (place, draft) in drafts.enumerated() {
      guard let first = index.updateValue(place, forKey: draft.name) else { continue }
      let other = drafts[first]
      throw PipelineError(
        file, draft.place,
        "two stages are called \(draft.name): \(draft.label) and "
          + "\(other.addedBy.map { "one added by \($0)" } ?? "the one in line \(other.place.line)")"
          + " -- rename one")
    }
    // Check the stages of the file first: stages added for them only repeat their faults.
    for draft in drafts.filter({ $0.addedBy == nil }) + drafts.filter({ $0.addedBy != nil }) {
      for (place, input) in draft.from.enumerated() where index[input] == nil {
        throw PipelineError(
          file, draft.fromPlace(place),
          "\(draft.label): from: no stage \(input)"
            + "\(Nearness.hint(input, among: drafts.map(\.name))); stages: "
            + drafts.filter { $0.addedBy == nil }.map(\.name).joined(separator: ", "))
      }
    }
    var done = Set<Int>()
    var ordered: [Draft] = []
    // Take the first stage whose inputs are all ordered, to keep the file's order.
    while ordered.count < drafts.count {
      let next = drafts.indices.first { place in
        !done.contains(place)
          && drafts[place].from.allSatisfy { index[$0].map(done.contains) ?? false }
      }
      guard let next else {
        let start = drafts.indices.first { !done.contains($0) } ?? 0
        throw cycle(from: start, drafts, index, done, file: file)
      }
      done.insert(next)
      ordered.append(drafts[next])
    }
    return ordered
  }

  private static func cycle(
    from start: Int, _ drafts: [Draft], _ index: [String: Int], _ done: Set<Int>, file: String
  ) -> PipelineError {
    var path: [Int] = []
    var at = start
    while !path.contains(at) {
      path.append(at)
      at = drafts[at].from.compactMap { index[$0] }.first { !done.contains($0) } ?? at
    }
    let loop = path.drop { $0 != at } + [at]
    let names = loop.map { drafts[$0].name }.joined(separator: " <- ")
    let draft = drafts[at]
    let place = draft.from.firstIndex { name in index[name].map { !done.contains($0) } ?? false }
    return PipelineError(
      file, draft.fromPlace(place ?? 0),
      "the stages wait for each other in a cycle: \(names) -- remove one of these inputs")
  }
}
