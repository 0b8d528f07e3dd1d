internal import Files

/// Gives each training that has no curriculum a random one.
enum Orders {
  static let kind = "curriculum"
  static let trainings = ["train", "distil"]
  /// Kinds of stages whose model may teach.
  static let teachers = trainings + ["import"]

  /// Inserts `<name>-order` before each `train` or `distil` without a curriculum among its inputs:
  /// a random order over its first input, with the training's own steps, batch and seed.
  static func insert(into drafts: [Draft]) -> [Draft] {
    let kinds = Dictionary(drafts.map { ($0.name, $0.kind) }) { first, _ in first }
    var all: [Draft] = []
    for var draft in drafts {
      let isOrdered = draft.from.contains { kinds[$0] == kind }
      if trainings.contains(draft.kind), !isOrdered, let set = draft.from.first {
        let order = draft.name + "-order"
        var with: JSONObject = ["order": "random"]
        for key in ["steps", "batch", "seed"] { with[key] = draft.with[key] }
        var added = Draft(
          added: order, kind: kind, from: [set], with: with, source: draft.source,
          by: "the training \(draft.name)", ordersFor: draft.name)
        added.holdOut(draft.heldOut)
        all.append(added)
        draft.from.insert(order, at: 1)
        draft.fromPlaces.insert(draft.fromPlace(0), at: min(1, draft.fromPlaces.count))
      }
      all.append(draft)
    }
    return all
  }
}
