internal import Files

/// A stage between file and plan: named and wired, but its settings are not read yet.
struct Draft: Sendable {
  var name: String
  var kind: String
  var from: [String]
  var with: JSONObject
  /// The mapping that holds the settings, for line numbers in errors.
  var source: YAML
  var place: Place
  var kindPlace: Place
  /// Places of the inputs, then of the list.
  var fromPlaces: [Place]
  /// What added the stage (`compare`, or a missing curriculum), for messages.
  var addedBy: String?
  /// The training this order was made for: missing steps, batch and seed are taken from it.
  var ordersFor: String?
  /// Sets whose problems a training, and so its order, must not contain; with their places in the
  /// file.
  var heldOut: [HeldOut] = []

  /// A set that a comparison keeps for testing or validation.
  struct HeldOut: Sendable {
    var name: String
    var place: Place
  }

  init(_ entry: PipelineFile.Entry) {
    name = entry.name
    kind = entry.kind
    from = entry.from.map(\.name)
    with = entry.with.json.objectValue ?? [:]
    source = entry.with
    place = entry.place
    kindPlace = entry.kindPlace
    fromPlaces = entry.from.map(\.place) + [entry.fromPlace]
  }

  /// A stage that no line of the file names.
  init(
    added name: String, kind: String, from: [String], with: JSONObject, source: YAML,
    by origin: String, ordersFor: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.from = from
    self.with = with
    self.source = source
    place = source.place
    kindPlace = source.place
    fromPlaces = [source.place]
    addedBy = origin
    self.ordersFor = ordersFor
  }

  /// Adds held-out sets as inputs; the draft's other inputs must share no problems with them.
  mutating func holdOut(_ sets: [HeldOut]) {
    for set in sets where !from.contains(set.name) {
      // The last place is the list's own.
      let places = from.indices.map { fromPlace($0) }
      fromPlaces = places + [set.place] + [fromPlaces.last ?? place]
      from.append(set.name)
    }
  }

  /// The place of input `index`; of the list where it has none of its own.
  func fromPlace(_ index: Int) -> Place {
    fromPlaces.indices.contains(index) ? fromPlaces[index] : fromPlaces.last ?? place
  }

  var label: String { addedBy.map { "\(name) (added by \($0))" } ?? name }
}
