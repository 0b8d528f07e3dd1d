internal import Files
internal import Stages

extension Expansion {
  /// Keeps the comparison's test and validation problems out of all that the teacher and students
  /// learn from: every order beneath it reads these sets beside its own, and refuses what they share.
  ///
  /// An order is what no training begins without, and its content does not depend on the sets that
  /// are held out, so nothing is trained anew where they change.
  /// - Returns: the sets, for the students' own orders.
  /// - Throws: `PipelineError` for a set that is itself what is learnt from.
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

  /// The set itself, or where it is made with the help of `stage`, the sets that it is made from.
  private func known(_ set: Draft.HeldOut, before stage: String) -> [Draft.HeldOut] {
    var found: [Draft.HeldOut] = []
    var seen: Set<String> = []
    var open = [set.name]
    while let name = open.popLast() {
      // A file whose stages wait for each other is refused later.
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

  /// These stages and all that they are made from.
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
