internal import Files
internal import Stages

/// Adds a random order for each training that has none.
enum Orders {
  /// Inserts `<name>-order` before each training without an order among its inputs: a random one
  /// over its first input, with the training's own steps, batch and seed. Nothing is added where no
  /// kind of stage makes orders.
  static func insert(into drafts: [Draft], _ products: StageProducts) -> [Draft] {
    guard let kind = products.maker(of: [.order]) else { return drafts }
    let kinds = Dictionary(drafts.map { ($0.name, $0.kind) }) { first, _ in first }
    var all: [Draft] = []
    for var draft in drafts {
      let isOrdered = draft.from.contains { products.does(kinds[$0] ?? "", make: .order) }
      if products.isTraining(draft.kind), !isOrdered, let set = draft.from.first {
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
