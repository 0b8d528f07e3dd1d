internal import Files
internal import Stages

extension Expansion {
  /// Keeps the comparison's test and validation problems out of everything the teacher and students
  /// learn from: every order beneath it also reads these sets and refuses shared problems.
  ///
  /// Every training needs an order, and an order's content does not depend on the held-out sets, so
  /// changing them retrains nothing.
  /// - Returns: the sets, for the students' own orders.
  /// - Throws: `PipelineError` for a held-out set that is also learnt from.
  mutating func holdOut(
    _ comparison: ComparisonBlock, _ labels: Draft
  ) throws(PipelineError) -> [Draft.HeldOut] {
    var sets: [Draft.HeldOut] = []
    for (key, name) in [("test", comparison.test), ("validation", comparison.validation)] {
      guard let name, !sets.contains(where: { $0.name == name }) else { continue }
      sets.append(Draft.HeldOut(name: name, place: comparison.source.place(of: [key])))
    }
    func check(_ set: String?, of learner: String) throws(PipelineError) {
      guard let same = sets.first(where: { $0.name == set }) else { return }
      throw PipelineError(
        file, same.place,
        "compare: \(same.name): its problems are learnt from: \(learner) learns from this very set -- "
          + "draw one with another split (split: validation, test)")
    }
    try check(labels.name, of: "every student")
    let beneath = ancestors(of: [comparison.teacher, labels.name])
    for place in drafts.indices {
      let draft = drafts[place]
      guard beneath.contains(draft.name), products.isTraining(draft.kind) else { continue }
      let learnt = draft.from.first { name in
        does(name, make: .set)
      }
      try check(learnt, of: draft.name)
      let orders = drafts.indices.filter {
        products.does(drafts[$0].kind, make: .order) && draft.from.contains(drafts[$0].name)
      }
      if orders.isEmpty { drafts[place].heldOut += sets.flatMap { known($0, before: draft.name) } }
      for order in orders {
        drafts[order].holdOut(sets.flatMap { known($0, before: drafts[order].name) })
      }
    }
    return sets
  }

  /// The set itself or, where it is made with the help of `stage`, the sets it is made from.
  private func known(_ set: Draft.HeldOut, before stage: String) -> [Draft.HeldOut] {
    var found: [Draft.HeldOut] = []
    var seen: Set<String> = []
    var open = [set.name]
    while let name = open.popLast() {
      // A file with a cycle of stages is refused later.
      guard seen.insert(name).inserted, let draft = drafts.first(where: { $0.name == name })
      else { continue }
      if !ancestors(of: [name]).contains(stage) {
        found.append(Draft.HeldOut(name: name, place: set.place))
      } else {
        open += draft.from.filter { does($0, make: .set) }
      }
    }
    return found
  }

  /// These stages and all their direct and indirect inputs.
  private func ancestors(of names: [String]) -> Set<String> {
    var found: Set<String> = []
    var open = names
    while let name = open.popLast() {
      guard found.insert(name).inserted else { continue }
      open += drafts.first { $0.name == name }?.from ?? []
    }
    return found
  }
}
