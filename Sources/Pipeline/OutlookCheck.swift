internal import Files
internal import Stages

/// Asks every stage of a plan for faults it can foresee, so that a run that must fail is refused
/// before anything runs.
struct OutlookCheck {
  /// A stage whose settings are valid, with every setting written out.
  struct Read {
    let stage: any Stage
    let resolved: JSONObject
  }

  /// Every stage's objection, in the order of the plan.
  ///
  /// - Parameters:
  ///   - drafts: each after all its inputs.
  ///   - read: the stages by name.
  static func objections(
    _ drafts: [Draft], _ read: [String: Read]
  ) -> [(draft: Draft, error: any Error)] {
    var outlooks: [String: Outlook] = [:]
    var found: [(Draft, any Error)] = []
    for draft in drafts {
      guard let entry = read[draft.name] else { continue }
      let inputs = draft.from.compactMap { outlooks[$0] }
      do {
        try entry.stage.check(inputs)
      } catch {
        found.append((draft, error))
      }
      outlooks[draft.name] = entry.stage.outlook(
        draft.name, settings: entry.resolved, inputs: inputs)
    }
    return found
  }
}
